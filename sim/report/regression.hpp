// Judges new runs against a baseline, a metric at a time (docs/definitions.md, Checking for regressions).
#pragma once

#include <string>
#include <vector>

#include "sim/report/baseline.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay {

struct CheckedMetric {
  std::string name;
  bool higher_is_better = false;
  double tolerance = 0.02;  // the change, as a share of the baseline's mean, below which nothing is a regression
};

// The fields that are declared `checked`.
std::vector<CheckedMetric> default_metrics(double tolerance);

inline constexpr double false_alarms = 0.005;  // of a whole check, if nothing but chance changed: at most

enum class Judgement : std::uint8_t {
  identical,   // every event of every run is equal
  unchanged,   // every value is equal
  within,      // a change that chance explains, or below the tolerance
  better,      //
  undecided,   // beyond the tolerance, but with too few seeds to tell from chance
  regression,  //
};
std::string name_of(Judgement judgement);

struct MetricJudgement {
  const BaselineEntry* entry = nullptr;  // of the new runs
  std::string metric;                    // empty: identical, all of them
  Judgement judgement = Judgement::identical;
  std::optional<double> old_mean, new_mean;  // over the pairs; infinite if one is
  std::optional<double> change;              // Hodges and Lehmann's shift as a share of the old mean of finite values
  std::optional<Interval> interval;          // 95 %, the same
  double p = 1;                              // of the one-sided test, corrected for all tests of the check
  std::string reason;                        // what a regression or an undecided one is
  std::vector<std::uint64_t> worse_seeds;    // of the same; the worst first
};

// Every entry of `fresh` must be in `old` with the same seeds at least. In the order of the entries.
std::vector<MetricJudgement> judge_runs(const Baseline& old, const Baseline& fresh,
                                        const std::vector<CheckedMetric>& metrics);

}  // namespace hearsay
