// Operations written out one by one, several workloads side by side, and staggered arrival.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

ScriptStep step(Duration at, NodeId node, const std::string& word, OperationKind kind = OperationKind::write) {
  ScriptStep step;
  step.at = Time(at);
  step.node = node;
  step.word = word;
  step.kind = kind;
  return step;
}

ScriptStep read_at(Duration at, NodeId node, const std::string& word = "read") {
  return step(at, node, word, OperationKind::read);
}

WorkloadEntry entry_of(const std::string& kind, ParameterValues given, std::vector<ScriptStep> script = {}) {
  for (const auto& parameter : find_workload(kind)->parameters)
    if (!std::holds_alternative<std::monostate>(parameter.default_value))
      given.try_emplace(parameter.name, parameter.default_value);
  return {kind, given, std::move(script)};
}

std::vector<ScheduledOperation> all_of(const std::vector<WorkloadEntry>& entries) {
  WorkloadContext context;
  context.seed = 1;
  context.nodes = {0, 1, 2};
  context.duration_end = Time(60s);
  const auto workload = make_workload(entries, context);
  std::vector<ScheduledOperation> operations;
  while (auto operation = workload->next()) operations.push_back(std::move(*operation));
  return operations;
}

}  // namespace

TEST_CASE("a script asks what it says, when and where it says, and nothing else") {
  ScriptStep five = step(10s, 0, "increment");
  five.argument = "5";
  ScriptStep other = read_at(31s, 2);
  other.client = 7;
  other.key = "bucket/pn-counter/3";
  const auto operations =
      all_of({entry_of("crdt", {{"types", std::vector<std::string>{"pn-counter"}}}, {five, read_at(30s, 1), other})});
  REQUIRE(operations.size() == 3);
  CHECK(operations[0].at == Time(10s));
  CHECK(operations[0].target == 0);
  CHECK(operations[0].operation.method == "increment");
  CHECK(operations[0].operation.value == "5");
  CHECK(operations[0].operation.key == "bucket/pn-counter/0");
  CHECK(operations[1].operation.kind == OperationKind::read);
  CHECK(operations[1].operation.key == "bucket/pn-counter/0");
  CHECK(operations[1].target == 1);
  CHECK(operations[1].operation.client == 1);  // a session per node
  CHECK(operations[2].operation.client == 7);
  CHECK(operations[2].operation.key == "bucket/pn-counter/3");
  CHECK(operations[2].operation.script == 2);
}

TEST_CASE("each kind of workload has words of its own, and makes keys and values that a step leaves out") {
  const auto first = [](const std::string& kind, const ScriptStep& step) {
    return all_of({entry_of(kind, {}, {step})}).at(0).operation;
  };
  CHECK(first("broadcast", step(1s, 0, "write")).key == "b0");
  CHECK(first("broadcast", read_at(1s, 0)).key.empty());
  CHECK(first("broadcast", read_at(1s, 0)).value.empty());
  CHECK(first("kv", step(1s, 0, "write")).key == "k0");
  CHECK(first("kv", step(1s, 0, "write")).value == "v0");
  CHECK(first("cache", step(1s, 0, "delete")).method == "delete");
  CHECK(first("cache", read_at(1s, 0, "get")).method == "get");
  CHECK(first("replicate", step(1s, 0, "write")).key == "c0");
  ScriptStep named = step(1s, 0, "write");
  named.key = "x";
  named.argument = "y";
  CHECK(first("kv", named).key == "x");
  CHECK(first("kv", named).value == "y");
  CHECK(first("crdt", step(1s, 0, "enable")).key == "bucket/ew-flag/0");
  CHECK(first("crdt", step(1s, 0, "add")).key == "bucket/aw-set/0");
  for (const WorkloadInfo& info : workloads())
    for (const ScriptWord& word : info.words)
      CHECK(first(info.name, step(1s, 0, word.word, word.kind)).kind == word.kind);
}

TEST_CASE("a read of things that writes make names the newest, and number 0 before there is one") {
  const auto operations =
      all_of({entry_of("replicate", {}, {read_at(1s, 0), step(2s, 0, "write"), step(3s, 0, "write"), read_at(4s, 0)})});
  std::vector<std::string> keys(operations.size());
  std::transform(operations.begin(), operations.end(), keys.begin(), [](const auto& o) { return o.operation.key; });
  CHECK(keys == std::vector<std::string>{"c0", "c0", "c1", "c1"});
}

TEST_CASE("a step that its object does not understand is refused") {
  ScriptStep wrong = step(1s, 0, "increment");
  wrong.key = "bucket/aw-set/0";
  CHECK_THROWS_AS(all_of({entry_of("crdt", {}, {wrong})}), ParameterError);
  CHECK_THROWS_AS(
      all_of({entry_of("crdt", {{"types", std::vector<std::string>{"aw-set"}}}, {step(1s, 0, "increment")})}),
      ParameterError);
}

TEST_CASE("final reads follow a script") {
  const auto operations =
      all_of({entry_of("broadcast", {{"final_reads", Value(Duration(5s))}}, {step(10s, 0, "write")})});
  REQUIRE(operations.size() == 4);
  CHECK(operations[3].at == Time(15s + 1ns));
  CHECK(operations[3].operation.final_read);
  CHECK(operations[3].operation.script == Operation::unscripted);
}

