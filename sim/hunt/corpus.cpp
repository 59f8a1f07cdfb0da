#include "sim/hunt/corpus.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/cli/plan.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/metrics/verdict.hpp"
#include "sim/runtime/run.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::hunt {

namespace fs = std::filesystem;

std::vector<Replayed> replay_corpus(const HuntOptions& options) {
  if (!options.corpus) return {};
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(*options.corpus, error))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  if (error) throw UsageError("--corpus " + backquoted(*options.corpus) + " is no folder that can be read");
  std::sort(files.begin(), files.end());
  std::vector<Replayed> replayed;
  std::vector<std::pair<std::size_t, Case>> cases;  // with the file that each is of
  for (const std::string& file : files) {
    replayed.push_back({file, false, ""});
    for (const Case& which : cases_of(read_and_check(file, {}))) cases.emplace_back(replayed.size() - 1, which);
  }
  Pool pool;
  pool.jobs = options.jobs;
  pool.job = [&](std::size_t i, const JobLine&) -> std::string {
    const Case& which = cases[i].second;
    RunOptions run;
    run.simgrid_arguments = options.simgrid;
    RunResult result = run_case(which, run);
    judge(result, which.entry().expect);
    if (result.verdict == VerdictKind::pass) return "";
    return result.reasons.empty() ? "did not pass" : result.reasons.front();
  };
  pool.finished = [&](std::size_t i, const WorkerReport& report) {
    if (report.completed && report.text.empty()) return;
    Replayed& one = replayed[cases[i].first];
    one.failed = true;
    if (one.why.empty()) one.why = report.text;
  };
  run_pool(pool, cases.size());
  return replayed;
}

}  // namespace hearsay::hunt
