#include "protocols/delta-gossip/neighbours.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

namespace hearsay::gossip {
namespace {

std::vector<NodeId> all_but(NodeId self, NodeId nodes) {
  std::vector<NodeId> others;
  for (NodeId step = 1; step < nodes; ++step) others.push_back((self + step) % nodes);
  return others;
}

}  // namespace

TEST_CASE("neighbours are those given less the removed ones, then the added ones, as in a plain list") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    RandomStream random(seed, "neighbours");
    const std::vector<NodeId> given = all_but(static_cast<NodeId>(random.below(30)), 30);
    Neighbours neighbours;
    neighbours.start(given);
    std::vector<NodeId> model = given;
    for (int step = 0; step < 100; ++step) {
      const auto node = static_cast<NodeId>(random.below(40));  // also such that were not given
      if (random.chance(0.6)) {
        neighbours.remove(node);
        std::erase(model, node);
      } else {
        neighbours.add(node);
        if (std::ranges::find(model, node) == model.end()) model.push_back(node);
      }
      REQUIRE(std::vector<NodeId>(neighbours.begin(), neighbours.end()) == model);
      REQUIRE(neighbours.size() == model.size());
      for (NodeId other = 0; other < 40; ++other)
        REQUIRE(neighbours.contains(other) == (std::ranges::find(model, other) != model.end()));
    }
    CHECK(neighbours.is_given(given[3]));
    CHECK_FALSE(neighbours.is_given(35));
  }
}

TEST_CASE("a sample of neighbours is what a shuffle of the whole list brings to its front, of equal draws") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<NodeId> given = all_but(4, 12);
    Neighbours neighbours;
    neighbours.start(given);
    neighbours.remove(7);
    std::vector<NodeId> list(neighbours.begin(), neighbours.end());
    const std::size_t count = seed % (list.size() + 1);
    RandomStream one(seed, "sample"), other(seed, "sample");
    const auto chosen = sample(neighbours, count, one);
    other.shuffle_front(list, count);
    list.resize(count);
    CHECK(chosen == list);
    CHECK(one.next() == other.next());
  }
}

}  // namespace hearsay::gossip
