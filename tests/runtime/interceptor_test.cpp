// The closed forms of the interceptor broadcast, through the whole runtime.
#include <catch2/catch.hpp>
#include <map>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

TEST_CASE("one lossless write on N servers sends N(N-1) requests, of which N-1 tell something new") {
  for (std::uint32_t n = 2; n <= 8; ++n) {
    Scenario scenario = quiet_scenario(n);
    scenario.workloads.front().values = {{"operations", std::int64_t{1}}, {"start", Duration(0s)}};
    const auto history = run_registered(scenario, "interceptor-broadcast");
    REQUIRE(history.error == "");
    std::map<KindIndex, std::uint64_t> sent;
    for (const Seen& seen : history.of(EventKind::send)) ++sent[seen.type];
    CHECK(sent[0] == n * (n - 1));  // the requests; replies are another kind
    CHECK(history.redundant == n * (n - 1) - (n - 1));
    CHECK(history.converged);
  }
}

TEST_CASE("the client waits one round trip to its server, not for the broadcast") {
  Scenario scenario = quiet_scenario(4);
  scenario.platform.latency = 50ms;
  scenario.workloads.front().values = {
      {"operations", std::int64_t{1}}, {"start", Duration(0s)}, {"client_latency", Duration(1ms)}};
  const auto history = run_registered(scenario, "interceptor-broadcast");
  CHECK(history.client_latency_s == 0.002);
  CHECK(history.converged);
}
