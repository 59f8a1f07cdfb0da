#include "protocols/common/retry_policy.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

RetryPolicy policy(RetryKind kind) { return {kind, 100ms, 5s}; }

}  // namespace

TEST_CASE("a fixed delay is the same before each retry and draws nothing") {
  RandomStream random(1, "retry"), untouched(1, "retry");
  for (std::uint64_t retry = 1; retry < 50; ++retry)
    CHECK(policy(RetryKind::fixed).wait(retry, {}, {}, random) == 100ms);
  CHECK(random.next() == untouched.next());
}

TEST_CASE("the exponential delays are the document's: 100 ms, 200 ms, 400 ms, 800 ms, 1.6 s, and 5 s at most") {
  RandomStream random(1, "retry");
  const Duration expected[] = {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5s, 5s};
  for (std::uint64_t retry = 1; retry <= 8; ++retry)
    CHECK(policy(RetryKind::exponential).wait(retry, {}, {}, random) == expected[retry - 1]);
  CHECK(policy(RetryKind::exponential).wait(5000, {}, {}, random) == 5s);
}

TEST_CASE("the factor by which delays grow need not be two") {
  RandomStream random(1, "retry");
  const RetryPolicy tripling{RetryKind::exponential, 100ms, 5s, 3.0};
  CHECK(tripling.wait(3, {}, {}, random) == 900ms);
}

TEST_CASE("full jitter is uniform from nothing to the exponential delay, equal jitter from half of it") {
  for (const std::uint64_t retry : {1, 3, 7}) {
    const Duration full = retry == 7 ? Duration(5s) : 100ms * (1 << (retry - 1));
    for (const auto& [kind, least] :
         {std::pair(RetryKind::full_jitter, Duration{}), std::pair(RetryKind::equal_jitter, full / 2)}) {
      RandomStream random(retry, "retry");
      double sum = 0;
      Duration smallest = full, largest{};
      constexpr int draws = 20'000;
      for (int i = 0; i < draws; ++i) {
        const Duration wait = policy(kind).wait(retry, {}, {}, random);
        CHECK(wait >= least);
        CHECK(wait <= full);
        smallest = std::min(smallest, wait);
        largest = std::max(largest, wait);
        sum += seconds(wait);
      }
      const double width = seconds(full - least);
      const double error = width / std::sqrt(12.0 * draws);  // standard error of a uniform mean
      CHECK(std::abs(sum / draws - seconds(least + full) / 2) < 4.5 * error);
      CHECK(seconds(smallest - least) < 0.001 * width);
      CHECK(seconds(full - largest) < 0.001 * width);
    }
  }
}

TEST_CASE("decorrelated jitter is uniform from the first delay to three times the one before") {
  RandomStream random(1, "retry");
  const RetryPolicy decorrelated = policy(RetryKind::decorrelated);
  double first = 0, later = 0;
  constexpr int draws = 20'000;
  for (int i = 0; i < draws; ++i) {
    first += seconds(decorrelated.wait(1, {}, {}, random));
    const Duration wait = decorrelated.wait(2, 1s, {}, random);
    CHECK(wait >= 100ms);
    CHECK(wait <= 3s);
    later += seconds(wait);
  }
  CHECK(std::abs(first / draws - 0.2) < 4.5 * 0.2 / std::sqrt(12.0 * draws));
  CHECK(std::abs(later / draws - 1.55) < 4.5 * 2.9 / std::sqrt(12.0 * draws));
  int capped = 0;
  for (int i = 0; i < 1000; ++i) capped += decorrelated.wait(9, 5s, {}, random) == 5s ? 1 : 0;
  CHECK(capped > 600);  // two thirds of 100 ms to 15 s lie beyond the limit
  CHECK(capped < 740);
}

TEST_CASE("the adaptive delay is what answers take, doubling; the first delay while none has come") {
  RandomStream random(1, "retry");
  const RetryPolicy adaptive = policy(RetryKind::adaptive);
  CHECK(adaptive.wait(1, {}, {}, random) == 100ms);
  CHECK(adaptive.wait(1, {}, 30ms, random) == 30ms);
  CHECK(adaptive.wait(3, {}, 30ms, random) == 120ms);
  CHECK(adaptive.wait(30, {}, 30ms, random) == 5s);
}

TEST_CASE("no adaptive delay is shorter than the least one, and the doubling begins there (RFC 6298, 2.4)") {
  RandomStream random(1, "retry");
  const RetryPolicy adaptive{RetryKind::adaptive, 100ms, 5s, 2.0, 200ms};
  CHECK(adaptive.wait(1, {}, {}, random) == 200ms);
  CHECK(adaptive.wait(1, {}, 30ms, random) == 200ms);
  CHECK(adaptive.wait(2, {}, 30ms, random) == 400ms);
  CHECK(adaptive.wait(1, {}, 300ms, random) == 300ms);
  const RetryPolicy exponential{RetryKind::exponential, 100ms, 5s, 2.0, 200ms};
  CHECK(exponential.wait(1, {}, {}, random) == 100ms);
}
