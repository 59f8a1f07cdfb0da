// Keys, methods and values of the workload `crdt`.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

WorkloadBench crdt_bench(ParameterValues given) {
  WorkloadBench bench;
  bench.kind = "crdt";
  bench.given = std::move(given);
  bench.given.try_emplace("rate", 200.0);
  return bench;
}

}  // namespace

TEST_CASE("crdt: every write is an update that the type of its key knows") {
  for (const auto& scheduled : crdt_bench({}).all()) {
    const Operation& operation = scheduled.operation;
    const auto type = crdt::type_of_key(operation.key);
    INFO(operation.key << " " << operation.method << " " << operation.value);
    REQUIRE(type);
    CHECK(crdt::Object(*type).prepare({operation.method, operation.value}, {}));
    CHECK_FALSE(operation.value.empty());
  }
}

TEST_CASE("crdt: all types are used, and equally often unless some are named") {
  std::map<std::string, double> counts;
  const auto count = [&](const WorkloadBench& bench) {
    counts.clear();
    for (const auto& scheduled : bench.all()) {
      const std::string& key = scheduled.operation.key;
      const auto first = key.find('/') + 1;
      counts[key.substr(first, key.find('/', first) - first)] += 1;
    }
  };
  count(crdt_bench({}));
  CHECK(counts.size() == crdt::types().size());
  for (const auto& info : crdt::types()) {
    INFO(info.name);
    CHECK(std::abs(counts[std::string(info.name)] - 12000.0 / 7) < 4 * std::sqrt(12000.0 * 6 / 49));
  }
  count(crdt_bench({{"types", std::vector<std::string>{"aw-set", "ew-flag"}}}));
  CHECK(counts.size() == 2);
}

TEST_CASE("crdt: a counter is changed by one to ten, each as often") {
  std::map<std::string, int> amounts;
  auto bench = crdt_bench({{"types", std::vector<std::string>{"pn-counter"}}, {"elements", std::int64_t{100}}});
  for (const auto& scheduled : bench.all())
    if (scheduled.operation.kind == OperationKind::write) ++amounts[scheduled.operation.value];
  CHECK(amounts.size() == 10);
  for (int amount = 1; amount <= 10; ++amount) CHECK(amounts[std::to_string(amount)] > 0);
}

TEST_CASE("crdt: keys have the namespace and as many objects as were asked for") {
  std::set<std::string> keys;
  const auto bench = crdt_bench({{"types", std::vector<std::string>{"aw-set"}},
                                 {"objects", std::int64_t{3}},
                                 {"namespace", std::string("shop")}});
  for (const auto& scheduled : bench.all()) keys.insert(scheduled.operation.key);
  CHECK(keys == std::set<std::string>{"shop/aw-set/0", "shop/aw-set/1", "shop/aw-set/2"});
}

TEST_CASE("crdt: the share of removes is what was asked for, and none where a type has nothing to take back") {
  for (const double share : {0.0, 0.25, 1.0}) {
    double removes = 0, updates = 0;
    for (const auto& scheduled :
         crdt_bench({{"types", std::vector<std::string>{"aw-set"}}, {"removes", share}}).all()) {
      updates += 1;
      removes += scheduled.operation.method == "remove" ? 1 : 0;
    }
    CHECK(std::abs(removes - updates * share) <= 4 * std::sqrt(updates * share * (1 - share)));
  }
  for (const auto& scheduled : crdt_bench({{"types", std::vector<std::string>{"mv-register"}}, {"removes", 1.0}}).all())
    CHECK(scheduled.operation.method == "assign");
}

TEST_CASE("crdt: a read names its object and has no method") {
  for (const auto& scheduled : crdt_bench({{"reads", 1.0}}).all()) {
    CHECK(scheduled.operation.kind == OperationKind::read);
    CHECK(crdt::type_of_key(scheduled.operation.key));
    CHECK(scheduled.operation.method.empty());
  }
}

TEST_CASE("crdt: contradictory fields are refused") {
  CHECK_THROWS_AS(crdt_bench({{"types", std::vector<std::string>{}}}).make(), ParameterError);
  CHECK_THROWS_AS(crdt_bench({{"types", std::vector<std::string>{"aw-set", "aw-set"}}}).make(), ParameterError);
  CHECK_THROWS_AS(crdt_bench({{"namespace", std::string("a/b")}}).make(), ParameterError);
}
