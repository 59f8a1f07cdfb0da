// The workload `cache`: which keys, and which methods.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

WorkloadBench cache(ParameterValues given) {
  WorkloadBench bench;
  bench.kind = "cache";
  bench.given = std::move(given);
  bench.given.try_emplace("rate", 1000.0);
  return bench;
}

template <class Text>
std::map<std::string, double> counts(const WorkloadBench& bench, Text Operation::*field) {
  std::map<std::string, double> found;
  for (const auto& scheduled : bench.all()) found[std::string(scheduled.operation.*field)] += 1;
  return found;
}

// Within 4.5 standard deviations of a binomial count of 60,000 draws.
bool likely(double count, double p) { return std::abs(count - 60000 * p) <= 4.5 * std::sqrt(60000 * p * (1 - p)); }

}  // namespace

TEST_CASE("keys of a cache follow Zipf's law with the exponent of YCSB unless told otherwise") {
  for (const double exponent : {0.99, 2.0}) {
    ParameterValues given{{"keys", std::int64_t{20}}};
    if (exponent != 0.99) given["zipf_exponent"] = exponent;
    const auto found = counts(cache(given), &Operation::key);
    double sum = 0;
    for (int rank = 1; rank <= 20; ++rank) sum += std::pow(rank, -exponent);
    for (int rank = 1; rank <= 20; ++rank)
      CHECK(likely(found.at("k" + std::to_string(rank - 1)), std::pow(rank, -exponent) / sum));
  }
}

TEST_CASE("uniform keys of a cache are asked for equally often") {
  const auto found =
      counts(cache({{"keys", std::int64_t{4}}, {"distribution", std::string("uniform")}}), &Operation::key);
  REQUIRE(found.size() == 4);
  for (const auto& [key, count] : found) CHECK(likely(count, 0.25));
  CHECK_THROWS_AS(cache({{"distribution", std::string("uniform")}, {"zipf_exponent", 2.0}}).make(), ParameterError);
}

TEST_CASE("a cache is put to unless told to delete, and read by get") {
  CHECK(counts(cache({}), &Operation::method) == std::map<std::string, double>{{"put", 60000}});
  CHECK(counts(cache({{"reads", 1.0}}), &Operation::method) == std::map<std::string, double>{{"get", 60000}});
  const auto mixed = counts(cache({{"reads", 0.5}, {"deletes", 0.2}}), &Operation::method);
  CHECK(likely(mixed.at("get"), 0.5));
  CHECK(likely(mixed.at("delete"), 0.1));
  CHECK(likely(mixed.at("put"), 0.4));
}

TEST_CASE("a write of a cache has its own value, and a read none") {
  for (const auto& scheduled : cache({{"reads", 0.5}, {"rate", 20.0}}).all()) {
    const Operation& operation = scheduled.operation;
    if (operation.kind == OperationKind::read)
      CHECK(operation.value.empty());
    else
      CHECK(operation.value == "v" + std::to_string(operation.write));
  }
}

TEST_CASE("shares are between nothing and all, counts begin at one, and rates may be below one per second") {
  const std::set<std::string> counts{"keys",  "objects",    "elements", "distinct_values",
                                     "burst", "operations", "clients"};
  for (const auto& workload : workloads())
    for (const auto& parameter : workload.parameters) {
      INFO(workload.name << " " << parameter.name);
      if (parameter.type == ValueType::share) {
        CHECK(parameter.minimum == 0);
        CHECK(parameter.maximum == 1);
      }
      if (parameter.type == ValueType::rate) CHECK(parameter.minimum == 0);
      if (counts.contains(parameter.name)) CHECK(parameter.minimum == 1);
    }
}
