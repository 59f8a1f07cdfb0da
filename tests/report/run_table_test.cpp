// The rows that tables are made of, as they come out of a store.
#include "sim/report/run_table.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/metrics/field.hpp"
#include "sim/report/json.hpp"
#include "sim/report/store.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;

namespace {

std::vector<StoredRun> rows_of(const std::string& file, const std::vector<const Field*>& fields = {}) {
  std::size_t superseded = 0;
  std::vector<StoredRun> rows = latest_runs(file, fields, superseded);
  CHECK(superseded == 0);
  return rows;
}

void add_run(Store& store, const std::string& case_key, std::uint64_t seed) {
  store.add({"hash", "p", "label", "", case_key, "1", seed, {}, {}, {}}, to_json(test::sample_result()));
}

}  // namespace

TEST_CASE("a row names its run, says how it ended, and has the figures that were asked for") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store(file).add({"its hash", "its protocol", "its label", "fanout=3", "nodes=25;text=a;b;", "1", 7, {}, {}, {}},
                  to_json(test::sample_result()));
  const auto rows = rows_of(file, {find_field("divergence_s"), find_field("messages.per_op")});
  REQUIRE(rows.size() == 1);
  const StoredRun& row = rows[0];
  CHECK(row.scenario == "partition-heal");
  CHECK(row.scenario_hash == "its hash");
  CHECK(row.protocol == "its protocol");
  CHECK(row.label == "its label");
  CHECK(row.params == "fanout=3");
  CHECK(row.seed == "7");
  CHECK(row.case_values == std::vector<std::pair<std::string, std::string>>{{"nodes", "25"}, {"text", "a;b"}});
  CHECK(row.nodes == 25);
  CHECK_FALSE(row.crashed);
  CHECK(row.converged == true);
  CHECK(row.lost_writes == 10.0);
  CHECK(row.acknowledged_share == Approx(390.0 / 400));
  CHECK(row.figures == std::vector<std::optional<double>>{11.5, 12.5});
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
  for (const StoredRun& row : rows_of(file)) order.push_back(row.case_values[0].second + " " + row.seed);
  CHECK(order == std::vector<std::string>{"9 2", "9 3", "9 10", "10 2", "10 3", "10 10"});
}
