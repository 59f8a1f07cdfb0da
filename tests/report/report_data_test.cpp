// The HTML page's document.
#include "sim/report/report_data.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/report/finished_run.hpp"
#include "sim/report/json.hpp"
#include "sim/report/store.hpp"
#include "tests/report/fixtures.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

TEST_CASE("a command that names the program by its absolute path is shown as one by ./hearsay") {
  CHECK(command_elsewhere("/home/me/hearsay/hearsay run a.yaml") == "./hearsay run a.yaml");
  CHECK(command_elsewhere("'/home/me and you/hearsay' run '/a b.yaml'") == "./hearsay run '/a b.yaml'");
  for (const char* as_it_is :
       {"./hearsay run a.yaml", "hearsay run /a.yaml", "../hearsay run a", "/usr/bin/other run a"})
    CHECK(command_elsewhere(as_it_is) == as_it_is);
}

TEST_CASE("the run to look into is the first that did not pass, else the first that misses writes, else the first") {
  const auto chosen = [](const std::vector<std::pair<const char*, Json>>& runs) {
    Json data{{"fields", Json::array({{{"key", "divergence_s"}}, {{"key", "missing"}}})}, {"runs", Json::array()}};
    for (const auto& [verdict, missing] : runs)
      data["runs"].push_back({{"id", 10 + data["runs"].size()}, {"verdict", verdict}, {"figures", {5, missing}}});
    return run_to_look_into(data);
  };
  CHECK(chosen({{"pass", 0}, {"pass", 3}, {"fail", 0}, {"inconclusive", 9}}) == 12);
  CHECK(chosen({{"pass", 0}, {"pass", nullptr}, {"pass", 3}, {"pass", 9}}) == 12);
  CHECK(chosen({{"error", nullptr}, {"pass", 0}, {"pass", 0}}) == 11);  // a crashed run has nothing inside
  CHECK(chosen({{"error", nullptr}}) == 0);
}

// Curves as long as they get, with values that have no short form.
Series long_series() {
  Series series;
  for (int i = 0; i < 500; ++i) {
    series.t.push_back(i * 0.0602);
    for (auto* curve : {&series.up_to_date, &series.present, &series.client_latency_s}) curve->push_back(i / 700.1);
    for (auto* curve : {&series.distinct_states, &series.messages, &series.bytes, &series.views})
      curve->push_back(i * 12345.67);
  }
  return series;
}

void add_all(const std::string& file, const std::vector<RunKey>& keys, const std::vector<FinishedRun>& runs) {
  std::vector<std::pair<const RunKey*, const FinishedRun*>> all;
  for (std::size_t i = 0; i < keys.size(); ++i) all.emplace_back(&keys[i], &runs[i]);
  Store(file).add(all);
}

TEST_CASE("the page of a thousand runs has less than 4 MB, which leaves room for a run from inside", "[long]") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  RunResult result = test::sample_result();
  result.series = long_series();
  std::vector<RunKey> keys;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed)
    keys.push_back({"h", "p", "l", "", "", "1", seed, "./hearsay run a.yaml --protocol=l --seeds 1", "name: a", ""});
  const std::vector<FinishedRun> runs(keys.size(), finished_run(to_json(result)));
  add_all(file, keys, runs);
  ReportSource source;
  source.store = file;
  source.acknowledges = [](const std::string&) { return std::string(); };
  const nlohmann::ordered_json data = report_data(source);
  CHECK(data.at("runs").size() == 1000);
  CHECK(data.at("runs")[999].at("curves").at("present").size() == 40);
  CHECK(html_page(data).size() < 4'000'000);
}

// A store of so many runs of each label, of which those with a seed divisible by 157 fail.
void fill(const std::string& file, const std::vector<std::pair<std::string, std::uint64_t>>& labels) {
  RunResult result = test::sample_result();
  std::vector<RunKey> keys;
  std::vector<FinishedRun> runs;
  for (const auto& [label, seeds] : labels)
    for (result.seed = 1; result.seed <= seeds; ++result.seed) {
      result.label = label;
      result.verdict = result.seed % 157 == 0 ? VerdictKind::fail : VerdictKind::pass;
      keys.push_back({"h", "p", label, "", "", "1", result.seed, "./hearsay run a.yaml", "name: a", ""});
      runs.push_back(finished_run(to_json(result)));
    }
  add_all(file, keys, runs);
}

TEST_CASE("of a large store the page has the same number of runs of each row, evenly by seed, and all verdicts") {
  const test::TemporaryDirectory directory;
  ReportSource source;
  source.store = directory.file("r.sqlite");
  source.acknowledges = [](const std::string&) { return std::string(); };
  fill(source.store, {{"many", 300}, {"few", 5}});
  CHECK(report_data(source).at("runs").size() == 305);
  source.most_runs = 35;
  source.also = {2};
  const nlohmann::ordered_json data = report_data(source);
  std::vector<std::string> many;
  std::size_t few = 0;
  for (const auto& run : data.at("runs"))
    if (run.at("label") == "many")
      many.push_back(run.at("seed"));
    else
      ++few;
  CHECK(few == 5);
  CHECK(many.size() == 32);  // every tenth, the one that failed and the one that was asked for
  CHECK(std::vector<std::string>(many.begin(), many.begin() + 4) == std::vector<std::string>{"1", "2", "11", "21"});
  CHECK(std::find(many.begin(), many.end(), "157") != many.end());
  CHECK(data.at("total") == 305);
  CHECK(data.at("verdicts").at("fail") == 1);
  CHECK(data.at("verdicts").at("pass") == 304);
  std::size_t compared = 0;
  for (const auto& row : data.at("comparison")[0].at("rows")) compared += row.at("runs").get<std::size_t>();
  CHECK(compared == 305);
}

}  // namespace
}  // namespace hearsay
