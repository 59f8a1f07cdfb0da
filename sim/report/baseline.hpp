// A baseline: what the runs of a set of scenarios measured, kept in a file under version control for `check`. Keys and
// lines stand in a fixed order, one line per run, so that a change shows as a readable difference.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/metrics/result_value.hpp"

namespace hearsay {

class BaselineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A figure of one run. Nothing: the run does not have it. Infinite: never (a run that did not converge; a quantile of
// stable latency that falls among the writes that never became stable).
using BaselineValue = std::optional<double>;

struct BaselineRun {
  std::uint64_t seed = 0;
  std::string run_hash;
  bool converged = false;  // true, too, where agreement has no meaning
  std::uint64_t lost_writes = 0;
  std::vector<BaselineValue> values;  // as Baseline::metrics
};

struct BaselineEntry {
  std::string scenario;
  std::vector<std::pair<std::string, std::string>> case_values;
  std::string content;                  // Scenario::content_hash
  std::string text;                     // Scenario::resolved; empty in baselines of older programs
  std::string protocol, label, params;  // params: those that differ from the defaults
  std::vector<BaselineRun> runs;        // by seed
};

// Finds runs of an entry by their seeds; at once if it is asked in the order of the seeds.
class RunFinder {
 public:
  // The entry must outlive it.
  explicit RunFinder(const BaselineEntry& entry) : runs_(entry.runs) {}

  // Null if there is none. Of equal seeds the first.
  const BaselineRun* find(std::uint64_t seed);

 private:
  const std::vector<BaselineRun>& runs_;
  std::size_t next_ = 0;  // behind the last one that was found
};

struct Baseline {
  std::string program;               // the version that made it
  std::vector<std::string> metrics;  // dotted paths of numeric fields of the result
  std::vector<BaselineEntry> entries;
};

// `metric`: a dotted path of a numeric field. true and false count as 1 and 0.
BaselineValue metric_value(const nlohmann::ordered_json& result, const std::string& metric);

// What a baseline keeps of a run; `fields_of_run`: beside its metrics, what that looks at.
BaselineRun baseline_run(std::uint64_t seed, const FieldLookup& run, const std::vector<std::string>& metrics);
inline constexpr const char* fields_of_run[] = {"run_hash", "converged", "lost_writes"};

// Puts runs into the order of their seeds, in which files have them unless somebody has sorted or merged their lines in
// another way. Those of equal seeds keep theirs.
void sort_by_seed(std::vector<BaselineRun>& runs);

// The same of an entry, and of equal seeds, the same run asked for twice, leaves the first.
void sort_runs(BaselineEntry& entry);

// By scenario, case and label; null if it is not there.
const BaselineEntry* find_entry(const Baseline& baseline, const BaselineEntry& which);

// Throw BaselineError, which shows FILE:LINE:COLUMN if the file cannot be read. Writing replaces the file as a whole
// or not at all.
Baseline read_baseline(const std::string& file);
// What is there and is no baseline, must not be replaced by one; a damaged one may.
void check_may_replace(const std::string& file);
void write_baseline(const Baseline& baseline, const std::string& file);

}  // namespace hearsay
