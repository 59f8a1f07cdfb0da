// Who asks what and where.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

std::string spell(const std::vector<ScheduledOperation>& operations) {
  std::string text;
  for (const auto& [at, target, operation, latency, timeout] : operations)
    text += std::to_string(at.time_since_epoch().count()) + " " + std::to_string(target) + " " +
            std::to_string(operation.client) + " " + (operation.kind == OperationKind::read ? "r " : "w ") +
            operation.key + "=" + operation.value + "\n";
  return text;
}

}  // namespace

TEST_CASE("the schedule is a function of seed and workload") {
  WorkloadBench bench;
  bench.given = {{"reads", 0.5}, {"roam", true}};
  const auto first = spell(bench.all());
  CHECK(spell(bench.all()) == first);
  bench.seed = 2;
  CHECK(spell(bench.all()) != first);
}

TEST_CASE("changing the share of reads leaves instants and clients as they were") {
  WorkloadBench bench;
  const auto writes = bench.all();
  bench.given = {{"reads", 0.5}};
  const auto mixed = bench.all();
  REQUIRE(mixed.size() == writes.size());
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    CHECK(mixed[i].at == writes[i].at);
    CHECK(mixed[i].operation.client == writes[i].operation.client);
  }
}

TEST_CASE("operations and writes are numbered in order and broadcast values are unique") {
  WorkloadBench bench;
  bench.given = {{"reads", 0.3}};
  OpId operations = 0;
  WriteId writes = 0;
  for (const auto& scheduled : bench.all()) {
    const Operation& operation = scheduled.operation;
    CHECK(operation.id == operations++);
    if (operation.kind == OperationKind::read) {
      CHECK(operation.key.empty());
      CHECK(operation.write == no_write);
      continue;
    }
    CHECK(operation.write == writes);
    CHECK(operation.key == "b" + std::to_string(writes));
    CHECK(operation.value == std::to_string(writes));
    CHECK(operation.size == 64);
    ++writes;
  }
  CHECK(writes > 0);
  CHECK(writes < operations);
}

TEST_CASE("the share of reads is within four standard deviations") {
  for (const double share : {0.0, 0.1, 0.5, 0.9, 1.0}) {
    WorkloadBench bench;
    bench.given = {{"reads", share}, {"rate", 1000.0}, {"stop", Value(Duration(20s))}};
    double reads = 0;
    for (const auto& scheduled : bench.all()) reads += scheduled.operation.kind == OperationKind::read ? 1 : 0;
    CHECK(std::abs(reads - 20000 * share) <= 4 * std::sqrt(20000 * share * (1 - share)));
  }
}

TEST_CASE("a client stays with its target unless it roams") {
  WorkloadBench bench;
  bench.given = {{"targets", Selector::of({1, 3, 4})}, {"clients", std::int64_t{7}}};
  const std::vector<NodeId> targets{1, 3, 4};
  std::set<ClientId> clients;
  for (const auto& scheduled : bench.all()) {
    CHECK(scheduled.target == targets[scheduled.operation.client % 3]);
    clients.insert(scheduled.operation.client);
  }
  CHECK(clients.size() == 7);

  bench.given["roam"] = true;
  std::set<std::pair<ClientId, NodeId>> pairs;
  for (const auto& scheduled : bench.all()) pairs.emplace(scheduled.operation.client, scheduled.target);
  CHECK(pairs.size() == 21);
}

TEST_CASE("a payload is never smaller than key and value") {
  WorkloadBench bench;
  bench.given = {{"size", std::int64_t{0}}};
  for (const auto& scheduled : bench.all())
    CHECK(scheduled.operation.size == scheduled.operation.key.size() + scheduled.operation.value.size());
}

TEST_CASE("final reads ask each target once, in order of the nodes, by sessions of their own, after the quiet") {
  WorkloadBench bench;
  bench.given = {{"targets", Selector::of({4, 1, 3})},
                 {"clients", std::int64_t{7}},
                 {"reads", 0.5},
                 {"stop", Value(Duration(20s))}};
  const auto without = bench.all();
  bench.given["final_reads"] = Value(Duration(10s));
  const auto with = bench.all();
  REQUIRE(with.size() == without.size() + 3);
  CHECK(spell({with.begin(), with.end() - 3}) == spell(without));
  const std::vector<NodeId> targets{1, 3, 4};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& [at, target, operation, latency, timeout] = with[without.size() + i];
    CHECK(at == Time(30s));
    CHECK(target == targets[i]);
    CHECK(operation.id == without.size() + i);
    CHECK(operation.client == 7 + i);
    CHECK(operation.kind == OperationKind::read);
    CHECK(operation.key.empty());
    CHECK(operation.final_read);
  }
  for (const auto& scheduled : without) CHECK_FALSE(scheduled.operation.final_read);
  CHECK(bench.make()->end() == Time(30s) + Duration(1));
}

TEST_CASE("final reads follow the last of a number of operations") {
  WorkloadBench bench;
  bench.given = {{"operations", std::int64_t{5}}, {"final_reads", Value(Duration(10s))}};
  const auto operations = bench.all();
  REQUIRE(operations.size() == 10);
  CHECK(operations[5].at == Time(10250ms));
}

TEST_CASE("final reads that are not answered before the run is over are refused") {
  WorkloadBench bench;
  bench.duration = 30s;
  bench.given = {{"stop", Value(Duration(20s))}, {"final_reads", Value(Duration(10s))}};
  CHECK_THROWS_AS(bench.make(), ParameterError);
  bench.duration = Duration(30s) + Duration(1);
  CHECK_NOTHROW(bench.make());
  bench.given["client_latency"] = Value(Duration(1ms));
  CHECK_THROWS_AS(bench.make(), ParameterError);
  bench.duration = Duration(30002ms) + Duration(1);
  CHECK_NOTHROW(bench.make());
}

TEST_CASE("a workload without targets is refused") {
  WorkloadBench bench;
  Selector none;
  none.kind = Selector::Kind::negation;
  none.operand = std::make_shared<const Selector>(Selector::all());
  bench.given = {{"targets", none}};
  CHECK_THROWS_AS(bench.make(), ParameterError);
}
