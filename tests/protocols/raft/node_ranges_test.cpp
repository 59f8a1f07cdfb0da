#include "protocols/common/raft/node_ranges.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "sim/core/random.hpp"

namespace hearsay::raft {
namespace {

using Range = NodeRanges::Range;

TEST_CASE("node ranges hold what was inserted and not erased, ascending, in as few ranges as there are gaps") {
  RandomStream random(1, "node ranges");
  NodeRanges nodes;
  std::set<NodeId> model;
  for (int step = 0; step < 5000; ++step) {
    const auto node = static_cast<NodeId>(random.below(40));
    if (random.below(2) == 0) {
      nodes.insert(node);
      model.insert(node);
    } else {
      nodes.erase(node);
      model.erase(node);
    }
    REQUIRE(nodes.size() == model.size());
    REQUIRE(nodes.empty() == model.empty());
    REQUIRE(std::ranges::equal(nodes, model));
    for (NodeId any = 0; any < 42; ++any) REQUIRE(nodes.contains(any) == model.contains(any));
    for (std::size_t i = 1; i < nodes.ranges().size(); ++i)
      REQUIRE(nodes.ranges()[i - 1].last + 1 < nodes.ranges()[i].first);
  }
}

TEST_CASE("neighbours join to one range, and a node taken from the middle splits it") {
  NodeRanges nodes{0, 1, 2, 4, 5};
  CHECK(nodes.ranges() == std::vector<Range>{{0, 2}, {4, 5}});
  nodes.insert(3);
  CHECK(nodes.ranges() == std::vector<Range>{{0, 5}});
  nodes.erase(2);
  CHECK(nodes.ranges() == std::vector<Range>{{0, 1}, {3, 5}});
  nodes.erase(0);
  nodes.erase(5);
  CHECK(nodes.ranges() == std::vector<Range>{{1, 1}, {3, 4}});
  nodes.erase(1);
  CHECK(nodes == NodeRanges{4, 3});
}

TEST_CASE("ids from anywhere on, as peers are listed, make one range") {
  NodeRanges nodes;
  for (NodeId i = 0; i < 10'000; ++i) nodes.insert((i + 7'000) % 10'000);
  CHECK(nodes.ranges() == std::vector<Range>{{0, 9'999}});
  CHECK(nodes.size() == 10'000);
}

}  // namespace
}  // namespace hearsay::raft
