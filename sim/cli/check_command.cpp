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
#include "sim/report/json.hpp"
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

// The entries of a plan's runs, and which is whose.
struct PlannedEntries {
  explicit PlannedEntries(const Plan& plan) {
    const Case* before = nullptr;
    for (const PlannedRun& run : plan.runs) {
      const Case& which = run.which;
      if (before == nullptr || before->scenario != which.scenario || before->protocol != which.protocol) add(run);
      before = &which;
      of_run.push_back(last_);
    }
  }

  Baseline baseline;                // of the entries alone
  std::vector<std::size_t> of_run;  // indices into its entries

 private:
  void add(const PlannedRun& run) {
    BaselineEntry entry = entry_of(run);
    const BaselineEntry* known = find_entry(baseline, entry);
    last_ = known != nullptr ? static_cast<std::size_t>(known - baseline.entries.data()) : baseline.entries.size();
    if (known == nullptr) baseline.entries.push_back(std::move(entry));
  }

  std::size_t last_ = 0;
};

// Before anything runs: has the baseline what these runs are to be compared with?
void check_fits(const CheckOptions& options, const Plan& plan, const PlannedEntries& planned,
                const Baseline& baseline) {
  std::vector<RunFinder> olds;
  for (const BaselineEntry& entry : planned.baseline.entries) {
    const BaselineEntry* old = find_entry(baseline, entry);
    if (old == nullptr) refuse(options, entry, "it has no such runs");
    if (old->protocol != entry.protocol) refuse(options, entry, "it was made with the protocol " + old->protocol);
    if (old->content != entry.content)
      refuse(options, entry, "it was made for another scenario: " + changes(*old, entry));
    olds.emplace_back(*old);
  }
  for (std::size_t i = 0; i < plan.runs.size(); ++i)
    if (const std::uint64_t seed = plan.runs[i].which.seed; olds[planned.of_run[i]].find(seed) == nullptr)
      refuse(options, planned.baseline.entries[planned.of_run[i]], "it lacks seed " + std::to_string(seed));
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

// Keeps of each run of a batch what a baseline has of it.
class FreshRuns {
 public:
  FreshRuns(const Plan& plan, std::vector<std::string> metrics)
      : plan_(plan), metrics_(std::move(metrics)), runs_(plan.runs.size()) {}

  // For the batch; without `take` if it must keep whole results, because a metric is no field but part of one.
  RunSink sink() {
    RunSink sink;
    for (const std::string& metric : metrics_) sink.fields.push_back(find_field(metric));
    for (const char* name : fields_of_run) sink.fields.push_back(find_field(name));
    whole_ = std::any_of(sink.fields.begin(), sink.fields.end(), [](const Field* field) { return field == nullptr; });
    if (whole_) return {};
    sink.take = [this](std::size_t index, const FieldLookup& run) { take(index, run); };
    return sink;
  }

  // What crashed has nothing to compare.
  Baseline baseline(const Batch& batch, PlannedEntries planned) {
    Baseline fresh = std::move(planned.baseline);
    fresh.program = source_version();
    fresh.metrics = metrics_;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (whole_) take(i, lookup_in(batch.result(i)));
      if (runs_[i]) fresh.entries[planned.of_run[i]].runs.push_back(std::move(*runs_[i]));
    }
    std::erase_if(fresh.entries, [](const BaselineEntry& entry) { return entry.runs.empty(); });
    for (BaselineEntry& entry : fresh.entries) sort_runs(entry);
    return fresh;
  }

 private:
  void take(std::size_t index, const FieldLookup& run) {
    if (run("run_hash")) runs_[index] = baseline_run(plan_.runs[index].which.seed, run, metrics_);
  }

  const Plan& plan_;
  std::vector<std::string> metrics_;
  std::vector<std::optional<BaselineRun>> runs_;
  bool whole_ = false;
};

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
    if (batch.exit_of(i) == Exit::ok) continue;
    const auto& result = batch.result(i);
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
  PlannedEntries planned(plan);
  try {
    Baseline old;
    if (options.update) {
      check_may_replace(options.baseline);
    } else {
      old = read_baseline(options.baseline);
      check_fits(options, plan, planned, old);
      check_metrics(options, old);
    }
    FreshRuns runs(plan, metric_names(options));
    Batch batch(options.run, plan, runs.sink());
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
    const Baseline fresh = runs.baseline(batch, std::move(planned));
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