TEST_CASE("several workloads: in order of time, numbered together, each with sessions and draws of its own") {
  const ParameterValues writes{{"rate", 10.0}, {"stop", Value(Duration(10s))}, {"arrival", std::string("poisson")}};
  const ParameterValues reads{{"rate", 10.0},
                              {"reads", 1.0},
                              {"start", Value(Duration(5s))},
                              {"stop", Value(Duration(15s))},
                              {"timeout", Value(Duration(1s))}};
  const auto operations =
      all_of({entry_of("broadcast", writes), entry_of("broadcast", writes), entry_of("broadcast", reads)});
  std::set<std::string> keys;
  std::set<ClientId> readers, writers;
  OpId id = 0;
  WriteId write = 0;
  Time before{};
  std::size_t together = 0;
  for (const auto& [at, target, operation, latency, timeout] : operations) {
    CHECK(operation.id == id++);
    CHECK(at >= before);
    together += at == before ? 1 : 0;
    before = at;
    if (operation.kind == OperationKind::read) {
      readers.insert(operation.client);
      CHECK(timeout == 1s);
      continue;
    }
    CHECK(operation.write == write++);
    CHECK(keys.insert(operation.key).second);
    writers.insert(operation.client);
  }
  CHECK(readers.size() == 3);
  CHECK(writers.size() == 6);
  for (const ClientId reader : readers) CHECK_FALSE(writers.contains(reader));
  CHECK(together < 10);  // the second draws other instants than the first
  CHECK(before >= Time(14s));
}

TEST_CASE("sessions of later workloads are numbered behind those of earlier ones and of their final reads") {
  const auto clients = [](std::int64_t count, bool final_reads) {
    ParameterValues given{{"operations", std::int64_t{60}}, {"clients", count}};
    if (final_reads) given["final_reads"] = Duration(5s);
    return entry_of("broadcast", given);
  };
  for (const bool final_reads : {false, true}) {
    const std::vector<WorkloadEntry> entries{clients(3, final_reads), clients(2, false)};
    std::set<ClientId> all;
    for (const auto& scheduled : all_of(entries)) all.insert(scheduled.operation.client);
    // Three nodes are read by a session each.
    CHECK(all == (final_reads ? std::set<ClientId>{0, 1, 2, 3, 4, 5, 6, 7} : std::set<ClientId>{0, 1, 2, 3, 4}));
  }
}

TEST_CASE("several workloads end with the last of them") {
  WorkloadContext context;
  context.seed = 1;
  context.nodes = {0, 1, 2};
  context.duration_end = Time(60s);
  const WorkloadEntry early = entry_of("kv", {{"rate", 1.0}, {"stop", Duration(10s)}});
  const WorkloadEntry late = entry_of("kv", {{"rate", 1.0}, {"stop", Duration(33s)}});
  const auto end_of = [&context](const std::vector<WorkloadEntry>& entries) {
    return make_workload(entries, context)->end();
  };
  CHECK(end_of({early, late}) == Time(33s));
  CHECK(end_of({late, early}) == Time(33s));
  CHECK(end_of({early}) == Time(10s));
}

TEST_CASE("a phase that only reads asks for what the phases before it made") {
  const auto operations = all_of({entry_of("replicate", {}, {step(1s, 0, "write"), step(2s, 0, "write")}),
                                  entry_of("replicate", {}, {read_at(3s, 1)})});
  REQUIRE(operations.size() == 3);
  CHECK(operations[2].operation.key == "c1");
  const auto drawn = all_of({entry_of("replicate", {}, {step(1s, 0, "write"), step(2s, 0, "write")}),
                             entry_of("replicate", {{"reads", 1.0}, {"start", Value(Duration(5s))}})});
  std::set<std::string> asked;
  for (const auto& scheduled : drawn)
    if (scheduled.operation.kind == OperationKind::read) asked.insert(scheduled.operation.key);
  CHECK(asked == std::set<std::string>{"c0", "c1"});
}

TEST_CASE("staggered: gaps are uniform between nothing and twice the mean, as Jepsen's stagger") {
  WorkloadBench bench;
  bench.duration = 1000s;
  bench.given = {{"rate", 20.0}, {"arrival", std::string("staggered")}};
  const auto operations = bench.all();
  CHECK(operations.size() == Approx(20000).epsilon(0.02));
  double longest = 0, short_ones = 0;
  for (std::size_t i = 1; i < operations.size(); ++i) {
    const double gap = seconds(operations[i].at - operations[i - 1].at);
    longest = std::max(longest, gap);
    short_ones += gap < 0.025 ? 1 : 0;
  }
  CHECK(longest <= 0.1);
  CHECK(longest > 0.0999);
  CHECK(short_ones / 20000 == Approx(0.25).margin(0.015));
}

TEST_CASE("staggered: a given number of operations comes one in each share of the time") {
  WorkloadBench bench;
  bench.given = {
      {"operations", std::int64_t{30}}, {"stop", Value(Duration(60s))}, {"arrival", std::string("staggered")}};
  const auto operations = bench.all();
  REQUIRE(operations.size() == 30);
  std::set<Duration> offsets;
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(operations[i].at >= Time(2s * i));
    CHECK(operations[i].at < Time(2s * (i + 1)));
    offsets.insert(operations[i].at - Time(2s * i));
  }
  CHECK(offsets.size() > 25);
}
