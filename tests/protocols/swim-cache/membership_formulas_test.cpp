// memberlist's formulas, against integer arithmetic that is written down another way, and against published values.
#include "protocols/swim-cache/membership_formulas.hpp"

#include <catch2/catch.hpp>

#include "protocols/swim-cache/membership_config.hpp"
#include "protocols/swim-cache/suspicion.hpp"

using namespace hearsay;
using namespace hearsay::membership;
using namespace std::chrono_literals;

TEST_CASE("a broadcast is sent the multiplier times the number of digits of n") {
  // ceil(log10(n + 1)) is the number of decimal digits of n.
  for (std::uint32_t n = 1; n <= 10'000; ++n) {
    INFO(n);
    const auto digits = static_cast<std::uint32_t>(std::to_string(n).size());
    REQUIRE(retransmit_limit(4, n) == 4 * digits);
    REQUIRE(retransmit_limit(2, n) == 2 * digits);
  }
}

TEST_CASE("the suspicion timeout is multiplier x max(1, log10 n) x interval, its scale cut to three decimals") {
  for (std::uint32_t n = 1; n <= 10'000; ++n) {
    INFO(n);
    // The scale in thousandths: the largest whole s with 10^(s/1000) <= n, found without a logarithm of n.
    const Duration timeout = suspicion_timeout(4, n, 1s);
    const auto thousandths = timeout / 4ms;
    REQUIRE(timeout % 4ms == 0ns);
    if (n <= 10) {
      REQUIRE(thousandths == 1000);
      continue;
    }
    REQUIRE(std::pow(10.0, static_cast<double>(thousandths) / 1000) <= n * (1 + 1e-12));
    REQUIRE(std::pow(10.0, static_cast<double>(thousandths + 1) / 1000) > n * (1 - 1e-12));
  }
  CHECK(suspicion_timeout(3, 5, 2s) == 6s);  // memberlist util_test.go, TestSuspicionTimeout
  CHECK(suspicion_timeout(3, 10, 2s) == 6s);
  CHECK(suspicion_timeout(3, 50, 2s) == 10188ms);
  CHECK(suspicion_timeout(3, 100, 2s) == 12s);
  CHECK(suspicion_timeout(3, 500, 2s) == 16188ms);
  CHECK(suspicion_timeout(3, 1000, 2s) == 18s);
}

TEST_CASE("full state exchanges slow down by one interval each time that the cluster doubles beyond 32") {
  for (std::uint32_t n = 1; n <= 10'000; ++n) {
    std::int64_t intervals = 1;
    for (std::uint32_t full = 32; full < n; full *= 2) ++intervals;
    INFO(n);
    REQUIRE(push_pull_scale(30s, n) == 30s * intervals);
  }
}

TEST_CASE("each confirmation shortens a suspicion by the logarithm, to the shortest timeout at the last wanted one") {
  // memberlist suspicion_test.go, TestSuspicion_remainingSuspicionTime: k = 3, 2 s to 30 s.
  CHECK(suspicion_after(0, 3, 2s, 30s) == 30s);
  CHECK(suspicion_after(1, 3, 2s, 30s) == 16s);
  CHECK(suspicion_after(2, 3, 2s, 30s) == 7810ms);
  CHECK(suspicion_after(3, 3, 2s, 30s) == 2s);
  CHECK(suspicion_after(4, 3, 2s, 30s) == 2s);
  CHECK(suspicion_after(0, 0, 2s, 30s) == 2s);
}

TEST_CASE("a suspicion takes each member's confirmation once, and none of the first one") {
  Suspicion suspicion(7, 2, 4s, 24s, Time(10s));
  CHECK(suspicion.ends() == Time(34s));
  CHECK_FALSE(suspicion.confirm(7));
  CHECK(suspicion.confirm(1));
  CHECK_FALSE(suspicion.confirm(1));
  CHECK(suspicion.ends() == Time(10s) + suspicion_after(1, 2, 4s, 24s));
  CHECK(suspicion.confirm(2));
  CHECK(suspicion.ends() == Time(14s));
  CHECK_FALSE(suspicion.confirm(3));
}

TEST_CASE("profiles give memberlist's default values") {
  const Config lan = defaults(Profile::lan), wan = defaults(Profile::wan), local = defaults(Profile::local);
  CHECK(lan.probe_interval == 1s);
  CHECK(lan.probe_timeout == 500ms);
  CHECK(lan.suspicion_mult == 4);
  CHECK(lan.gossip_interval == 200ms);
  CHECK(lan.push_pull_interval == 30s);
  CHECK(wan.probe_interval == 5s);
  CHECK(wan.probe_timeout == 3s);
  CHECK(wan.suspicion_mult == 6);
  CHECK(wan.gossip_nodes == 4);
  CHECK(wan.gossip_to_the_dead == 60s);
  CHECK(wan.retransmit_mult == 4);
  CHECK(local.probe_timeout == 200ms);
  CHECK(local.indirect_checks == 1);
  CHECK(local.retransmit_mult == 2);
  CHECK(local.suspicion_mult == 3);
  CHECK(local.gossip_interval == 100ms);
  CHECK(local.push_pull_interval == 15s);
}
