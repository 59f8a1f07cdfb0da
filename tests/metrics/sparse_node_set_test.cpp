#include "sim/metrics/sparse_node_set.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "sim/core/random.hpp"

namespace hearsay {

TEST_CASE("a node set holds what was flipped an odd number of times, with few members and with many") {
  constexpr std::uint32_t capacity = 400;
  RandomStream random(1, "node set");
  for (const std::uint32_t used : {8U, capacity}) {
    SparseNodeSet set;
    std::set<NodeId> model;
    for (int step = 0; step < 600; ++step) {
      const auto node = static_cast<NodeId>(random.below(used));
      set.flip(node, capacity);
      if (model.erase(node) == 0) model.insert(node);
      for (NodeId other = 0; other < used; ++other) REQUIRE(set.contains(other) == model.contains(other));
    }
  }
}

}  // namespace hearsay
