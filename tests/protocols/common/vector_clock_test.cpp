#include "protocols/common/vector_clock.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "protocols/common/interval_set.hpp"
#include "sim/core/random.hpp"

namespace hearsay {
namespace {

VectorClock random_clock(RandomStream& random) {
  VectorClock clock;
  for (StreamId stream = 0; stream < 4; ++stream) clock.raise(stream, random.below(3));
  return clock;
}

VectorClock merged(VectorClock a, const VectorClock& b) {
  a.merge(b);
  return a;
}

}  // namespace

TEST_CASE("a clock that was raised nowhere equals an empty one") {
  VectorClock clock;
  clock.raise(7, 0);
  CHECK(clock == VectorClock());
  CHECK(clock.at(7) == 0);
}

TEST_CASE("a component never falls") {
  VectorClock clock;
  clock.raise(1, 5);
  clock.raise(1, 3);
  CHECK(clock.at(1) == 5);
}

TEST_CASE("merging clocks is commutative, associative and idempotent, and covers both") {
  RandomStream random(1, "clocks");
  for (int i = 0; i < 500; ++i) {
    const auto a = random_clock(random), b = random_clock(random), c = random_clock(random);
    CHECK(merged(a, b) == merged(b, a));
    CHECK(merged(merged(a, b), c) == merged(a, merged(b, c)));
    CHECK(merged(a, a) == a);
    CHECK(merged(a, b).covers(a));
    CHECK(merged(a, b).covers(b));
  }
}

TEST_CASE("comparison is a partial order that agrees with the components") {
  RandomStream random(2, "clocks");
  for (int i = 0; i < 500; ++i) {
    const auto a = random_clock(random), b = random_clock(random);
    bool below = true, above = true;
    for (StreamId stream = 0; stream < 4; ++stream) {
      below = below && a.at(stream) <= b.at(stream);
      above = above && a.at(stream) >= b.at(stream);
    }
    const ClockOrder expected =
        below ? (above ? ClockOrder::equal : ClockOrder::before) : (above ? ClockOrder::after : ClockOrder::concurrent);
    CHECK(a.compare(b) == expected);
    CHECK((a.compare(b) == ClockOrder::equal) == (a == b));
  }
}

TEST_CASE("an interval set holds what was added and not removed") {
  RandomStream random(3, "intervals");
  IntervalSet set;
  set.add(1, 10, 40);
  set.add(2, 12, 12);
  set.add(3, 5, 4);  // empty
  std::set<std::uint64_t> model;
  for (std::uint64_t n = 10; n <= 40; ++n) model.insert(n);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t n = random.below(50);
    CHECK(set.remove(1, n) == (model.erase(n) == 1));
  }
  CHECK(set.remove(2, 12));
  CHECK_FALSE(set.remove(3, 5));
  std::size_t left = 0;
  for (const auto& [first, last] : set.intervals()) left += last - first.second + 1;
  CHECK(left == model.size());
}

}  // namespace hearsay
