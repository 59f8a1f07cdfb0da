#include "sim/report/regression.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;

namespace {

constexpr int seeds = 40;

// What a run's result holds for `check`. A hundred writes.
nlohmann::ordered_json result_with(int seed, double p99, int never_stable) {
  nlohmann::ordered_json result{
      {"seed", seed}, {"converged", true}, {"lost_writes", 0}, {"never_stable", never_stable}};
  result["run_hash"] = std::to_string(seed) + " " + std::to_string(p99) + " " + std::to_string(never_stable);
  result["convergence_time_s"] = 1.0;
  result["operations"] = {{"attempted", 100}, {"writes", {{"acknowledged", 100}}}};
  result["everywhere_latency_s"] = {{"p50", never_stable <= 50 ? nlohmann::ordered_json(p99 / 2) : nullptr},
                                    {"p99", never_stable <= 1 ? nlohmann::ordered_json(p99) : nullptr}};
  result["stable_latency_s"] = {{"p50", never_stable < 100 ? nlohmann::ordered_json(p99 / 2) : nullptr},
                                {"p99", never_stable < 100 ? nlohmann::ordered_json(p99) : nullptr}};
  result["messages"] = {{"per_op", 7}, {"bytes_per_op", 10}};
  return result;
}

// A baseline of one entry: seed -> p99 and writes that were never stable.
template <class Latency, class Never>
Baseline baseline_with(const Latency& p99, const Never& never_stable) {
  Baseline baseline{"program", {}, {}};
  for (const CheckedMetric& metric : default_metrics(0)) baseline.metrics.push_back(metric.name);
  BaselineEntry entry;
  entry.scenario = "s";
  entry.label = "l";
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto result = result_with(seed, p99(seed), never_stable(seed));
    entry.runs.push_back(baseline_run(static_cast<std::uint64_t>(seed), lookup_in(result), baseline.metrics));
  }
  baseline.entries.push_back(entry);
  return baseline;
}

double jittered(int seed) { return 0.5 + 0.001 * (seed * 7 % seeds); }
int none(int) { return 0; }

MetricJudgement judged(const Baseline& old, const Baseline& fresh, const std::string& metric) {
  for (const MetricJudgement& j : judge_runs(old, fresh, default_metrics(0.02)))
    if (j.metric == metric) return j;
  FAIL("not judged: " + metric);
  return {};
}

}  // namespace

TEST_CASE("a quantile of stable latency is never where it falls among the writes that never became stable") {
  CHECK(metric_value(result_with(1, 0.5, 0), "stable_latency_s.p99") == 0.5);
  CHECK(metric_value(result_with(1, 0.5, 1), "stable_latency_s.p99") == 0.5);
  CHECK(metric_value(result_with(1, 0.5, 2), "stable_latency_s.p99") == infinity);
  CHECK(metric_value(result_with(1, 0.5, 50), "stable_latency_s.p50") == 0.25);
  CHECK(metric_value(result_with(1, 0.5, 51), "stable_latency_s.p50") == infinity);
  CHECK(metric_value(result_with(1, 0.5, 100), "stable_latency_s.p50") == infinity);
}

TEST_CASE("writes that are never stable any more are no improvement, however fast the others are") {
  const Baseline old = baseline_with(jittered, none);
  const Baseline faster = baseline_with([](int seed) { return jittered(seed) / 2; }, [](int) { return 5; });
  const MetricJudgement latency = judged(old, faster, "everywhere_latency_s.p99");
  CHECK(latency.judgement == Judgement::regression);
  CHECK(latency.reason == "never, where the baseline has a value");
  CHECK(latency.worse_seeds.size() == seeds);
}

TEST_CASE("fewer of them than the quantile shows are a regression of their own") {
  const Baseline old = baseline_with(jittered, none);
  const Baseline fresh = baseline_with([](int seed) { return jittered(seed) / 2; }, [](int) { return 1; });
  CHECK(judged(old, fresh, "everywhere_latency_s.p99").judgement == Judgement::better);
  CHECK(judged(old, fresh, "never_stable").judgement == Judgement::regression);
}

