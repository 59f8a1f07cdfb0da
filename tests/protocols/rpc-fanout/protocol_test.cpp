#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/rpc-fanout/info.hpp"
#include "sim/core/random.hpp"
#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

using Words = std::vector<std::string>;

struct Cluster : ProtocolBench {
  Cluster(std::uint32_t nodes, const Words& words, std::uint64_t seed = 1)
      : ProtocolBench("rpc-fanout", nodes, words, seed) {}

  // Time passes in steps; between them everything that can arrive does.
  void run(Duration total, Duration step) {
    for (Duration passed{}; passed < total; passed += step) {
      bench.settle();
      bench.advance(step);
    }
    bench.settle();
  }
};

using std::chrono::milliseconds;
using std::chrono::seconds;

// Drops, delivers or doubles one datagram after the other, at random.
void play(Bench& bench, RandomStream& random, double loss, double copies) {
  while (bench.in_flight() > 0) {
    const Filter one{.from = {}, .to = {}, .kind = "", .at_most = 1, .newest_first = random.chance(0.3)};
    if (random.chance(copies)) bench.duplicate(one);
    if (random.chance(loss))
      bench.drop(one);
    else
      bench.deliver(one);
  }
}

}  // namespace

TEST_CASE("a broadcast on N servers takes N-1 calls: a dial, a request and a reply each") {
  for (std::uint32_t n = 1; n <= 8; ++n) {
    Cluster cluster(n, {});
    cluster.bench.write(0, "b0", "0");
    cluster.bench.settle();
    INFO(n);
    CHECK(cluster.bench.metric("calls") == n - 1);
    CHECK(cluster.bench.metric("dials") == n - 1);
    CHECK(cluster.bench.metric("calls_succeeded") == n - 1);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.outcome(0) == Outcome::ok);
  }
}

TEST_CASE("Test Coverage Gaps, connection leak detection: no connection is left when all calls are over") {
  for (const Words& words : {Words{"attempt_timeout=300ms"}, Words{"attempt_timeout=300ms", "workers=2"},
                             Words{"attempt_timeout=300ms", "hedge_delay=100ms"}, Words{"deadline=900ms"}}) {
    RandomStream random(7, "leaks");
    Cluster cluster(5, words);
    for (int i = 0; i < 20; ++i) {
      cluster.bench.invoke(0, "replicate", OperationKind::write, "c" + std::to_string(i), "v");
      const auto server = static_cast<NodeId>(1 + random.below(4));
      cluster.bench.deliver({.from = {}, .to = server, .kind = ""});
      cluster.bench.break_connections(0, server,
                                      random.chance(0.5) ? ConnectionError::refused : ConnectionError::reset);
      cluster.bench.advance(milliseconds(100));
    }
    cluster.run(seconds(20), milliseconds(100));
    CHECK(cluster.bench.open_connections() == 0);
    CHECK(cluster.bench.metric("calls") ==
          cluster.bench.metric("calls_succeeded") + cluster.bench.metric("calls_failed"));
  }
}

TEST_CASE("Test Coverage Gaps, large-scale broadcast: a thousand servers, each called once, all answering") {
  Cluster cluster(1001, {});
  cluster.bench.write(0, "b0", "0");
  cluster.bench.settle();
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("connections_high_water") == 1000);
  // "Total: ~16KB x N"
  CHECK(cluster.bench.metric("call_memory_high_water") == 16.0 * 1024 * 1000);
}

TEST_CASE("File Descriptors: beyond 1024 connections dials are refused, and retried into success") {
  Cluster cluster(1101, {});
  cluster.bench.write(0, "b0", "0");
  CHECK(cluster.bench.metric("fd_refusals") == 1100 - 1024);
  cluster.run(seconds(1), milliseconds(500));
  CHECK(cluster.bench.metric("connections_high_water") == 1024);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.outcome(0) == Outcome::ok);
}

TEST_CASE("Test Coverage Gaps, concurrent broadcast: in whatever order answers come, all servers hold all writes") {
  RandomStream random(1, "orders");
  for (int round = 0; round < 20; ++round) {
    Cluster cluster(4, round % 2 == 0 ? Words{} : Words{"connections=pooled"});
    for (int i = 0; i < 6; ++i) {
      cluster.bench.write(static_cast<NodeId>(random.below(4)), "b" + std::to_string(i), std::to_string(i));
      cluster.bench.deliver({.from = {}, .to = static_cast<NodeId>(random.below(4)), .kind = "", .at_most = 2});
    }
    while (cluster.bench.in_flight() > 0)
      cluster.bench.deliver({.from = static_cast<NodeId>(random.below(4)),
                             .to = {},
                             .kind = "",
                             .at_most = 1,
                             .newest_first = random.chance(0.5)});
    CHECK(cluster.bench.agreed());
    for (NodeId node = 0; node < 4; ++node) CHECK(cluster.bench.applied(node).size() == 6);
    for (OpId operation = 0; operation < 6; ++operation) CHECK(cluster.bench.outcome(operation) == Outcome::ok);
  }
}

