// Which runs `compare` puts together, in which order, and what tells rows and sub-tables apart.
#include "sim/report/comparison.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "sim/report/store.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;

namespace {

struct Run {
  std::string label = "a", params{}, case_key{};
  std::uint64_t seed = 1;
  double per_op = 1;
  std::uint64_t lost = 0;
  double acknowledged_share = 1;
  std::string hash = "hash";
};

Comparison comparison_of(const std::vector<Run>& runs, CompareOptions options = {}) {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  {
    Store store(file);
    for (const Run& run : runs) {
      RunResult result = test::sample_result();
      result.label = run.label;
      result.seed = run.seed;
      result.messages.per_op = run.per_op;
      result.lost_writes = run.lost;
      result.operations.acknowledged = static_cast<std::uint64_t>(run.acknowledged_share * 100);
      result.operations.attempted = 100;
      store.add({run.hash, "p", run.label, run.params, run.case_key, "1", run.seed, {}, {}, {}}, to_json(result));
    }
  }
  options.fields = {find_field("messages.per_op")};
  return compare_runs(file, options);
}

std::vector<std::string> labels_of(const ComparedTable& table) {
  std::vector<std::string> labels;
  for (const ComparedRow& row : table.rows) labels.push_back(row.label);
  return labels;
}

}  // namespace

TEST_CASE("by one key of several, a sub-table per value of that key pools the others; who lacks the key stands apart") {
  CompareOptions options;
  options.by = "loss";
  const Comparison found = comparison_of({{.case_key = "nodes=9;loss=1%;", .seed = 1, .per_op = 1},
                                          {.case_key = "nodes=10;loss=1%;", .seed = 2, .per_op = 3},
                                          {.case_key = "nodes=9;loss=2%;", .seed = 1, .per_op = 7},
                                          {.case_key = "nodes=9;", .seed = 1, .per_op = 9}},
                                         options);
  REQUIRE(found.tables.size() == 3);
  std::vector<std::pair<std::string, double>> medians;
  for (const ComparedTable& table : found.tables) {
    REQUIRE(table.by.size() == 1);
    CHECK(table.by[0].first == "loss");
    medians.emplace_back(table.by[0].second, table.rows.at(0).figures.at(0).median.value_or(-1));
  }
  std::sort(medians.begin(), medians.end());
  CHECK(medians == std::vector<std::pair<std::string, double>>{{"-", 9}, {"1%", 2}, {"2%", 7}});
  options.by = "nowhere";
  CHECK_THROWS_WITH(comparison_of({{.case_key = "loss=1%;"}}, options), Catch::Contains("there is nodes, loss"));
}

TEST_CASE("rows of one label are told apart by the parameters that differ, and by nothing else") {
  const Comparison found = comparison_of({{.params = "fanout=3;mode=push;ttl=1;"},
                                          {.params = "fanout=4;mode=pull;ttl=1;"},
                                          {.params = "fanout=4;mode=pull;ttl=1;", .seed = 2},
                                          {.label = "b", .params = "fanout=5;"}});
  REQUIRE(found.tables.size() == 1);
  CHECK(labels_of(found.tables[0]) ==
        std::vector<std::string>{"a (fanout=3, mode=push)", "a (fanout=4, mode=pull)", "b"});
  CHECK(found.tables[0].rows[1].runs == 2);
}

TEST_CASE("scenarios of one name and other content do not mix, and their tables are told apart by the content") {
  const Comparison found = comparison_of({{.seed = 1, .hash = "one"}, {.seed = 2, .hash = "two"}});
  REQUIRE(found.tables.size() == 2);
  CHECK(found.tables[0].by.empty());
  CHECK(found.tables[1].by == std::vector<std::pair<std::string, std::string>>{{"content", "two"}});
}

TEST_CASE(
    "the best is among the rows that lost nothing and answered as many clients as any, and differs from another") {
  const auto best = [](const std::vector<Run>& runs) {
    const Comparison found = comparison_of(runs);
    std::string marked;
    for (const ComparedRow& row : found.tables.at(0).rows)
      if (row.figures[0].best) marked += row.label;
    return marked;
  };
  CHECK(best({{.label = "a", .per_op = 1}, {.label = "b", .per_op = 2}}) == "a");
  CHECK(best({{.label = "a", .per_op = 1}, {.label = "b", .per_op = 1}}).empty());
  CHECK(best({{.label = "a", .per_op = 1}, {.label = "b", .per_op = 1}, {.label = "c", .per_op = 2}}) == "ab");
  CHECK(best({{.label = "a", .per_op = 1, .lost = 1}, {.label = "b", .per_op = 2}, {.label = "c", .per_op = 3}}) ==
        "b");
  CHECK(best({{.label = "a", .per_op = 1, .acknowledged_share = 0.9},
              {.label = "b", .per_op = 2},
              {.label = "c", .per_op = 3}}) == "b");
}

TEST_CASE("pairs are runs of one scenario's content and seed; a run without a partner is in none") {
  const Comparison found = comparison_of({{.label = "a", .seed = 1, .per_op = 10},
                                          {.label = "a", .seed = 2, .per_op = 20},
                                          {.label = "a", .seed = 3, .per_op = 30},
                                          {.label = "b", .seed = 2, .per_op = 25},
                                          {.label = "b", .seed = 3, .per_op = 31},
                                          {.label = "b", .seed = 4, .per_op = 99}});
  const ComparedTable& table = found.tables.at(0);
  CHECK(table.reference == 0);
  CHECK(table.rows[0].difference.empty());
  CHECK(table.rows[1].difference.at(0).pairs == 2);
  CHECK(table.rows[1].difference[0].median == 3.0);  // of 5 and 1
}
