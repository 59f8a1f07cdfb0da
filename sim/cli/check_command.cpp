// `check`: runs scenarios and fails when they have become worse than a baseline.
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "sim/cli/batch.hpp"
#include "sim/cli/check_options.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/report_file.hpp"
#include "sim/cli/version.hpp"
#include "sim/core/files.hpp"
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
                   reason + "; if that is meant, rewrite it with --update");
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
    if (run_of(*old, run.which.seed) == nullptr)
      refuse(options, entry, "it lacks seed " + std::to_string(run.which.seed));
  }
}

// Runs that do not repeat are compared as samples, of which a few say nothing.
void check_samples(const Plan& plan) {
  constexpr std::size_t fewest = 5;
  for (const PlannedRun& run : plan.runs) {
    if (repeats(run.which)) continue;
    const std::string& label = run.which.entry().label;
    const auto alike = [&](const PlannedRun& other) {
      return other.which.scenario == run.which.scenario && other.which.protocol == run.which.protocol;
    };
    const auto seeds = std::count_if(plan.runs.begin(), plan.runs.end(), alike);
    if (static_cast<std::size_t>(seeds) < fewest)
      throw UsageError(label + " runs in real time, which does not repeat; compare at least " + std::to_string(fewest) +
                       " runs of it, such as --seeds 1.." + std::to_string(fewest));
  }
}

// A metric that was asked for must be there. One of the usual ones may be newer than the baseline; but not unsaid.
void check_metrics(CheckOptions& options, const Baseline& baseline) {
  std::erase_if(options.metrics, [&](const CheckedMetric& metric) {
    if (std::find(baseline.metrics.begin(), baseline.metrics.end(), metric.name) != baseline.metrics.end())
      return false;
    if (!options.usual_metrics)
      throw UsageError("the baseline " + options.baseline + " has no metric " + metric.name +
                       "; rewrite it with --update and this --metric");
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

// A report that cannot be written is found before the runs, not after them.
void check_reports(const CheckOptions& options) {
  const auto check = [](const std::optional<std::string>& file, const std::string& option) {
    try {
      if (file) check_writable(*file);
    } catch (const FileError& error) {
      throw UsageError(option + " " + *file + ": " + error.what());
    }
  };
  check(options.junit, "--junit");
  check(options.markdown, "--markdown");
}

void write_report(const std::string& file, const std::string& text) {
  try {
    write_file(file, text);
  } catch (const FileError& error) {
    throw std::runtime_error("the report " + file + ": " + error.what());
  }
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

std::vector<FailedRun> failed_runs(const CheckOptions& options, const Plan& plan, const Batch& batch) {
  std::vector<FailedRun> failed;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const auto& result = batch.result(i);
    if (exit_of_result(result) == Exit::ok) continue;
    const Case& which = plan.runs[i].which;
    failed.push_back({entry_name(entry_of(plan.runs[i])), which.entry().label, which.seed, result.at("verdict"),
                      result.at("reasons"), command_to_repeat(plan.runs[i], options.run), which.scenario->file});
  }
  return failed;
}

const char* verdict_text(Exit exit, bool failed) {
  if (exit == Exit::failed) return "check: regression against ";
  if (exit != Exit::ok) return "check: undecided against ";
  return failed ? "check: not every run passed; of the others, no regression against "
                : "check: no regression against ";
}

Exit report(const CheckOptions& options, const Plan& plan, const Baseline& old, const Baseline& fresh,
            const std::vector<FailedRun>& failed, nlohmann::ordered_json& page) {
  tell_parameters(old, fresh);
  const auto judgements = judge_runs(old, fresh, options.metrics);
  const Replay replay = [&](const BaselineEntry& entry, std::uint64_t seed) {
    return command_to_repeat(planned(plan, entry, seed), options.run);
  };
  std::cout << check_table(judgements) << check_details(judgements, replay);
  if (options.junit) write_report(*options.junit, check_junit(judgements, failed, replay));
  if (options.markdown) write_report(*options.markdown, check_markdown(judgements, failed, replay));
  page = check_json(judgements, replay);
  page["baseline"] = options.baseline;
  page["program"] = old.program;
  const char* github = std::getenv("GITHUB_ACTIONS");
  if (github != nullptr && std::string_view(github) == "true")
    std::cout << check_annotations(judgements, failed, [&plan](const BaselineEntry& entry) {
      return planned(plan, entry, entry.runs.front().seed).which.scenario->file;
    });
  const Exit exit = exit_of(judgements);
  if (!options.run.quiet || exit != Exit::ok || !failed.empty())
    std::cerr << verdict_text(exit, !failed.empty()) << options.baseline << " (" << old.program << ")\n";
  return exit;
}

}  // namespace

Exit check_command(const Arguments& arguments) {
  CheckOptions options = read_check_options(arguments);
  if (options.help) return Exit::ok;
  check_simgrid_options(options.run);
  check_reports(options);
  ReportOfBatch page(options.run, "check", arguments);
  const Plan plan = make_plan(options.run);
  check_samples(plan);
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
    if (!batch.complete()) {
      page.write(false);
      return ran;
    }
    if (options.update && ran != Exit::ok) {
      page.write(true);
      std::cerr << "hearsay: " << options.baseline << " is not written, because not every run passed\n";
      return ran;
    }
    Baseline fresh{source_version(), metric_names(options), {}};
    for (std::size_t i = 0; i < plan.runs.size(); ++i)  // one that crashed has nothing to compare
      if (exit_of_result(batch.result(i)) != Exit::internal) add_run(fresh, entry_of(plan.runs[i]), batch.result(i));
    if (!options.update) {
      const Exit judged = report(options, plan, old, fresh, failed_runs(options, plan, batch), page.check);
      page.write(true);
      return worse(ran, judged);
    }
    write_baseline(fresh, options.baseline);
    page.write(true);
    std::cerr << "check: wrote " << options.baseline << ", " << plan.runs.size() << " runs\n";
    return Exit::ok;
  } catch (const BaselineError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace hearsay
