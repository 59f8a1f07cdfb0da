#include "sim/report/regression.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "sim/metrics/field.hpp"
#include "sim/report/sign_flip.hpp"

namespace hearsay {
namespace {

// The runs of an entry, and for each the baseline's with its seed.
struct PairedRuns {
  const BaselineEntry* fresh;
  std::vector<const BaselineRun*> before;
};

struct Pair {
  std::uint64_t seed;
  double before, after;
};

// A metric of an entry before the tests are judged together.
struct Test {
  MetricJudgement judgement;
  double tolerance = 0;
  double scale = 0;     // the mean magnitude of the baseline's finite values
  double shift = 0;     // for the worse if above 0
  SignedRank up;        // for the worse if above 0
  PairedSample sample;  // above 0: worse
  bool decided = false;
};

std::string percent(double share) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.3g %%", 100 * share);
  return buffer;
}

std::size_t index_of(const Baseline& baseline, const std::string& metric) {
  const auto it = std::find(baseline.metrics.begin(), baseline.metrics.end(), metric);
  if (it == baseline.metrics.end())
    throw BaselineError("the baseline has no metric " + metric + "; write it again with --update and this --metric");
  return static_cast<std::size_t>(it - baseline.metrics.begin());
}

PairedRuns pair_runs(const BaselineEntry& old, const BaselineEntry& fresh) {
  PairedRuns paired{&fresh, {}};
  RunFinder finder(old);
  paired.before.reserve(fresh.runs.size());
  for (const BaselineRun& run : fresh.runs) paired.before.push_back(finder.find(run.seed));
  return paired;
}

bool identical(const PairedRuns& runs) {
  return std::equal(runs.before.begin(), runs.before.end(), runs.fresh->runs.begin(),
                    [](const BaselineRun* before, const BaselineRun& run) {
                      return before != nullptr && before->run_hash == run.run_hash;
                    });
}

void fail(Test& test, const std::string& reason, std::vector<std::uint64_t> seeds) {
  test.decided = true;
  test.judgement.judgement = Judgement::regression;
  test.judgement.reason = reason;
  test.judgement.worse_seeds = std::move(seeds);
}

std::string count(std::size_t n) { return std::to_string(n) + (n == 1 ? " run" : " runs"); }

bool keeps(const BaselineRun& run, const std::string& metric) {
  return metric == "lost_writes" ? run.lost_writes == 0 : run.converged;
}

// What fails whatever the statistics say: all runs of the baseline converged, or lost nothing, and one does not now.
// Where some did not even then, one more or less may be chance, and the tests judge how many.
void apply_absolute_rules(Test& test, const PairedRuns& runs) {
  const std::string& metric = test.judgement.metric;
  std::vector<std::uint64_t> seeds;
  for (std::size_t i = 0; i < runs.before.size(); ++i) {
    const BaselineRun& run = runs.fresh->runs[i];
    if (!keeps(*runs.before[i], metric)) return;
    if (!keeps(run, metric)) seeds.push_back(run.seed);
  }
  if (seeds.empty()) return;
  const std::string what = metric == "lost_writes" ? " with lost writes" : " not converged";
  const std::string reason = count(seeds.size()) + what + ", where the baseline has none";
  fail(test, reason, std::move(seeds));
}

double mean(const std::vector<Pair>& pairs, double Pair::*member) {
  double sum = 0;
  for (const Pair& pair : pairs) sum += pair.*member;
  return sum / static_cast<double>(pairs.size());
}

double scale_of(std::vector<Pair> pairs) {
  std::erase_if(pairs, [](const Pair& pair) { return std::isinf(pair.before); });
  return pairs.empty() ? 0 : std::abs(mean(pairs, &Pair::before));
}

std::vector<std::uint64_t> worse_seeds(PairedSample sample) {
  std::erase_if(sample, [](const SeededDifference& d) { return d.difference <= 0; });
  std::stable_sort(sample.begin(), sample.end(),
                   [](const auto& a, const auto& b) { return a.difference > b.difference; });
  std::vector<std::uint64_t> seeds;
  for (const SeededDifference& d : sample) seeds.push_back(d.seed);
  return seeds;
}

// Pairs of values, infinite ones included, go to the test; a value that has gone is a regression at once.
std::vector<Pair> paired(Test& test, std::size_t metric_before, std::size_t metric_after, const PairedRuns& runs) {
  std::vector<Pair> pairs;
  std::vector<std::uint64_t> gone;
  pairs.reserve(runs.before.size());
  for (std::size_t i = 0; i < runs.before.size(); ++i) {
    const BaselineRun& run = runs.fresh->runs[i];
    const BaselineValue before = runs.before[i]->values[metric_before];
    const BaselineValue after = run.values[metric_after];
    if (before && after)
      pairs.push_back({run.seed, *before, *after});
    else if (before)
      gone.push_back(run.seed);
  }
  if (!gone.empty() && !test.decided) {
    const std::string reason = count(gone.size()) + " without a value now";
    fail(test, reason, std::move(gone));
  }
  return pairs;
}

// Hodges and Lehmann's shift is 0 where most seeds are as they were, such as of counts of what seldom happens. A change
// of the others is told by the mean, of which one seed that never ends makes no more than three times the usual
// difference.
double shift_of(const SignedRank& rank, const PairedSample& sample) {
  if (rank.shift != 0 || sample.empty()) return rank.shift;
  const std::vector<double> values = cut_off(sample);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Test prepare(const Baseline& old, const Baseline& fresh, const PairedRuns& runs, const CheckedMetric& metric) {
  Test test;
  test.tolerance = metric.tolerance;
  test.judgement.entry = runs.fresh;
  test.judgement.metric = metric.name;
  if (metric.name == "converged" || metric.name == "lost_writes") apply_absolute_rules(test, runs);
  const std::vector<Pair> pairs = paired(test, index_of(old, metric.name), index_of(fresh, metric.name), runs);
  if (pairs.empty()) {
    if (!test.decided) test.judgement.judgement = Judgement::unchanged;
    test.decided = true;
    return test;
  }
  const double sign = metric.higher_is_better ? -1 : 1;
  std::vector<double> up;
  for (const Pair& pair : pairs) {
    up.push_back(sign * difference(pair.after, pair.before));
    test.sample.push_back({pair.seed, up.back()});
  }
  test.up = signed_rank(up);
  test.shift = shift_of(test.up, test.sample);
  MetricJudgement& j = test.judgement;
  j.old_mean = mean(pairs, &Pair::before);
  j.new_mean = mean(pairs, &Pair::after);
  test.scale = scale_of(pairs);
  if (test.scale > 0) {
    j.change = sign * test.shift / test.scale + 0.0;  // no -0
    if (test.shift == test.up.shift)
      j.interval = Interval{sign * test.up.interval.low / test.scale, sign * test.up.interval.high / test.scale};
    if (sign < 0 && j.interval) std::swap(j.interval->low, j.interval->high);
  }
  if (test.decided) return test;
  if (test.up.changed == 0) {
    j.judgement = Judgement::unchanged;
    test.decided = true;
    return test;
  }
  return test;
}

// From nothing to something is beyond any tolerance.
bool beyond(double shift, const Test& test) { return shift > 0 && shift >= test.tolerance * test.scale; }

std::string worse_by(const MetricJudgement& j) {
  if (!j.change) return "worse, where the baseline has 0";
  return std::isinf(*j.change) ? "never, where the baseline has a value" : "worse by " + percent(std::abs(*j.change));
}

void decide(Test& test, const PairedSample& sample, double p, std::size_t family) {
  MetricJudgement& j = test.judgement;
  j.p = p;
  const bool worse = beyond(test.shift, test);
  const bool better = beyond(-test.shift, test);
  if (worse && p <= false_alarms) {
    j.judgement = Judgement::regression;
    j.reason = worse_by(j);
  } else if (beyond(test.up.shift, test) && least_p(test.up.changed) > false_alarms) {
    j.judgement = Judgement::undecided;
    j.reason = worse_by(j) + ", but " + std::to_string(test.up.changed) +
               (test.up.changed == 1 ? " changed seed" : " changed seeds") + " cannot tell it from chance; about " +
               std::to_string(seeds_to_decide(sample, family, false_alarms)) + " seeds would decide";
  } else {
    j.judgement = better && test.up.p_less <= false_alarms ? Judgement::better : Judgement::within;
    return;
  }
  j.worse_seeds = worse_seeds(sample);
}

// All tests of the check are one family: at most one check in two hundred calls chance a regression anywhere.
void decide_all(std::vector<Test>& tests) {
  std::vector<Test*> open;
  std::vector<PairedSample> samples;
  for (Test& test : tests) {
    if (test.decided) continue;
    open.push_back(&test);
    samples.push_back(std::move(test.sample));
  }
  const std::vector<double> p = family_p_values(samples);
  for (std::size_t i = 0; i < open.size(); ++i) decide(*open[i], samples[i], p[i], open.size());
}

}  // namespace

std::vector<CheckedMetric> default_metrics(double tolerance) {
  std::vector<CheckedMetric> metrics;
  for (const Field& field : result_fields())
    if (field.checked) metrics.push_back({field.name, field.better == Better::higher, tolerance});
  return metrics;
}

std::string name_of(Judgement judgement) {
  switch (judgement) {
    case Judgement::identical: return "identical";
    case Judgement::unchanged: return "unchanged";
    case Judgement::within: return "within chance";
    case Judgement::better: return "better";
    case Judgement::undecided: return "undecided";
    case Judgement::regression: return "REGRESSION";
  }
  return "";
}

std::vector<MetricJudgement> judge_runs(const Baseline& old, const Baseline& fresh,
                                        const std::vector<CheckedMetric>& metrics) {
  for (const CheckedMetric& metric : metrics) index_of(old, metric.name);
  std::vector<Test> tests;
  for (const BaselineEntry& entry : fresh.entries) {
    const PairedRuns runs = pair_runs(*find_entry(old, entry), entry);
    if (identical(runs)) {
      Test same;
      same.decided = true;
      same.judgement.entry = &entry;
      tests.push_back(same);
      continue;
    }
    // A run that stops converging, or a newly lost write, fails whatever metrics were asked for.
    std::vector<CheckedMetric> asked = metrics;
    for (const char* always : {"lost_writes", "converged"})
      if (std::none_of(asked.begin(), asked.end(), [always](const auto& m) { return m.name == always; })) {
        Test rule;
        rule.judgement.entry = &entry;
        rule.judgement.metric = always;
        apply_absolute_rules(rule, runs);
        if (rule.decided) tests.push_back(rule);
      }
    for (const CheckedMetric& metric : asked) tests.push_back(prepare(old, fresh, runs, metric));
  }
  decide_all(tests);
  std::vector<MetricJudgement> judgements;
  for (const Test& test : tests) judgements.push_back(test.judgement);
  return judgements;
}

}  // namespace hearsay
