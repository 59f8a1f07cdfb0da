#include "protocols/common/rpc/attempts.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace hearsay::rpc;
using namespace std::chrono_literals;

TEST_CASE("of three attempts two are retries, and none is left after them") {
  const CallOptions options;
  Attempts attempts;
  for (std::uint32_t made = 0; made < 3; ++made) {
    CHECK(attempts.made() == made);
    CHECK(attempts.left(options));
    attempts.begin();
  }
  CHECK(attempts.made() == 3);
  CHECK_FALSE(attempts.left(options));
}

TEST_CASE("the wait after an attempt is the policy's for the retry that follows it") {
  const RetryPolicy policy{RetryKind::exponential, 100ms, 5s};
  RandomStream random(1, "retry");
  Attempts attempts;
  for (const Duration wait : {100ms, 200ms, 400ms}) {
    attempts.begin();
    CHECK(attempts.next_wait(policy, {}, random) == wait);
  }
}

TEST_CASE("a decorrelated wait follows from the one before it") {
  const RetryPolicy policy{RetryKind::decorrelated, 100ms, 5s};
  RandomStream drawn(1, "retry"), again(1, "retry");
  Attempts attempts;
  Duration previous{};
  for (std::uint64_t retry = 1; retry <= 8; ++retry) {
    attempts.begin();
    const Duration wait = attempts.next_wait(policy, {}, drawn);
    CHECK(wait == policy.wait(retry, previous, {}, again));
    previous = wait;
  }
}
