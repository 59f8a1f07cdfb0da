// The HTML page's document.
#include "sim/report/report_data.hpp"

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

TEST_CASE("the page of a thousand runs has less than 4 MB, which leaves room for a run from inside", "[long]") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  RunResult result = test::sample_result();
  result.series = long_series();
  std::vector<RunKey> keys;
  std::vector<FinishedRun> runs;
  for (result.seed = 1; result.seed <= 1000; ++result.seed) {
    keys.push_back(
        {"h", "p", "l", "", "", "1", result.seed, "./hearsay run a.yaml --protocol=l --seeds 1", "name: a", ""});
    runs.push_back(finished_run(to_json(result)));
  }
  std::vector<std::pair<const RunKey*, const FinishedRun*>> all;
  for (std::size_t i = 0; i < keys.size(); ++i) all.emplace_back(&keys[i], &runs[i]);
  Store(file).add(all);
  ReportSource source;
  source.store = file;
  source.acknowledges = [](const std::string&) { return std::string(); };
  const nlohmann::ordered_json data = report_data(source);
  CHECK(data.at("runs").size() == 1000);
  CHECK(data.at("runs")[999].at("curves").at("present").size() == 40);
  CHECK(html_page(data).size() < 4'000'000);
}

}  // namespace
}  // namespace hearsay
