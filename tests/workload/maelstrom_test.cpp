// Maelstrom's workloads beyond those that others share: echo, unique-ids, transactions and kafka.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/core/transaction.hpp"
#include "tests/workload/bench.hpp"

using namespace hearsay;

namespace {

WorkloadBench of_kind(std::string kind, ParameterValues given = {}) {
  WorkloadBench bench;
  bench.kind = std::move(kind);
  bench.given = std::move(given);
  return bench;
}

WorkloadBench scripted(const std::string& kind, const std::string& word, const std::string& argument) {
  WorkloadBench bench = of_kind(kind);
  ScriptStep& step = bench.script.emplace_back();
  step.node = 0;
  step.word = word;
  step.argument = argument;
  return bench;
}

}  // namespace

TEST_CASE("echoes and new ids are asked for by name") {
  std::set<std::string> texts;
  for (const auto& scheduled : of_kind("echo").all()) {
    CHECK(scheduled.operation.method == "echo");
    texts.insert(scheduled.operation.value);
  }
  CHECK(texts.size() > 50);
  for (const auto& scheduled : of_kind("unique-ids").all()) CHECK(scheduled.operation.method == "generate");
  CHECK(scripted("echo", "echo", "hallo").all().front().operation.value == "hallo");
  CHECK_THROWS_AS(of_kind("echo", {{"reads", 0.5}}).all(), ParameterError);
  CHECK_THROWS_AS(of_kind("unique-ids", {{"reads", 0.5}}).all(), ParameterError);
}

TEST_CASE("transactions write no value of a key twice, and a key that has been written enough gives way") {
  for (const std::string kind : {"txn-list-append", "txn-rw-register"}) {
    std::set<std::pair<std::int64_t, std::int64_t>> written;
    std::map<std::int64_t, int> writes;
    std::set<std::size_t> lengths;
    int reads = 0;
    for (const auto& scheduled : of_kind(kind, {{"writes_per_key", std::int64_t{4}}}).all()) {
      CHECK(scheduled.operation.method == kind);
      const auto transaction = parse_transaction(scheduled.operation.value);
      REQUIRE(transaction);
      lengths.insert(transaction->size());
      for (const TransactionStep& step : *transaction) {
        if (step.kind == TransactionStep::Kind::read) {
          ++reads;
          CHECK_FALSE(step.values);
          continue;
        }
        CHECK((step.kind == TransactionStep::Kind::append) == (kind == "txn-list-append"));
        CHECK(written.emplace(step.key, step.values->front()).second);
        ++writes[step.key];
      }
    }
    CHECK(lengths == std::set<std::size_t>{1, 2, 3, 4});
    CHECK(writes.size() > 20);
    for (const auto& [key, count] : writes) CHECK(count <= 4);
    CHECK(reads / static_cast<double>(reads + written.size()) == Approx(0.5).margin(0.05));
  }
}

TEST_CASE("a final read of transactions reads alone") {
  int final_reads = 0;
  for (const auto& scheduled : of_kind("txn-list-append", {{"stop", Value(Duration(std::chrono::seconds(10)))},
                                                           {"final_reads", Value(Duration(std::chrono::seconds(1)))}})
                                   .all()) {
    if (!scheduled.operation.final_read) continue;
    ++final_reads;
    const auto transaction = parse_transaction(scheduled.operation.value);
    REQUIRE(transaction);
    for (const TransactionStep& step : *transaction) CHECK(step.kind == TransactionStep::Kind::read);
  }
  CHECK(final_reads == 5);
}

TEST_CASE("a scripted transaction is written out") {
  CHECK(scripted("txn-list-append", "txn", "read 3; append 3 5").all().front().operation.value == "read 3; append 3 5");
  CHECK_THROWS_AS(scripted("txn-list-append", "txn", "r 3").all(), ParameterError);
  CHECK_THROWS_AS(of_kind("txn-rw-register", {{"min_length", std::int64_t{5}}}).all(), ParameterError);
  CHECK_THROWS_AS(of_kind("txn-rw-register", {{"reads", 0.5}}).all(), ParameterError);
}

TEST_CASE("kafka: sends go to a log each, other operations to all logs, in the shares asked for") {
  std::map<std::string, int> methods;
  std::set<std::string> keys;
  for (const auto& scheduled : of_kind("kafka", {{"reads", 0.5}, {"commits", 0.5}, {"keys", std::int64_t{2}}}).all()) {
    const Operation& operation = scheduled.operation;
    ++methods[std::string(operation.method)];
    if (operation.method == "send") {
      keys.insert(operation.key);
      CHECK(operation.value == std::to_string(operation.write));
    } else {
      CHECK(operation.kind == OperationKind::read);
      CHECK(operation.value == "k0 k1");
    }
  }
  CHECK(keys == std::set<std::string>{"k0", "k1"});
  const double all = methods["send"] + methods["poll"] + methods["commit"] + methods["committed"];
  CHECK(methods["send"] / all == Approx(0.5).margin(0.06));
  CHECK(methods["poll"] / all == Approx(0.25).margin(0.06));
  CHECK(methods["commit"] / all == Approx(0.125).margin(0.05));
}
