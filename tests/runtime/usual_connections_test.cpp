#include "sim/runtime/usual_connections.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "sim/core/random.hpp"

using namespace hearsay;

TEST_CASE(
    "the usual connections of a node are those that were set last and not erased, and take no more than twice their "
    "places") {
  RandomStream random(1, "usual");
  for (const std::uint64_t peers : {1, 5, 60}) {
    UsualConnections usual;
    std::map<NodeId, ConnectionId> model;
    for (ConnectionId id = 1; id < 4000; ++id) {
      const auto peer = static_cast<NodeId>(random.below(peers));
      const auto known = model.find(peer);
      const auto choice = random.below(id % 400 < 200 ? 3 : 20);  // it fills and empties by turns
      if (choice == 0) {
        usual.set(peer, id);
        model[peer] = id;
      } else if (choice == 1) {
        usual.erase(peer, id);  // another one, or none, is the usual one
      } else if (known != model.end()) {
        usual.erase(peer, known->second);
        model.erase(known);
      }
      if (random.below(1000) == 0) {
        usual.clear();
        model.clear();
      }
      for (NodeId each = 0; each < peers; ++each)
        REQUIRE(usual.of(each) == (model.contains(each) ? model[each] : no_connection));
      REQUIRE(usual.places() <= 2 * model.size() + 1);
    }
  }
}
