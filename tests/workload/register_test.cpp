// The workload `register`: reads, writes and compare-and-sets of a few keys.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/core/compare_and_set.hpp"
#include "tests/workload/bench.hpp"

using namespace hearsay;

namespace {

WorkloadBench registers(ParameterValues given) {
  WorkloadBench bench;
  bench.kind = "register";
  bench.given = std::move(given);
  return bench;
}

}  // namespace

TEST_CASE("every operation of a register names itself: read, write or cas, in the shares asked for") {
  std::map<std::string, int> methods;
  std::set<std::string> keys;
  const auto all = registers({{"reads", 0.5}, {"cas", 0.4}, {"keys", std::int64_t{2}}}).all();
  for (const auto& scheduled : all) {
    const Operation& operation = scheduled.operation;
    ++methods[std::string(operation.method)];
    keys.insert(operation.key);
    CHECK((operation.kind == OperationKind::read) == (operation.method == "read"));
    if (operation.method == "cas") {
      const auto [expected, desired] = compare_and_set(operation.value);
      CHECK(expected.substr(0, 1) == "v");
      CHECK(desired.substr(0, 1) == "v");
    }
    if (operation.method == "write") CHECK(operation.value.find("->") == std::string::npos);
  }
  CHECK(methods.size() == 3);
  CHECK(keys == std::set<std::string>{"r0", "r1"});
  const auto share = [&](const char* method) { return methods[method] / static_cast<double>(all.size()); };
  CHECK(share("read") == Approx(0.5).margin(0.06));
  CHECK(share("cas") == Approx(0.2).margin(0.06));
}

TEST_CASE("a share of the operations goes to counters: reads, and increments by 1") {
  int counted = 0;
  std::set<std::string> keys;
  const auto all = registers({{"reads", 0.5}, {"increments", 0.4}, {"counters", std::int64_t{3}}}).all();
  for (const auto& scheduled : all) {
    const Operation& operation = scheduled.operation;
    if (operation.key.front() != 'c') {
      CHECK(operation.method != "increment");
      continue;
    }
    ++counted;
    keys.insert(operation.key);
    CHECK(operation.method == (operation.kind == OperationKind::read ? "read" : "increment"));
    if (operation.kind == OperationKind::write) CHECK(operation.value == "1");
  }
  CHECK(keys == std::set<std::string>{"c0", "c1", "c2"});
  CHECK(counted / static_cast<double>(all.size()) == Approx(0.4).margin(0.06));
}

TEST_CASE("a scripted increment says by how much, of c0 unless the step has a key") {
  WorkloadBench bench = registers({});
  ScriptStep& step = bench.script.emplace_back();
  step.node = 0;
  step.word = "increment";
  CHECK(bench.all().front().operation.value == "1");
  step.argument = "7";
  CHECK(bench.all().front().operation.value == "7");
  CHECK(bench.all().front().operation.method == "increment");
  CHECK(bench.all().front().operation.key == "c0");
  step.key = "c5";
  CHECK(bench.all().front().operation.key == "c5");
}

TEST_CASE("a compare-and-set is written EXPECTED->DESIRED") {
  CHECK(compare_and_set("a->b").expected == "a");
  CHECK(compare_and_set("a->b").desired == "b");
  CHECK(compare_and_set("b").desired == "b");
  CHECK(compare_and_set("b").expected.empty());
  CHECK(compare_and_set_text("a", "b") == "a->b");
}

TEST_CASE("a scripted compare-and-set needs its arrow") {
  WorkloadBench bench = registers({});
  ScriptStep& step = bench.script.emplace_back();
  step.node = 0;
  step.word = "cas";
  step.argument = "v1";
  CHECK_THROWS_AS(bench.all(), ParameterError);
  step.argument = "v1->v2";
  const auto all = bench.all();
  REQUIRE(all.size() == 1);
  CHECK(all.front().operation.key == "r0");
  CHECK(all.front().operation.value == "v1->v2");
}
