// What `check` found, as text: for terminals, for a pull request's comment (Markdown), for CI servers (JUnit's XML) and
// as annotations of GitHub Actions.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/report/regression.hpp"

namespace hearsay {

// The command that runs an entry's seed again alone.
using Replay = std::function<std::string(const BaselineEntry& entry, std::uint64_t seed)>;

// A run that did not pass: its expectation is broken, it crashed, or it was inconclusive. Such a run is no regression,
// but a report that left it out would say that all is well.
struct FailedRun {
  std::string scenario;  // with its case, as in the table
  std::string label;
  std::uint64_t seed = 0;
  std::string verdict;  // fail, inconclusive, error
  std::vector<std::string> reasons;
  std::string command;  // that runs it again
  std::string file;     // of the scenario
};

// "partition-heal nodes=25": what an entry is called in reports.
std::string entry_name(const BaselineEntry& entry);

std::string check_table(const std::vector<MetricJudgement>& judgements);
// What a terminal shows below the table: each regression with its worst seeds and how to run them again.
std::string check_details(const std::vector<MetricJudgement>& judgements, const Replay& replay);
std::string check_markdown(const std::vector<MetricJudgement>& judgements, const std::vector<FailedRun>& failed,
                           const Replay& replay);
std::string check_junit(const std::vector<MetricJudgement>& judgements, const std::vector<FailedRun>& failed,
                        const Replay& replay);
// For the HTML page: {verdict, columns, rows: [{cells, bad, reason, seeds, again}]} with the cells of the table.
nlohmann::ordered_json check_json(const std::vector<MetricJudgement>& judgements, const Replay& replay);
// Workflow commands; `file`: the scenario file of an entry.
std::string check_annotations(const std::vector<MetricJudgement>& judgements, const std::vector<FailedRun>& failed,
                              const std::function<std::string(const BaselineEntry&)>& file);

}  // namespace hearsay