TEST_CASE("that one run of many has a latency of never may be chance") {
  const Baseline old = baseline_with(jittered, [](int seed) { return seed == 3 ? 5 : 0; });
  const Baseline fresh =
      baseline_with([](int seed) { return jittered(seeds + 1 - seed); }, [](int seed) { return seed == 8 ? 5 : 0; });
  CHECK(judged(old, fresh, "everywhere_latency_s.p99").judgement == Judgement::within);
}

TEST_CASE("becoming stable again is better") {
  const Baseline old = baseline_with(jittered, [](int) { return 5; });
  const Baseline fresh = baseline_with(jittered, none);
  CHECK(judged(old, fresh, "everywhere_latency_s.p99").judgement == Judgement::better);
  CHECK(judged(old, old, "").judgement == Judgement::identical);
}

TEST_CASE("a change of at least the tolerance is a regression, a smaller one is not, however certain") {
  const Baseline old = baseline_with(jittered, none);
  const auto slower = [&](double factor) {
    return judged(old, baseline_with([factor](int seed) { return factor * jittered(seed); }, none),
                  "everywhere_latency_s.p99");
  };
  CHECK(slower(1.021).judgement == Judgement::regression);
  CHECK(slower(1.025).judgement == Judgement::regression);
  CHECK(slower(1.019).judgement == Judgement::within);
  CHECK(slower(0.979).judgement == Judgement::better);
  CHECK(slower(0.981).judgement == Judgement::within);
  CHECK(*slower(1.025).change == Approx(0.025).epsilon(0.001));
}

TEST_CASE("the tolerance itself is enough, and from nothing to something is beyond any") {
  const auto judged_at = [](double tolerance, const Baseline& old, const Baseline& fresh, const std::string& metric) {
    for (const MetricJudgement& j : judge_runs(old, fresh, default_metrics(tolerance)))
      if (j.metric == metric) return j.judgement;
    return Judgement::identical;
  };
  const Baseline one = baseline_with([](int) { return 1.0; }, none);
  const Baseline more = baseline_with([](int) { return 1.25; }, none);
  CHECK(judged_at(0.25, one, more, "everywhere_latency_s.p99") == Judgement::regression);
  CHECK(judged_at(0.26, one, more, "everywhere_latency_s.p99") == Judgement::within);
  const Baseline unstable = baseline_with([](int) { return 1.0; }, [](int) { return 1; });
  CHECK(judged_at(100, one, unstable, "never_stable") == Judgement::regression);
}

namespace {

Baseline with_converged(const std::function<bool(int)>& converged) {
  Baseline baseline = baseline_with(jittered, none);
  const auto metric = std::find(baseline.metrics.begin(), baseline.metrics.end(), "converged");
  for (BaselineRun& run : baseline.entries[0].runs) {
    run.converged = converged(static_cast<int>(run.seed));
    run.values[static_cast<std::size_t>(metric - baseline.metrics.begin())] = run.converged ? 1 : 0;
    run.run_hash += run.converged ? " converged" : "";
  }
  return baseline;
}

}  // namespace

TEST_CASE("one run that does not converge is a regression where all did, and may be chance where some did not") {
  const Baseline all = with_converged([](int) { return true; });
  const MetricJudgement broken = judged(all, with_converged([](int seed) { return seed != 7; }), "converged");
  CHECK(broken.judgement == Judgement::regression);
  CHECK(broken.reason == "1 run not converged, where the baseline has none");
  CHECK(broken.worse_seeds == std::vector<std::uint64_t>{7});

  const Baseline most = with_converged([](int seed) { return seed > 5; });
  CHECK(judged(most, with_converged([](int seed) { return seed > 6; }), "converged").judgement == Judgement::within);
  CHECK(judged(most, with_converged([](int seed) { return seed <= seeds - 5; }), "converged").judgement ==
        Judgement::within);
}

TEST_CASE("a change in a minority of the seeds is judged by the mean, since the median change is none") {
  const Baseline most = with_converged([](int seed) { return seed > 2; });
  const MetricJudgement fewer = judged(most, with_converged([](int seed) { return seed > 10; }), "converged");
  CHECK(*fewer.change == Approx(-8.0 / (seeds - 2)));
  CHECK(!fewer.interval.has_value());
  CHECK(fewer.judgement == Judgement::regression);
}

