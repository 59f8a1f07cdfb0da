// Whole nanoseconds.
#include "sim/core/time.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.hpp"

using namespace hearsay;

TEST_CASE("the nearest whole number is that of the C library, halves away from zero") {
  RandomStream random(1, "nearest");
  for (const double x : {0.0, 0.5, 1.5, 2.5, 0.49999999999999994, 4503599627370495.5, 9007199254740993.0, 0x1p61, 9e18})
    for (const double sign : {1.0, -1.0}) CHECK(nearest(sign * x) == std::llround(sign * x));
  for (int i = 0; i < 100'000; ++i) {
    const double x = (random.uniform() - 0.5) * static_cast<double>(std::uint64_t{1} << random.below(60));
    REQUIRE(nearest(x) == std::llround(x));
  }
}

TEST_CASE("seconds and nanoseconds convert back and forth without loss for any run's length") {
  for (const std::int64_t ns : {0LL, 1LL, 999'999'999LL, 10'000'000LL, 123'456'789'012LL, 3'600'000'000'001LL})
    CHECK(from_seconds(seconds(Duration(ns))) == Duration(ns));
  CHECK(from_seconds(0.0000000006) == Duration(1));
  CHECK(from_seconds(-1.5) == Duration(-1'500'000'000));
}

TEST_CASE("adding to an instant saturates at `never`") {
  const Time t(std::chrono::seconds(5));
  CHECK(later(t, std::chrono::seconds(2)) == Time(std::chrono::seconds(7)));
  CHECK(later(t, forever) == never);
  CHECK(later(never, Duration(1)) == never);
  CHECK(later(Time(Duration::max() - Duration(3)), Duration(5)) == never);
}
