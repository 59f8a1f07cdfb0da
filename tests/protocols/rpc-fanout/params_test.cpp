#include "protocols/rpc-fanout/params.hpp"

#include <catch2/catch.hpp>

#include "protocols/registry.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::rpc_fanout {
namespace {

using Words = std::vector<std::string>;

std::string blamed(const std::vector<std::string>& words) { return bench::blamed("rpc-fanout", words); }

}  // namespace

TEST_CASE("every combination of rpc-fanout that makes no sense is refused, and blamed on the parameter to change") {
  const auto [words, parameter] = GENERATE(table<Words, std::string>({
      {{"checksum=false"}, "checksum"},
      {{"transport=datagram", "connections=pooled"}, "connections"},
      {{"transport=datagram", "fd_limit=10"}, "fd_limit"},
      {{"transport=datagram", "delay_after_last=true"}, "delay_after_last"},
      {{"pool_size=3"}, "pool_size"},
      {{"retry_max_delay=1s"}, "retry_max_delay"},
      {{"retry=exponential", "retry_delay=6s"}, "retry_max_delay"},
      {{"retry_factor=3"}, "retry_factor"},
      {{"retry=decorrelated", "retry_factor=3"}, "retry_factor"},
      {{"breaker_failures=1"}, "breaker_failures"},
      {{"breaker_reset=1s"}, "breaker_reset"},
      {{"deadline=1s", "attempt_timeout=2s"}, "attempt_timeout"},
      {{"deadline=1s", "hedge_delay=1s"}, "hedge_delay"},
      {{"transport=datagram", "retry_delay=0s"}, "retry_delay"},
      {{"quorum=1"}, "quorum"},
      {{"retry_min_delay=1s"}, "retry_min_delay"},
      {{"retry=adaptive", "retry_min_delay=6s"}, "retry_min_delay"},
      {{"retry_budget_ratio=1"}, "retry_budget_ratio"},
      {{"transport=datagram", "keep_alive=1s"}, "keep_alive"},
      {{"worker_wait=1s"}, "worker_wait"},
  }));
  INFO(words.front());
  CHECK(blamed(words) == parameter);
}

TEST_CASE("there is one master, not several and not whoever is drawn") {
  Params params;
  CHECK_NOTHROW(check(params));
  CHECK(params.master_node() == 0);
  params.master = Selector::of({1, 2});
  CHECK_THROWS_AS(check(params), ParameterError);
  params.master = Selector::all();
  CHECK_THROWS_AS(check(params), ParameterError);
}

TEST_CASE("the document's behaviour and each enhancement alone are accepted") {
  const auto words =
      GENERATE(Words{}, Words{"retry=exponential"}, Words{"retry=decorrelated", "retry_max_delay=2s"},
               Words{"retry=exponential", "retry_delay=2s", "retry_max_delay=2s"}, Words{"retry=adaptive"},
               Words{"attempt_timeout=1s"}, Words{"deadline=2s", "attempt_timeout=1s"}, Words{"hedge_delay=10ms"},
               Words{"connections=pooled", "pool_size=3"}, Words{"connections=standing"},
               Words{"retry=full-jitter", "retry_factor=3"}, Words{"workers=10"},
               Words{"server_workers=1", "worker_wait=0s"}, Words{"retry_budget=10", "retry_budget_ratio=1"},
               Words{"cancellation=true"}, Words{"keep_alive=0s"}, Words{"retry=adaptive", "retry_min_delay=1s"},
               Words{"breaker=true", "breaker_failures=1"}, Words{"transport=datagram", "checksum=false"},
               Words{"transport=datagram", "attempt_timeout=1s", "retry_delay=0s"}, Words{"quorum=2"},
               Words{"quorum=1", "min_replicas=1"}, Words{"idempotency_keys=true"}, Words{"errors=indexed"},
               Words{"arguments=per-server"}, Words{"delay_after_last=true"}, Words{"storage=disk"});
  CHECK(blamed(words).empty());
}

TEST_CASE("the defaults are the document's: three attempts, 500 ms apart, application errors retried, no more") {
  const Params params;
  CHECK(params.attempt_limit() == 3);
  CHECK(params.keep_alive == std::chrono::seconds(15));
  CHECK_FALSE(params.cancellation);
  CHECK(params.retry_budget == 0);
  CHECK(params.server_workers == 0);
  CHECK(params.policy().kind == RetryKind::fixed);
  CHECK(params.policy().first == std::chrono::milliseconds(500));
  CHECK(params.retry_application_errors);
  CHECK(params.connections == rpc::ConnectionUse::per_call);
  CHECK(params.errors == Errors::filtered);
  CHECK(params.min_replicas == 2);
  CHECK_FALSE(params.breaker);
  CHECK(params.breaker_failures == 5);
  CHECK(params.breaker_reset == std::chrono::seconds(30));
  CHECK(params.fd_limit == 1024);
  CHECK(params.workers == 0);
}

TEST_CASE("where waits grow the first one is 100 ms and there are five attempts, unless something else is given") {
  Params params;
  params.retry = RetryKind::exponential;
  CHECK(params.policy().first == std::chrono::milliseconds(100));
  CHECK(params.policy().limit == std::chrono::seconds(5));
  CHECK(params.attempt_limit() == 5);
  params.retry_delay = std::chrono::milliseconds(7);
  params.attempts = 2;
  CHECK(params.policy().first == std::chrono::milliseconds(7));
  CHECK(params.attempt_limit() == 2);
}

TEST_CASE("every parameter of rpc-fanout says what it means, and each enhancement of the document has one") {
  std::string sources;
  for (const auto& parameter : parameter_table().parameters()) {
    INFO(parameter.name);
    CHECK(parameter.meaning.size() > 20);
    sources += parameter.source + "\n";
  }
  for (const int enhancement : {1, 2, 3, 4, 5, 7}) {
    INFO(enhancement);
    CHECK(sources.find("Future Enhancements " + std::to_string(enhancement)) != std::string::npos);
  }
}

}  // namespace hearsay::rpc_fanout