TEST_CASE("a judgement holds both means, the seeds that are worse with the worst first, and a p-value") {
  const Baseline old = baseline_with(jittered, none);
  const Baseline fresh = baseline_with([](int seed) { return jittered(seed) + 0.1 * seed; }, none);
  const MetricJudgement j = judged(old, fresh, "everywhere_latency_s.p99");
  CHECK(*j.old_mean == Approx(0.5195));
  CHECK(*j.new_mean == Approx(0.5195 + 0.1 * 20.5));
  REQUIRE(j.worse_seeds.size() == seeds);
  for (std::size_t i = 0; i < seeds; ++i) CHECK(j.worse_seeds[i] == seeds - i);
  CHECK(j.p <= 0.01);
  CHECK(judged(old, fresh, "never_stable").judgement == Judgement::unchanged);
  CHECK(judged(old, fresh, "never_stable").p == 1);
}

TEST_CASE("a run that lost more writes, or does not converge any more, names its seeds") {
  const Baseline old = baseline_with(jittered, none);
  Baseline fresh = old;
  for (BaselineRun& run : fresh.entries[0].runs) run.run_hash += "x";
  fresh.entries[0].runs[3].lost_writes = 1;
  fresh.entries[0].runs[7].converged = false;
  CHECK(judged(old, fresh, "lost_writes").judgement == Judgement::regression);
  CHECK(judged(old, fresh, "lost_writes").reason == "1 run with lost writes, where the baseline has none");
  CHECK(judged(old, fresh, "lost_writes").worse_seeds == std::vector<std::uint64_t>{4});
  CHECK(judged(old, fresh, "converged").reason == "1 run not converged, where the baseline has none");
  CHECK(judged(old, fresh, "converged").worse_seeds == std::vector<std::uint64_t>{8});
}

TEST_CASE("a value that only one side has is not compared; one that has gone is a regression") {
  const Baseline old = baseline_with(jittered, none);
  const auto metric = std::find(old.metrics.begin(), old.metrics.end(), "messages.per_op") - old.metrics.begin();
  Baseline less = baseline_with([](int seed) { return 2 * jittered(seed); }, none);
  for (BaselineRun& run : less.entries[0].runs) run.values[static_cast<std::size_t>(metric)].reset();
  CHECK(judged(old, less, "messages.per_op").reason == std::to_string(seeds) + " runs without a value now");
  CHECK(judged(less, old, "messages.per_op").judgement == Judgement::unchanged);
}

TEST_CASE("a baseline is read back as it was written, its entries in a fixed order") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("b.json"), again = directory.file("c.json");
  Baseline baseline = baseline_with(jittered, [](int seed) { return seed == 3 ? 5 : 0; });
  baseline.entries.push_back(baseline.entries[0]);
  baseline.entries[0].label = "m";
  baseline.entries[0].case_values = {{"nodes", "9"}};
  write_baseline(baseline, file);
  const Baseline read = read_baseline(file);
  REQUIRE(read.entries.size() == 2);
  CHECK(read.program == baseline.program);
  CHECK(read.metrics == baseline.metrics);
  CHECK(read.entries[0].label == "l");
  CHECK(read.entries[1].label == "m");
  CHECK(read.entries[1].case_values == baseline.entries[0].case_values);
  for (std::size_t i = 0; i < seeds; ++i) {
    CHECK(read.entries[0].runs[i].seed == i + 1);
    CHECK(read.entries[0].runs[i].run_hash == baseline.entries[1].runs[i].run_hash);
    CHECK(read.entries[0].runs[i].values == baseline.entries[1].runs[i].values);
  }
  write_baseline(read, again);
  CHECK(test::contents(again) == test::contents(file));
}

TEST_CASE("a baseline of another format, or what is none, is refused") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.file("b.json");
  const auto refusal = [&](const std::string& text) {
    std::ofstream(file) << text;
    try {
      read_baseline(file);
    } catch (const BaselineError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal("{\"format\": 99}").find(":1:2: a baseline of format 99") != std::string::npos);
  CHECK(refusal("[]").find("no baseline of hearsay's") != std::string::npos);
  CHECK(refusal("{").find(file) == 0);
}
