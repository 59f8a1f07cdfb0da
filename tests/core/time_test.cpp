// Whole nanoseconds.
#include "sim/core/time.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;

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
