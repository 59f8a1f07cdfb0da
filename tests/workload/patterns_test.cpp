// The workloads of the RPC patterns: what they ask for, and bursts.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

WorkloadBench workload(const std::string& kind, ParameterValues given = {}) {
  WorkloadBench bench;
  bench.kind = kind;
  bench.given = std::move(given);
  return bench;
}

}  // namespace

TEST_CASE("the operations of a pattern name it, and those of broadcast and kv name nothing") {
  for (const char* kind : {"call", "replicate", "chain", "heartbeat", "contention"})
    for (const auto& scheduled : workload(kind).all()) CHECK(scheduled.operation.method == kind);
  for (const char* kind : {"broadcast", "kv"})
    for (const auto& scheduled : workload(kind).all()) CHECK(scheduled.operation.method.empty());
}

TEST_CASE("calls, replications and chains write things of their own and read what was written before") {
  for (const char* kind : {"call", "replicate", "chain"}) {
    std::set<std::string> written;
    std::map<std::string, int> read;
    for (const auto& scheduled : workload(kind, {{"reads", 0.5}}).all()) {
      const Operation& operation = scheduled.operation;
      if (operation.kind == OperationKind::write) {
        CHECK(written.insert(operation.key).second);
        CHECK(!operation.value.empty());
      } else {
        CHECK(operation.value.empty());
        if (!written.empty()) CHECK(written.contains(operation.key));
        ++read[operation.key];
      }
    }
    CHECK(written.size() > 400);
    CHECK(read.size() > 100);
  }
}

TEST_CASE("heartbeats and contending writes share a key each, and are no reads") {
  for (const auto& [kind, key] : {std::pair("heartbeat", "heartbeat"), std::pair("contention", "row")}) {
    std::set<std::string> values;
    const auto all = workload(kind).all();
    for (const auto& scheduled : all) {
      CHECK(scheduled.operation.kind == OperationKind::write);
      CHECK(scheduled.operation.key == key);
      values.insert(scheduled.operation.value);
    }
    CHECK(values.size() == all.size());
    CHECK_THROWS_AS(workload(kind, {{"reads", 0.1}}).make(), ParameterError);
  }
}

TEST_CASE("a burst comes at one instant, one operation of each session, at the rate of all of them") {
  const auto all = workload("contention", {{"operations", std::int64_t{30}},
                                           {"rate", 10.0},
                                           {"burst", std::int64_t{10}},
                                           {"clients", std::int64_t{10}}})
                       .all();
  REQUIRE(all.size() == 30);
  std::map<Time, std::set<ClientId>> clients;
  for (const auto& scheduled : all) clients[scheduled.at].insert(scheduled.operation.client);
  REQUIRE(clients.size() == 3);
  CHECK(clients.contains(Time(0ns)));
  CHECK(clients.contains(Time(1s)));
  CHECK(clients.contains(Time(2s)));
  for (const auto& [at, sessions] : clients) CHECK(sessions.size() == 10);
}

TEST_CASE("bursts that are spread over a window begin it, and a burst of one is none") {
  const auto all = workload("call", {{"operations", std::int64_t{8}},
                                     {"burst", std::int64_t{4}},
                                     {"start", Value(Duration(1s))},
                                     {"stop", Value(Duration(3s))}})
                       .all();
  REQUIRE(all.size() == 8);
  CHECK(all[0].at == Time(1s));
  CHECK(all[3].at == Time(1s));
  CHECK(all[4].at == Time(2s));
  CHECK(all[7].at == Time(2s));
  const auto plain = workload("call").all(), single = workload("call", {{"burst", std::int64_t{1}}}).all();
  REQUIRE(plain.size() == single.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(plain[i].at == single[i].at);
    CHECK(plain[i].operation.client == single[i].operation.client);
  }
}

TEST_CASE("bursts at random instants are refused") {
  CHECK_THROWS_AS(workload("call", {{"burst", std::int64_t{2}}, {"arrival", std::string("poisson")}}).make(),
                  ParameterError);
}

TEST_CASE("a workload that has no reads has no final reads either") {
  for (const char* kind : {"heartbeat", "contention"})
    for (const auto& [name, value] : ParameterValues{{"reads", 0.5}, {"final_reads", Duration(1s)}}) {
      INFO(kind << " " << name);
      try {
        workload(kind, {{name, value}}).all();
        FAIL("accepted");
      } catch (const ParameterError& error) {
        CHECK(error.parameter == name);
      }
    }
}
