#include "protocols/common/response_time.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

TEST_CASE("before the first answer nothing is known") { CHECK(ResponseTime().allowance() == Duration{}); }

TEST_CASE("the first answer gives mean R and deviation R/2, as RFC 6298 says") {
  ResponseTime time;
  time.add(40ms);
  CHECK(time.allowance() == 120ms);
}

TEST_CASE("later answers weigh an eighth in the mean and a quarter in the deviation") {
  ResponseTime time;
  time.add(40ms);
  time.add(80ms);
  // deviation 3/4 * 20 + 1/4 * 40 = 25 ms, mean 7/8 * 40 + 1/8 * 80 = 45 ms
  CHECK(time.allowance() == 145ms);
}

TEST_CASE("steady answers leave no deviation, and the granularity of the clock above the mean (RFC 6298, 2.3)") {
  ResponseTime time;
  for (int i = 0; i < 200; ++i) time.add(10ms);
  CHECK(time.allowance() == 11ms);
}
