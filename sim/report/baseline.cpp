#include "sim/report/baseline.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/metrics/field.hpp"
#include "sim/report/json.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

BaselineValue metric_value(const FieldLookup& run, const std::string& metric) {
  static const Field part;  // of what a path into a list or map names
  const Field* field = find_field(metric);
  return figure(field != nullptr ? *field : part, metric, run);
}

}  // namespace

BaselineValue metric_value(const Json& result, const std::string& metric) {
  return metric_value(lookup_in(result), metric);
}

BaselineRun baseline_run(std::uint64_t seed, const FieldLookup& run, const std::vector<std::string>& metrics) {
  const auto hash = run("run_hash"), converged = run("converged"), lost = run("lost_writes");
  BaselineRun kept{seed,
                   std::get<std::string>(hash.value()),
                   !converged || std::get<bool>(*converged),
                   lost ? static_cast<std::uint64_t>(std::get<double>(*lost)) : 0,  // null where nobody can know
                   {}};
  kept.values.reserve(metrics.size());
  for (const std::string& metric : metrics) kept.values.push_back(metric_value(run, metric));
  return kept;
}

void sort_by_seed(std::vector<BaselineRun>& runs) {
  const auto before = [](const BaselineRun& a, const BaselineRun& b) { return a.seed < b.seed; };
  if (!std::is_sorted(runs.begin(), runs.end(), before)) std::stable_sort(runs.begin(), runs.end(), before);
}

void sort_runs(BaselineEntry& entry) {
  sort_by_seed(entry.runs);
  const auto end = std::unique(entry.runs.begin(), entry.runs.end(),
                               [](const BaselineRun& a, const BaselineRun& b) { return a.seed == b.seed; });
  entry.runs.erase(end, entry.runs.end());
}

const BaselineRun* RunFinder::find(std::uint64_t seed) {
  const auto begin = runs_.begin(), end = runs_.end();
  auto place = begin + static_cast<std::ptrdiff_t>(next_);
  if (place == end || place->seed != seed || (place != begin && std::prev(place)->seed == seed))
    place = std::lower_bound(begin, end, seed, [](const BaselineRun& run, auto wanted) { return run.seed < wanted; });
  if (place == end || place->seed != seed) return nullptr;
  next_ = static_cast<std::size_t>(place - begin) + 1;
  return &*place;
}

const BaselineEntry* find_entry(const Baseline& baseline, const BaselineEntry& which) {
  for (const BaselineEntry& entry : baseline.entries)
    if (entry.scenario == which.scenario && entry.case_values == which.case_values && entry.label == which.label)
      return &entry;
  return nullptr;
}

}  // namespace hearsay
