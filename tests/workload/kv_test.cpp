// Keys and values of the workload `kv`.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

WorkloadBench kv(ParameterValues given) {
  WorkloadBench bench;
  bench.kind = "kv";
  bench.given = std::move(given);
  bench.given.try_emplace("rate", 1000.0);
  return bench;
}

std::map<std::string, double> key_counts(const WorkloadBench& bench) {
  std::map<std::string, double> counts;
  for (const auto& scheduled : bench.all()) counts[scheduled.operation.key] += 1;
  return counts;
}

}  // namespace

TEST_CASE("uniform keys are asked for equally often") {
  const auto counts = key_counts(kv({}));
  REQUIRE(counts.size() == 10);
  for (const auto& [key, count] : counts) CHECK(std::abs(count - 6000) < 4 * std::sqrt(6000 * 0.9));
}

TEST_CASE("Zipf frequencies follow the law") {
  const auto counts =
      key_counts(kv({{"distribution", std::string("zipf")}, {"keys", std::int64_t{50}}, {"zipf_exponent", 1.2}}));
  double sum = 0;
  for (int rank = 1; rank <= 50; ++rank) sum += std::pow(rank, -1.2);
  for (int rank = 1; rank <= 50; ++rank) {
    const double p = std::pow(rank, -1.2) / sum;
    CHECK(std::abs(counts.at("k" + std::to_string(rank - 1)) - 60000 * p) < 4.5 * std::sqrt(60000 * p * (1 - p)));
  }
}

TEST_CASE("an exponent that nothing follows is refused") {
  CHECK_THROWS_AS(kv({{"zipf_exponent", 1.2}}).make(), ParameterError);
  CHECK_NOTHROW(kv({{"distribution", std::string("zipf")}, {"zipf_exponent", 1.2}}).make());
}

TEST_CASE("given key names replace numbered keys") {
  const auto counts = key_counts(kv({{"key_names", std::vector<std::string>{"x", "y"}}}));
  CHECK(counts.size() == 2);
  CHECK(counts.contains("x"));
  CHECK_THROWS_AS(kv({{"key_names", std::vector<std::string>{}}}).make(), ParameterError);
  CHECK_THROWS_AS(kv({{"key_names", std::vector<std::string>{"x", "x"}}}).make(), ParameterError);
}

TEST_CASE("values are unique unless distinct_values limits them") {
  std::set<std::string> values;
  const auto all = kv({}).all();
  for (const auto& scheduled : all) values.insert(scheduled.operation.value);
  CHECK(values.size() == all.size());
  values.clear();
  for (const auto& scheduled : kv({{"distinct_values", std::int64_t{3}}}).all())
    values.insert(scheduled.operation.value);
  CHECK(values == std::set<std::string>{"v0", "v1", "v2"});
}

TEST_CASE("a read of kv names its key") {
  for (const auto& scheduled : kv({{"reads", 1.0}, {"rate", 20.0}}).all()) {
    CHECK(scheduled.operation.kind == OperationKind::read);
    CHECK(!scheduled.operation.key.empty());
    CHECK(scheduled.operation.value.empty());
  }
}
