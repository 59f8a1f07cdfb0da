// `check`: runs scenarios and fails when they have become worse than a baseline.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "sim/cli/batch.hpp"
#include "sim/cli/check_options.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/version.hpp"
#include "sim/report/check_report.hpp"
#include "sim/scenario/difference.hpp"

namespace hearsay {
namespace {

BaselineEntry entry_of(const PlannedRun& run) {
  const ProtocolEntry& protocol = run.which.entry();
  BaselineEntry entry;
  entry.scenario = run.which.scenario->name;
  entry.case_values = run.which.scenario->case_values;
  entry.content = run.which.scenario->content_hash;
  entry.text = run.which.scenario->resolved;
  entry.protocol = protocol.name;
  entry.label = protocol.label;
  for (const auto& parameter : find_protocol(protocol.name)->parameters)
    if (const auto it = protocol.given_params.find(parameter.name); it != protocol.given_params.end())
      entry.params += (entry.params.empty() ? "" : "; ") + parameter.name + "=" + to_string(it->second, parameter.type);
  return entry;
}

[[noreturn]] void refuse(const CheckOptions& options, const BaselineEntry& entry, const std::string& reason) {
  throw UsageError("the baseline " + options.baseline + " does not fit " + entry.scenario + ", " + entry.label + ": " +
                   reason + "; if that is meant, write it again with --update");
}

// "nodes 10 -> 11", or what is known.
std::string changes(const BaselineEntry& old, const BaselineEntry& entry) {
  constexpr std::size_t shown = 5;
  const std::vector<std::string> all = differences_of(old.text, entry.text);
  if (all.empty())
    return "its content has hash " + old.content + ", now " + entry.content + "; has its platform changed?";
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, all.size()); ++i) text += (i > 0 ? ", " : "") + all[i];
  return all.size() > shown ? text + " and " + std::to_string(all.size() - shown) + " more" : text;
}

// Before anything runs: has the baseline what these runs are to be compared with?
void check_fits(const CheckOptions& options, const Plan& plan, const Baseline& baseline) {
  for (const PlannedRun& run : plan.runs) {
    const BaselineEntry entry = entry_of(run);
    const BaselineEntry* old = find_entry(baseline, entry);
    if (old == nullptr) refuse(options, entry, "it has no such runs");
    if (old->protocol != entry.protocol) refuse(options, entry, "it was made with the protocol " + old->protocol);
    if (old->content != entry.content)
      refuse(options, entry, "it was made for another scenario: " + changes(*old, entry));
    const bool has_seed = std::any_of(old->runs.begin(), old->runs.end(),
                                      [&run](const BaselineRun& r) { return r.seed == run.which.seed; });
    if (!has_seed) refuse(options, entry, "it lacks seed " + std::to_string(run.which.seed));
  }
}

// A metric that was asked for must be there. One of the usual ones may be newer than the baseline; but not unsaid.
void check_metrics(CheckOptions& options, const Baseline& baseline) {
  std::erase_if(options.metrics, [&](const CheckedMetric& metric) {
    if (std::find(baseline.metrics.begin(), baseline.metrics.end(), metric.name) != baseline.metrics.end())
      return false;
    if (!options.usual_metrics)
      throw UsageError("the baseline " + options.baseline + " has no metric " + metric.name +
                       "; write it again with --update and this --metric");
    std::cerr << "hearsay: " << options.baseline << " was written without " << metric.name
              << ", so it is not judged; --update rewrites it\n";
    return true;
  });
}

// Parameters may differ, since that is what one wants to judge; but not unsaid.
void tell_parameters(const Baseline& old, const Baseline& fresh) {
  for (const BaselineEntry& entry : fresh.entries)
    if (const BaselineEntry* before = find_entry(old, entry); before->params != entry.params)
      std::cerr << "hearsay: " << entry.scenario << ", " << entry.label << " has other parameters than the baseline: ["
                << before->params << "], now [" << entry.params << "]\n";
}

// Metrics that a baseline always has, and those that were asked for.
std::vector<std::string> metric_names(const CheckOptions& options) {
  std::vector<std::string> names;
  for (const CheckedMetric& metric : default_metrics(0)) names.push_back(metric.name);
  for (const CheckedMetric& metric : options.metrics)
    if (std::find(names.begin(), names.end(), metric.name) == names.end()) names.push_back(metric.name);
  return names;
}

void write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file);
}

Exit exit_of(const std::vector<MetricJudgement>& judgements) {
  Exit exit = Exit::ok;
  for (const MetricJudgement& j : judgements) {
    if (j.judgement == Judgement::regression) exit = worse(exit, Exit::failed);
    if (j.judgement == Judgement::undecided) exit = worse(exit, Exit::inconclusive);
  }
  return exit;
}

const PlannedRun& planned(const Plan& plan, const BaselineEntry& entry, std::uint64_t seed) {
  for (const PlannedRun& run : plan.runs)
    if (run.which.seed == seed && run.which.scenario->name == entry.scenario &&
        run.which.scenario->case_values == entry.case_values && run.which.entry().label == entry.label)
      return run;
  return plan.runs.front();
}

Exit report(const CheckOptions& options, const Plan& plan, const Baseline& old, const Baseline& fresh) {
  tell_parameters(old, fresh);
  const auto judgements = judge_runs(old, fresh, options.metrics);
  const Replay replay = [&](const BaselineEntry& entry, std::uint64_t seed) {
    return command_to_repeat(planned(plan, entry, seed), options.run);
  };
  std::cout << check_table(judgements) << check_details(judgements, replay);
  if (options.junit) write_file(*options.junit, check_junit(judgements, replay));
  if (options.markdown) write_file(*options.markdown, check_markdown(judgements, replay));
  const char* github = std::getenv("GITHUB_ACTIONS");
  if (github != nullptr && std::string_view(github) == "true")
    std::cout << check_annotations(judgements, [&plan](const BaselineEntry& entry) {
      return planned(plan, entry, entry.runs.front().seed).which.scenario->file;
    });
  const Exit exit = exit_of(judgements);
  if (!options.run.quiet)
    std::cerr << (exit == Exit::ok       ? "check: no regression against "
                  : exit == Exit::failed ? "check: regression against "
                                         : "check: undecided against ")
              << options.baseline << " (" << old.program << ")\n";
  return exit;
}

}  // namespace

Exit check_command(const Arguments& arguments) {
  CheckOptions options = read_check_options(arguments);
  if (options.help) return Exit::ok;
  check_simgrid_options(options.run);
  const Plan plan = make_plan(options.run);
  try {
    Baseline old;
    if (options.update) {
      check_may_replace(options.baseline);
    } else {
      old = read_baseline(options.baseline);
      check_fits(options, plan, old);
      check_metrics(options, old);
    }
    Batch batch(options.run, plan);
    const Exit ran = batch.run();
    if (ran == Exit::internal) return ran;
    if (options.update && ran != Exit::ok) {
      std::cerr << "hearsay: " << options.baseline << " is not written, because not every run passed\n";
      return ran;
    }
    Baseline fresh{source_version(), metric_names(options), {}};
    for (std::size_t i = 0; i < plan.runs.size(); ++i) add_run(fresh, entry_of(plan.runs[i]), batch.result(i));
    if (!options.update) return worse(ran, report(options, plan, old, fresh));
    write_baseline(fresh, options.baseline);
    std::cerr << "check: wrote " << options.baseline << ", " << plan.runs.size() << " runs\n";
    return Exit::ok;
  } catch (const BaselineError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace hearsay
