#include "protocols/common/token_bucket.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

int taken(TokenBucket& bucket, Time now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += bucket.take(now) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a token bucket begins with as many tokens as come in a second, and at least one") {
  TokenBucket ten(10), slow(0.5);
  CHECK(taken(ten, Time{}, 20) == 10);
  CHECK(taken(slow, Time{}, 20) == 1);
}

TEST_CASE("tokens come at the rate, and no more than a second's worth is saved") {
  TokenBucket bucket(10);
  REQUIRE(taken(bucket, Time{}, 10) == 10);
  CHECK_FALSE(bucket.take(Time(99ms)));
  CHECK(bucket.take(Time(100ms)));
  CHECK(taken(bucket, Time(300ms), 20) == 2);
  CHECK_FALSE(bucket.full(Time(1299ms)));
  CHECK(bucket.full(Time(1300ms)));
  CHECK(taken(bucket, Time(10s), 20) == 10);
}

TEST_CASE("a slow bucket saves one token") {
  TokenBucket bucket(0.5);
  REQUIRE(bucket.take(Time{}));
  CHECK_FALSE(bucket.take(Time(1999ms)));
  CHECK(bucket.take(Time(2s)));
  CHECK(taken(bucket, Time(100s), 5) == 1);
}

TEST_CASE("the wait for a token ends when there is one") {
  TokenBucket bucket(10);
  REQUIRE(taken(bucket, Time{}, 10) == 10);
  CHECK(bucket.wait() == 100ms + 1ns);
  CHECK(bucket.take(Time(bucket.wait())));
}

TEST_CASE("a clock that is set back brings no tokens") {
  TokenBucket bucket(10);
  REQUIRE(taken(bucket, Time(5s), 10) == 10);
  CHECK_FALSE(bucket.take(Time(1s)));
  CHECK(bucket.take(Time(1100ms)));
}