TEST_CASE("every call ends once, whatever is lost, doubled and reordered; keys keep its effect single") {
  for (const bool keys : {false, true}) {
    double executions = 0;
    for (std::uint64_t round = 0; round < 20; ++round) {
      RandomStream random(round, "loss");
      Cluster cluster(
          4, {"transport=datagram", "attempts=4", keys ? "idempotency_keys=true" : "idempotency_keys=false"}, round);
      for (int i = 0; i < 5; ++i) cluster.bench.write(static_cast<NodeId>(i % 4), "b" + std::to_string(i), "v");
      for (int step = 0; step < 12; ++step) {
        play(cluster.bench, random, 0.4, 0.2);
        cluster.bench.advance(milliseconds(500));
      }
      CHECK(cluster.bench.metric("calls") == 15);
      CHECK(cluster.bench.metric("calls_succeeded") + cluster.bench.metric("calls_failed") == 15);
      CHECK(cluster.bench.metric("failed_but_executed") ==
            cluster.bench.metric("executed_calls") - cluster.bench.metric("calls_succeeded"));
      if (keys) CHECK(cluster.bench.metric("executions") == cluster.bench.metric("executed_calls"));
      executions += cluster.bench.metric("executions") - cluster.bench.metric("executed_calls");
    }
    if (!keys) CHECK(executions > 20);
  }
}

TEST_CASE("in a chain a call whose key is known has had its effect, though another call brought it about") {
  double recognised = 0;
  for (std::uint64_t round = 0; round < 10; ++round) {
    RandomStream random(round, "chain");
    Cluster cluster(4, {"transport=datagram", "idempotency_keys=true"}, round);
    for (int i = 0; i < 5; ++i) cluster.bench.invoke(0, "chain", OperationKind::write, "c" + std::to_string(i), "v");
    for (int step = 0; step < 30; ++step) {
      play(cluster.bench, random, 0.3, 0);
      cluster.bench.advance(milliseconds(500));
    }
    recognised += cluster.bench.metric("repeats_recognised");
    CHECK(cluster.bench.metric("executed_calls") >= cluster.bench.metric("calls_succeeded"));
    CHECK(cluster.bench.metric("failed_but_executed") ==
          cluster.bench.metric("executed_calls") - cluster.bench.metric("calls_succeeded"));
  }
  CHECK(recognised > 20);
}

// With attempts after 500 ms, each lost with probability p on either way: q = (1-p)^2 is an attempt's chance.
TEST_CASE(
    "over lossy datagrams calls succeed, fail though executed, and are executed as often as the closed form says") {
  constexpr double p = 0.3, q = (1 - p) * (1 - p);
  constexpr int calls = 4000;
  RandomStream random(5, "closed form");
  Cluster cluster(2, {"transport=datagram"});
  for (int call = 0; call < calls; ++call) {
    cluster.bench.invoke(1, "call", OperationKind::write, "f" + std::to_string(call), "v");
    for (int step = 0; step < 3; ++step) {
      play(cluster.bench, random, p, 0);
      cluster.bench.advance(milliseconds(500));
    }
  }
  const auto near = [](double measured, double probability) {
    return std::abs(measured - probability) < 4 * std::sqrt(probability * (1 - probability) / calls);
  };
  const double fails = (1 - q) * (1 - q) * (1 - q), unheard = p * p * p;
  CHECK(near(cluster.bench.metric("success_rate"), 1 - fails));                     // 0.867349
  CHECK(near(cluster.bench.metric("executed_share"), 1 - unheard));                 // 0.973
  CHECK(near(cluster.bench.metric("failed_but_executed_share"), fails - unheard));  // 0.105651
  const double attempts = 1 + (1 - q) + (1 - q) * (1 - q);                          // 1.7701
  CHECK(std::abs(cluster.bench.metric("retries_per_call") + 1 - attempts) < 4 * 0.83 / std::sqrt(calls));
  CHECK(std::abs(cluster.bench.metric("executions_per_call") - attempts * (1 - p)) < 4 * 0.75 / std::sqrt(calls));
}

TEST_CASE("the heartbeat's report without an index names the first servers of the list, however they are") {
  for (std::uint32_t failing = 1; failing < 16; ++failing) {  // which of four servers, as bits
    for (const char* errors : {"errors=filtered", "errors=indexed"}) {
      Cluster cluster(5, {"attempts=1", errors});
      cluster.bench.invoke(0, "heartbeat", OperationKind::write, "heartbeat", "1");
      double count = 0, elsewhere = 0;
      for (NodeId server = 1; server <= 4; ++server) {
        if ((failing >> (server - 1) & 1) == 0) continue;
        cluster.bench.break_connections(0, server, ConnectionError::refused);
        count += 1;
        if (server != count) elsewhere += 1;
      }
      cluster.bench.settle();
      CHECK(cluster.bench.metric("failure_reports") == count);
      CHECK(cluster.bench.metric("misattributed_errors") == (std::string(errors) == "errors=filtered" ? elsewhere : 0));
    }
  }
}

TEST_CASE("the same seed and script give rpc-fanout the same transcript") {
  const auto run = [] {
    Cluster cluster(4, {"transport=datagram", "retry=full-jitter", "hedge_delay=50ms", "breaker=true"});
    for (int i = 0; i < 5; ++i) {
      cluster.bench.write(static_cast<NodeId>(i % 4), "b" + std::to_string(i), "v");
      cluster.bench.drop({.from = static_cast<NodeId>(i % 4), .to = {}, .kind = "", .at_most = 2});
      cluster.bench.settle();
      cluster.bench.advance(milliseconds(70));
    }
    cluster.run(seconds(3), milliseconds(100));
    return cluster.transcript.str();
  };
  CHECK(run() == run());
}

}  // namespace hearsay::bench
