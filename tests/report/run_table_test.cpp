// The rows that tables are made of, as they come out of a store.
#include "sim/report/run_table.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/metrics/field.hpp"
#include "sim/report/json.hpp"
#include "sim/report/store.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;

namespace {

void add_run(Store& store, const std::string& case_key, std::uint64_t seed) {
  store.add({"hash", "p", "label", "", case_key, "1", seed, {}, {}, {}}, to_json(test::sample_result()));
}

}  // namespace

TEST_CASE("a row names its run, says how it ended, and has the figures that were asked for") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store(file).add({"its hash", "its protocol", "its label", "fanout=3", "nodes=25;text=a;b;", "1", 7, {}, {}, {}},
                  to_json(test::sample_result()));
  const RunTable table = latest_runs(file, {find_field("divergence_s"), find_field("messages.per_op")});
  REQUIRE(table.runs.size() == 1);
  const RunKind& kind = table.kind_of(0);
  CHECK(kind.scenario == "partition-heal");
  CHECK(kind.scenario_hash == "its hash");
  CHECK(kind.protocol == "its protocol");
  CHECK(kind.label == "its label");
  CHECK(kind.params == "fanout=3");
  CHECK(kind.case_values == std::vector<std::pair<std::string, std::string>>{{"nodes", "25"}, {"text", "a;b"}});
  CHECK(kind.nodes == 25);
  const StoredRun& row = table.runs[0];
  CHECK(row.id == 1);
  CHECK(row.seed == 7);
  CHECK(row.verdict == StoredVerdict::fail);
  CHECK_FALSE(row.crashed);
  CHECK(row.converged == true);
  CHECK(row.lost_writes == 10.0);
  CHECK(row.acknowledged_share == Approx(390.0 / 400));
  CHECK(table.figure(0, 0) == 11.5);
  CHECK(table.figure(1, 0) == 12.5);
}

TEST_CASE("rows are sorted by case and seed, with numbers as numbers, whatever order they were stored in") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  {
    Store store(file);
    for (const char* nodes : {"nodes=10;", "nodes=9;"})
      for (const std::uint64_t seed : {10, 3, 2}) add_run(store, nodes, seed);
  }
  std::vector<std::string> order;
  const RunTable table = latest_runs(file, {});
  CHECK(table.superseded == 0);
  for (std::size_t i = 0; i < table.runs.size(); ++i)
    order.push_back(table.kind_of(i).case_values[0].second + " " + std::to_string(table.runs[i].seed));
  CHECK(order == std::vector<std::string>{"9 2", "9 3", "9 10", "10 2", "10 3", "10 10"});
}

TEST_CASE(
    "of runs that differ in the version alone the last one is there, whatever their order, and the rest counted") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  {
    Store store(file);
    RunResult result = test::sample_result();
    const auto add = [&](const char* version, std::uint64_t seed, double divergence_s) {
      result.divergence_s = divergence_s;
      store.add({"hash", "p", "label", "", "", version, seed, {}, {}, {}}, to_json(result));
    };
    add("2", 1, 10);
    add("1", 2, 20);
    add("1", 1, 30);
    add("3", 2, 40);
    add("1", 3, 50);
  }
  const RunTable table = latest_runs(file, {find_field("divergence_s")});
  CHECK(table.superseded == 2);
  CHECK(table.figures[0] == std::vector<double>{30, 40, 50});
  CHECK(table.runs[1].id == 4);
}

TEST_CASE("a seed beyond 2^63 is a number like any, and what a run has not is no figure") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  constexpr std::uint64_t large = 18'000'000'000'000'000'000U;
  {
    Store store(file);
    RunResult result = test::sample_result();
    result.converged = false;
    result.convergence_time_s.reset();
    result.delivery_latency_s.p50.reset();
    for (const std::uint64_t seed : {large, large / 2, std::uint64_t{9}})
      store.add({"hash", "p", "label", "", "", "1", seed, {}, {}, {}}, to_json(result));
  }
  const RunTable table = latest_runs(file, {find_field("convergence_time_s"), find_field("delivery_latency_s.p50")});
  REQUIRE(table.runs.size() == 3);
  CHECK(table.runs[0].seed == 9);
  CHECK(table.runs[1].seed == large / 2);
  CHECK(table.runs[2].seed == large);
  CHECK(table.figure(0, 2) == std::numeric_limits<double>::infinity());
  CHECK_FALSE(table.figure(1, 2));
}

TEST_CASE("stored figures are those of the runs of one kind within the seeds that are asked for") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store store(file);
  constexpr std::uint64_t large = 18'000'000'000'000'000'000U;
  RunResult result = test::sample_result();
  RunKey key{"hash", "p", "label", "", "", "1", 0, {}, {}, {}};
  for (const std::uint64_t seed : {std::uint64_t{3}, std::uint64_t{5}, std::uint64_t{7}, large}) {
    key.seed = seed;
    result.divergence_s = static_cast<double>(seed);
    store.add(key, to_json(result));
  }
  RunKey other = key;
  other.label = "another";
  store.add(other, to_json(result));
  RunKey newer = key;
  newer.version = "2";
  newer.seed = 5;
  store.add(newer, to_json(result));
  StoredFigures stored(store, {find_field("divergence_s"), find_field("run_hash")});
  const auto seeds = [&](std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> found;
    stored.each(key, first, last, [&](std::uint64_t seed, const FieldLookup& run) {
      found.push_back(seed);
      CHECK(run("divergence_s") == FieldValue(static_cast<double>(seed)));
      CHECK(run("run_hash") == FieldValue(std::string("0123456789abcdef")));
      CHECK(run("converged") == FieldValue(true));  // what figures depend on is there unasked
      CHECK_FALSE(run("lost_writes"));
    });
    return found;
  };
  CHECK(seeds(0, 6) == std::vector<std::uint64_t>{3, 5});
  CHECK(seeds(5, 5) == std::vector<std::uint64_t>{5});
  CHECK(seeds(7, large) == std::vector<std::uint64_t>{7, large});
  CHECK(seeds(7, large - 1) == std::vector<std::uint64_t>{7});
  CHECK(seeds(8, 99).empty());
}
