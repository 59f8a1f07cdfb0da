// When operations come: counts, order, limits.
#include <catch2/catch.hpp>

#include "tests/workload/bench.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

WorkloadBench with(ParameterValues given) {
  WorkloadBench bench;
  bench.given = std::move(given);
  return bench;
}

}  // namespace

TEST_CASE("without rate, operations and stop a workload asks 20 times a second, and leaves the end of the run quiet") {
  WorkloadBench usual;
  usual.until_the_end = false;
  const auto operations = usual.all();
  REQUIRE(operations.size() == 900);
  CHECK(operations.front().at == Time(0ns));
  CHECK(operations[1].at == Time(50ms));
  CHECK(operations.back().at == Time(44950ms));
  usual.given = {{"start", Value(Duration(40s))}};
  CHECK(usual.all().back().at == Time(54950ms));  // a quarter of 20 s
}

TEST_CASE("an even rate asks exactly rate times window operations") {
  for (const double rate : {1.0, 3.0, 7.0, 20.0, 999.0, 1000.0})
    for (const int window : {1, 7, 10, 33}) {
      const auto operations =
          with({{"rate", rate}, {"start", Value(Duration(2s))}, {"stop", Value(Duration(2s) + window * 1s)}}).all();
      CHECK(operations.size() == static_cast<std::size_t>(rate * window));
      CHECK(operations.front().at == Time(2s));
    }
}

TEST_CASE("a number of operations alone is spread evenly from start to stop") {
  const auto operations =
      with({{"operations", std::int64_t{4}}, {"start", Value(Duration(1s))}, {"stop", Value(Duration(3s))}}).all();
  REQUIRE(operations.size() == 4);
  CHECK(operations[1].at == Time(1500ms));
  CHECK(operations[3].at == Time(2500ms));
}

TEST_CASE("a number of operations without stop comes at 20 a second") {
  const auto operations = with({{"operations", std::int64_t{5}}}).all();
  REQUIRE(operations.size() == 5);
  CHECK(operations[4].at == Time(200ms));
  CHECK(with({{"operations", std::int64_t{5}}}).make()->end() == Time(250ms));
}

TEST_CASE("with rate and operations the schedule ends when the operations are used up") {
  const auto operations = with({{"rate", 100.0}, {"operations", std::int64_t{30}}}).all();
  REQUIRE(operations.size() == 30);
  CHECK(operations.back().at == Time(290ms));
}

TEST_CASE("operations that do not fit the run at the default rate are refused") {
  CHECK_THROWS_AS(with({{"operations", std::int64_t{1201}}}).make(), ParameterError);
  CHECK_NOTHROW(with({{"operations", std::int64_t{1200}}}).make());
}

TEST_CASE("a Poisson schedule is ordered, inside its window and near its rate") {
  auto bench = with({{"rate", 100.0},
                     {"arrival", std::string("poisson")},
                     {"start", Value(Duration(1s))},
                     {"stop", Value(Duration(51s))}});
  const auto operations = bench.all();
  CHECK(operations.size() > 5000 - 4 * 71);  // four standard deviations
  CHECK(operations.size() < 5000 + 4 * 71);
  Time last = Time(1s);
  for (const auto& operation : operations) {
    CHECK(operation.at >= last);
    last = operation.at;
  }
  CHECK(last < Time(51s));
}

TEST_CASE("a Poisson schedule of a number of operations has exactly that many before stop") {
  const auto operations =
      with({{"operations", std::int64_t{500}}, {"arrival", std::string("poisson")}, {"stop", Value(Duration(10s))}})
          .all();
  REQUIRE(operations.size() == 500);
  CHECK(operations.back().at < Time(10s));
  double mean = 0;
  for (const auto& operation : operations) mean += seconds(operation.at) / 500;
  CHECK(mean == Approx(5.0).margin(4 * 10 / std::sqrt(12.0 * 500)));
}

TEST_CASE("huge rates and durations are generated lazily and do not overflow") {
  auto bench = with({{"rate", 1e9}, {"stop", Value(Duration(3s))}});
  const auto workload = bench.make();
  for (int i = 0; i < 1000; ++i) CHECK(workload->next()->at == Time(Duration(i)));
  auto long_run = with({{"rate", 1e6}, {"operations", std::int64_t{4'000'000'000}}});
  long_run.duration = 3'600'000s;
  CHECK(long_run.make()->end() == Time(4000s));
}

TEST_CASE("more operations than have numbers are refused") {
  auto bench = with({{"rate", 1e9}});
  CHECK_THROWS_AS(bench.make(), ParameterError);
}

TEST_CASE("contradictory windows are refused") {
  CHECK_THROWS_AS(with({{"start", Value(Duration(5s))}, {"stop", Value(Duration(5s))}}).make(), ParameterError);
  CHECK_THROWS_AS(with({{"start", Value(Duration(60s))}}).make(), ParameterError);
  CHECK_THROWS_AS(with({{"stop", Value(Duration(61s))}}).make(), ParameterError);
  CHECK_THROWS_AS(with({{"rate", 0.0}}).make(), ParameterError);
}

TEST_CASE("times of a workload may be zero and a payload empty; a timeout lasts, and there is an operation") {
  const auto least = [](const std::string& name) {
    for (const Parameter& parameter : find_workload("broadcast")->parameters)
      if (parameter.name == name) return parameter.minimum;
    return -1.0;
  };
  for (const char* name : {"start", "stop", "client_latency", "size"}) CHECK(least(name) == 0);
  CHECK(least("timeout") == 1e-9);
  for (const char* name : {"operations", "clients"}) CHECK(least(name) == 1);
}

TEST_CASE("the slowest rate is one operation in a million seconds") {
  CHECK(with({{"rate", 1e-6}}).all().size() == 1);
  CHECK_THROWS_AS(with({{"rate", 0.99e-6}}).make(), ParameterError);
}
