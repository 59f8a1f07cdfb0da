#include "protocols/common/raft/tally.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay::raft {
namespace {

TEST_CASE("a tally is the number of members above the threshold, whoever moves, comes and goes") {
  RandomStream random(1, "tally");
  std::vector<std::uint64_t> figures(5, 3);
  Tally tally;
  std::uint64_t threshold = 2;
  for (int step = 0; step < 5000; ++step) {
    if (random.chance(0.05)) {
      figures.resize(static_cast<std::size_t>(random.below(9)), random.below(8));
      tally.forget();
    }
    if (random.chance(0.1)) threshold = random.below(8);
    if (!figures.empty()) {
      std::uint64_t& figure = figures[static_cast<std::size_t>(random.below(figures.size()))];
      const std::uint64_t to = random.below(8);
      tally.moved(figure, to);
      figure = to;
    }
    if (random.chance(0.3)) continue;  // nobody asks
    const auto above = static_cast<std::size_t>(
        std::ranges::count_if(figures, [threshold](std::uint64_t figure) { return figure > threshold; }));
    REQUIRE(tally.above(threshold, figures, [](std::uint64_t figure) { return figure; }) == above);
  }
}

TEST_CASE("a tally asks no member again while the threshold stays") {
  const std::vector<std::uint64_t> figures{1, 2, 3};
  int asked = 0;
  const auto ask = [&asked](std::uint64_t figure) { return ++asked, figure; };
  Tally tally;
  CHECK(tally.above(1, figures, ask) == 2);
  tally.moved(1, 2);
  tally.moved(3, 4);
  CHECK(tally.above(1, figures, ask) == 3);
  CHECK(asked == 3);
  CHECK(tally.above(2, figures, ask) == 1);
  CHECK(asked == 6);
}

}  // namespace
}  // namespace hearsay::raft
