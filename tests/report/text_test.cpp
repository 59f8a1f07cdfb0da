// What `compare`, `check` and `explain` print, against golden files; HEARSAY_UPDATE_GOLDEN=1 rewrites these.
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/report/check_report.hpp"
#include "sim/report/comparison_formats.hpp"
#include "sim/report/explanation_text.hpp"
#include "sim/report/json.hpp"
#include "sim/report/membership_text.hpp"
#include "sim/report/store.hpp"
#include "tests/report/fixtures.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_golden(const std::string& name, const std::string& text) {
  const std::string golden = source_file("tests/report/golden/" + name);
  if (std::getenv("HEARSAY_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << text;
  CHECK(text == test::contents(golden));
}

// Of seven seeds at 9 and at 10 nodes: `steady` is better by a little and varies, `costly` sends more and does not
// always converge. Seeds are stored in no order, and once by an older program.
std::string store_of_two_protocols(const test::TemporaryDirectory& directory) {
  const std::string file = directory.file("r.sqlite");
  Store store(file);
  const auto add = [&store](const std::string& label, const std::string& nodes, std::uint64_t seed, double per_op,
                            std::optional<double> convergence, const std::string& version) {
    RunResult result = test::sample_result();
    result.label = label;
    result.protocol = label == "steady" ? "a-protocol" : "another";
    result.position = label == "steady" ? 0 : 1;
    result.seed = seed;
    result.case_values = {{"nodes", nodes}};
    result.nodes = static_cast<std::uint32_t>(std::stoul(nodes));
    result.messages.per_op = per_op;
    result.converged = convergence.has_value();
    result.convergence_time_s = convergence;
    result.lost_writes = 0;
    store.add({"hash of " + nodes, result.protocol, label, "", "nodes=" + nodes + ";", version, seed, {}, {}, {}},
              to_json(result));
  };
  for (const char* nodes : {"10", "9"})
    for (const std::uint64_t seed : {3, 1, 2, 11, 5, 6, 4}) {
      const auto s = static_cast<double>(seed);
      add("costly", nodes, seed, 20 + s, seed == 2 ? std::nullopt : std::optional(2 + s / 10), "1");
      if (seed == 1) add("steady", nodes, seed, 99, 99, "0");
      add("steady", nodes, seed, 10, 1 + s / 100, "1");
    }
  return file;
}

std::string in_all_formats(const Comparison& comparison) {
  const auto acknowledges = [](const std::string& protocol) {
    return protocol == "a-protocol" ? std::string("at once, \"here\"") : std::string();
  };
  return comparison_table(comparison, acknowledges) + "\n" + comparison_markdown(comparison, acknowledges) + "\n" +
         comparison_csv(comparison, acknowledges) + "\n" + comparison_json(comparison, acknowledges);
}

std::vector<MetricJudgement> judgements_on(const BaselineEntry& entry) {
  MetricJudgement same;
  same.entry = &entry;
  MetricJudgement worse = same;
  worse.metric = "messages.per_op";
  worse.judgement = Judgement::regression;
  worse.old_mean = 8;
  worse.new_mean = 10;
  worse.change = 0.25;
  worse.interval = Interval{0.2, 0.3};
  worse.reason = "worse by 25 %, <&\">";
  worse.worse_seeds = {4, 2, 9, 1};
  MetricJudgement never = worse;
  never.metric = "convergence_time_s";
  never.judgement = Judgement::undecided;
  never.new_mean = infinity;
  never.change = infinity;
  never.interval = Interval{-infinity, infinity};
  never.reason = "never";
  never.worse_seeds = {};
  MetricJudgement within = worse;
  within.metric = "divergence_s";
  within.judgement = Judgement::within;
  within.change = -0.001;
  within.interval = std::nullopt;
  return {same, worse, never, within};
}

}  // namespace

TEST_CASE("a comparison of two protocols in every format") {
  const test::TemporaryDirectory directory;
  CompareOptions options;
  options.fields = {find_field("convergence_time_s"), find_field("messages.per_op"), find_field("residue")};
  const Comparison comparison = compare_runs(store_of_two_protocols(directory), options);
  CHECK(comparison.superseded == 2);
  REQUIRE(comparison.tables.size() == 2);
  CHECK(comparison.tables[0].nodes == "9");  // as numbers, not as text
  CHECK(comparison.tables[1].nodes == "10");
  check_golden("comparison.txt", in_all_formats(comparison));
}

TEST_CASE("a comparison by one key pools the others, against the row that is asked for") {
  const test::TemporaryDirectory directory;
  CompareOptions options;
  options.by = "nodes";
  options.against = "costly";
  options.fields = {find_field("messages.per_op")};
  const Comparison comparison = compare_runs(store_of_two_protocols(directory), options);
  REQUIRE(comparison.tables.size() == 2);
  CHECK(comparison.tables[0].rows[comparison.tables[0].reference].label == "costly");
  check_golden("comparison_by_nodes.txt", in_all_formats(comparison));
}

TEST_CASE("five pairs have no interval, six have one") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  for (const std::uint64_t pairs : {5, 6}) {
    {
      Store store(file);
      for (std::uint64_t seed = 1; seed <= pairs; ++seed)
        for (const char* label : {"a", "b"}) {
          RunResult result = test::sample_result();
          result.label = label;
          result.seed = seed;
          result.case_values.clear();
          store.add({"hash", "p", label, "", "", "1", seed, {}, {}, {}}, to_json(result));
        }
    }
    const Comparison comparison = compare_runs(file, {});
    const std::string text = in_all_formats(comparison);
    INFO(text);
    CHECK((text.find("Below 6 pairs there is no such interval.") != std::string::npos) == (pairs == 5));
  }
}

