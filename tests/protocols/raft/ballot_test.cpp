#include "protocols/common/raft/ballot.hpp"

#include <catch2/catch.hpp>

#include "sim/core/random.hpp"

namespace hearsay::raft {
namespace {

TEST_CASE("a ballot may decide once one side has as many votes as a quorum, the first of each node counted") {
  RandomStream random(1, "ballot");
  Ballot ballot;
  std::map<NodeId, bool> model;
  int decided = 0;
  for (int step = 0; step < 3000; ++step) {
    if (random.chance(0.05)) {
      ballot.clear();
      model.clear();
    }
    const auto voter = static_cast<NodeId>(random.below(12));
    const bool granted = random.chance(0.5);
    ballot.cast(voter, granted);
    model.emplace(voter, granted);
    REQUIRE(ballot.votes() == model);
    std::size_t yes = 0;
    for (const auto& [node, vote] : model) yes += vote ? 1 : 0;
    for (std::size_t quorum = 1; quorum < 8; ++quorum) {
      const bool may = yes >= quorum || model.size() - yes >= quorum;
      REQUIRE(ballot.may_decide(quorum) == may);
      decided += may ? 1 : 0;
    }
  }
  CHECK(decided > 1000);
}

}  // namespace
}  // namespace hearsay::raft
