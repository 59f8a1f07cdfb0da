// What `check` found, as text: for terminals, for a pull request's comment (Markdown), for CI servers (JUnit's XML) and
// as annotations of GitHub Actions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/report/regression.hpp"

namespace hearsay {

// The command that runs an entry's seed again alone.
using Replay = std::function<std::string(const BaselineEntry& entry, std::uint64_t seed)>;

std::string check_table(const std::vector<MetricJudgement>& judgements);
// What a terminal shows below the table: each regression with its worst seeds and how to run them again.
std::string check_details(const std::vector<MetricJudgement>& judgements, const Replay& replay);
std::string check_markdown(const std::vector<MetricJudgement>& judgements, const Replay& replay);
std::string check_junit(const std::vector<MetricJudgement>& judgements, const Replay& replay);
// Workflow commands; `file`: the scenario file of an entry.
std::string check_annotations(const std::vector<MetricJudgement>& judgements,
                              const std::function<std::string(const BaselineEntry&)>& file);

}  // namespace hearsay