TEST_CASE("where neither row has a figure there is no difference of the two") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  {
    Store store(file);
    for (const char* label : {"first", "second"}) {
      RunResult result = test::sample_result();
      result.label = label;
      result.case_values.clear();
      result.everywhere_latency_s = {};
      result.stable_latency_s.never_stable = 0;
      store.add({"hash", "p", label, "", "", "1", 1, {}, {}, {}}, to_json(result));
    }
  }
  CompareOptions options;
  options.fields = {find_field("messages.per_op"), find_field("everywhere_latency_s.p99")};
  const std::string text = comparison_table(compare_runs(file, options), [](const std::string&) { return ""; });
  INFO(text);
  const auto row = text.substr(text.rfind("\nsecond ") + 1);
  CHECK(row.substr(0, row.find('\n')) == "second          1     0       -");
}

TEST_CASE("a check in every format") {
  BaselineEntry entry;
  entry.scenario = "partition";
  entry.case_values = {{"nodes", "9"}};
  entry.label = "p";
  const auto replay = [](const BaselineEntry& of, std::uint64_t seed) {
    return "hearsay run " + of.scenario + " --seeds " + std::to_string(seed);
  };
  const auto judgements = judgements_on(entry);
  check_golden("check.txt", check_table(judgements) + "\n" + check_details(judgements, replay) + "\n" +
                                check_markdown(judgements, {}, replay) + "\n" + check_junit(judgements, {}, replay) +
                                "\n" +
                                check_annotations(judgements, {}, [](const BaselineEntry&) { return "a,b:c%.yaml"; }));
}

TEST_CASE("a check without a regression says so") {
  BaselineEntry entry;
  auto judgements = judgements_on(entry);
  judgements.erase(judgements.begin() + 1, judgements.begin() + 3);
  const auto replay = [](const BaselineEntry&, std::uint64_t) { return std::string("again"); };
  CHECK(check_details(judgements, replay).empty());
  CHECK(check_markdown(judgements, {}, replay).starts_with("### Convergence: no regression\n"));
  CHECK(check_junit(judgements, {}, replay).find("failures=\"0\"") != std::string::npos);
  CHECK(check_annotations(judgements, {}, [](const BaselineEntry&) { return ""; }).empty());
}

TEST_CASE("an explanation as text") {
  using Trouble = ExplainedWrite::Trouble;
  Explanation e;
  e.lost = 1;
  e.missing = 2;
  e.late = 1;
  e.writes = {{Trouble::lost, 7, "k", "v", 1, 0.5, 0.75, std::nullopt, {0, 2, 3}, WriteId{9}, NodeId{1}, 3, "crash", 2},
              {Trouble::missing, 8, "k", "v", 1, 0.5, 0.75, std::nullopt, {0, 1, 3, 5, 6, 7}, {}, {}, 0, "", 0},
              {Trouble::late, 9, "k", "v\n", 1, 0.5, 0.75, 12.5, {}, WriteId{9}, NodeId{1}, 3, "loss: 30 %", 2}};
  e.groups = {{8, {1, 2, 3}}, {7, {0}}};
  e.gone = {4, 5};
  e.violations = {{"causal_order", 3, 1.5, 2, "write 7"}, {"accepted_corrupt", 1, 9, no_node, ""}};
  FaultRecord partition{"partition", "halves", 5, 15.0, {}, {41, 0, 43, 0, 0}};
  FaultRecord loss{"loss", "", 0, std::nullopt, {}, {0, 0, 0, 0, 0}};
  e.faults = {{partition, 2.5, true, false, 1},
              {partition, std::nullopt, true, true, 2},
              {partition, std::nullopt, true, false, 0},
              {loss, std::nullopt, false, false, 0}};
  RunResult result;
  result.replicated = true;
  check_golden("explanation.txt", explanation_text(e, result));
  result.replicated = false;
  CHECK(explanation_text(e, result).find("missing: acknowledged") == std::string::npos);
}

TEST_CASE("what is said of membership: a figure for every column, means over runs, nothing where nothing changed") {
  RunResult one = test::sample_result(), two = test::sample_result();
  two.membership->views_equal = 0.97;
  two.membership->detection.count = 0;
  const nlohmann::ordered_json first = to_json(one), second = to_json(two);
  const auto cells = membership_cells({&first, &second});
  REQUIRE(cells.size() == membership_columns().size());
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) text += membership_columns()[i] + ": " + cells[i] + "\n";
  check_golden("membership.txt", text);
  const auto of_none = membership_cells({&second});
  REQUIRE(membership_columns()[4] == "\ncrashes");
  CHECK(std::vector<std::string>(of_none.begin() + 4, of_none.begin() + 7) == std::vector<std::string>{"0", "-", "-"});
  two.membership.reset();
  const nlohmann::ordered_json untracked = to_json(two);
  CHECK(membership_cells({&untracked}).empty());
  one.membership->views_equal = 1;
  const nlohmann::ordered_json equal = to_json(one);
  CHECK_FALSE(membership_cells({&equal}).empty());  // something changed
  one.membership->changes_per_s = 0;
  const nlohmann::ordered_json quiet = to_json(one);
  CHECK(membership_cells({&quiet}).empty());
}
