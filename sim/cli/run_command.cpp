// `run`: every case in worker processes, results stored and printed as they come.
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/cli/command.hpp"
#include "sim/cli/determinism.hpp"
#include "sim/cli/plan.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/metrics/verdict.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/report/trace.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// --- in the worker

std::string numbered(const std::string& file, std::size_t index, std::size_t count) {
  if (count == 1) return file;
  const auto slash = file.find_last_of('/');
  auto dot = file.find_last_of('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = file.size();
  return file.substr(0, dot) + "-" + std::to_string(index + 1) + file.substr(dot);
}

Json run_and_judge(const PlannedRun& run, RunOptions options) {
  const ProtocolInfo& protocol = *find_protocol(run.which.entry().name);
  RunResult result = run_case(run.which, protocol, options);
  judge(result, run.which.entry().expect, lookup_in(to_json(result, protocol.messages)));
  return to_json(result, protocol.messages);
}

// The result of a run that crashed: its names and the reason.
Json error_result(const PlannedRun& run, const std::string& reason) {
  const ProtocolInfo& protocol = *find_protocol(run.which.entry().name);
  RunResult result;
  result.scenario = run.which.scenario->name;
  result.protocol = run.which.entry().name;
  result.label = run.which.entry().label;
  for (const auto& parameter : protocol.parameters)
    if (const auto it = run.which.entry().params.find(parameter.name); it != run.which.entry().params.end())
      result.params.emplace_back(parameter.name, to_string(it->second, parameter.type));
  result.seed = run.which.seed;
  result.nodes = run.which.scenario->nodes;
  result.case_values = run.which.scenario->case_values;
  result.verdict = VerdictKind::error;
  result.reasons = {reason};
  return to_json(result, protocol.messages);
}

Exit exit_of(const Json& result) {
  const std::string verdict = result.at("verdict");
  if (verdict == "pass") return Exit::ok;
  if (verdict == "fail") return Exit::failed;
  return verdict == "inconclusive" ? Exit::inconclusive : Exit::internal;
}

// --- in the parent

class ProgressLine {
 public:
  ProgressLine(std::size_t count, bool enabled) : count_(count), enabled_(enabled && isatty(STDERR_FILENO) == 1) {}

  void show(std::size_t done, const Progress& oldest) {
    if (!enabled_) return;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
    if (elapsed.count() < 1) return;
    const double of_run = oldest.duration_s > 0 ? oldest.simulated_s / oldest.duration_s : 0;
    const double share = (static_cast<double>(done) + (done < count_ ? of_run : 0)) / static_cast<double>(count_);
    std::fprintf(stderr, "\r\033[K%zu/%zu runs", done, count_);
    if (oldest.duration_s > 0)
      std::fprintf(stderr, ", %.1f of %.1f s simulated, %.0f events/s, %.0f%% up to date", oldest.simulated_s, oldest.duration_s,
                   static_cast<double>(oldest.events) / elapsed.count(), 100 * oldest.up_to_date);
    if (share > 0) std::fprintf(stderr, ", about %.0f s left", std::ceil(elapsed.count() * (1 - share) / share));
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() {
    if (shown_) std::fprintf(stderr, "\r\033[K");
    shown_ = false;
  }

 private:
  std::size_t count_;
  bool enabled_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

class Batch {
 public:
  Batch(const RunCommandOptions& options, const Plan& plan)
      : options_(options), plan_(plan), results_(plan.runs.size()), progress_(plan.runs.size(), !options.quiet) {
    if (options.results) store_.emplace(*options.results);
  }

  Exit run() {
    reuse_stored();
    const bool whole = run_missing();
    progress_.clear();
    if (options_.format == Format::table) print_remaining_tables(whole);
    if (options_.format == Format::json) print_array();
    if (!options_.quiet) print_verdict(whole);
    if (!whole) return Exit::internal;
    Exit exit = Exit::ok;
    for (const auto& result : results_) exit = worse(exit, exit_of(*result));
    return exit;
  }

 private:
  void reuse_stored() {
    for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
      std::optional<Json> stored;
      if (store_ && !options_.force) stored = store_->find(plan_.runs[i].key);
      if (stored && stored->at("verdict") != "error") take(i, std::move(*stored));
      else missing_.push_back(i);
    }
    reused_ = plan_.runs.size() - missing_.size();
  }

  bool run_missing() {
    if (missing_.empty()) return true;
    Pool pool;
    pool.jobs = options_.jobs;
    pool.job = [this](std::size_t k, const std::function<void(const Progress&)>& progress) {
      return work(missing_[k], progress);
    };
    pool.finished = [this](std::size_t k, const WorkerReport& report) { finished(missing_[k], report); };
    pool.tick = [this](std::size_t done, const Progress& oldest) { progress_.show(reused_ + done, oldest); };
    return run_pool(pool, missing_.size());
  }

  std::string work(std::size_t index, const std::function<void(const Progress&)>& progress) const {
    const PlannedRun& run = plan_.runs[index];
    RunOptions options;
    options.simgrid_arguments = options_.simgrid;
    options.progress = progress;
    if (options_.check_determinism) compare_two_runs(run.which, options);
    std::unique_ptr<Observer> trace;
    if (options_.trace) {
      trace = make_trace(numbered(*options_.trace, index, plan_.runs.size()), run.which.scenario->nodes,
                         find_protocol(run.which.entry().name)->messages);
      options.observers.push_back(trace.get());
    }
    return run_and_judge(run, options).dump();
  }

  void finished(std::size_t index, const WorkerReport& report) {
    progress_.clear();
    if (!report.chatter.empty()) std::cerr << report.chatter;
    Json result = report.completed ? Json::parse(report.text) : error_result(plan_.runs[index], report.text);
    if (store_) store_->add(plan_.runs[index].key, result);
    take(index, std::move(result));
  }

  void take(std::size_t index, Json result) {
    if (options_.format == Format::ndjson) std::cout << result.dump() << std::endl;
    results_[index] = std::move(result);
    if (options_.format == Format::table) print_ready_tables();
  }

  // Tables in the order of the files, each as soon as its runs are there.
  void print_ready_tables() {
    while (next_table_ < plan_.groups) {
      std::vector<Json> of_group;
      for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
        if (plan_.runs[i].group != next_table_) continue;
        if (!results_[i]) return;
        of_group.push_back(*results_[i]);
      }
      print_table(of_group);
      ++next_table_;
    }
  }

  void print_remaining_tables(bool whole) {
    if (whole) return;
    for (; next_table_ < plan_.groups; ++next_table_) {
      std::vector<Json> of_group;
      for (std::size_t i = 0; i < plan_.runs.size(); ++i)
        if (plan_.runs[i].group == next_table_ && results_[i]) of_group.push_back(*results_[i]);
      if (!of_group.empty()) print_table(of_group);
    }
  }

  void print_table(const std::vector<Json>& results) {
    progress_.clear();
    if (printed_table_) std::cout << "\n";
    std::cout << scenario_table(results) << std::flush;
    printed_table_ = true;
  }

  void print_array() const {
    Json array = Json::array();
    for (const auto& result : results_)
      if (result) array.push_back(*result);
    std::cout << array.dump(2) << "\n";
  }

  // On stderr, so that stdout stays what was asked for.
  void print_verdict(bool whole) const {
    std::size_t passed = 0, done = 0;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (!results_[i]) continue;
      ++done;
      if (exit_of(*results_[i]) == Exit::ok) {
        ++passed;
        continue;
      }
      const Json& result = *results_[i];
      std::cerr << "\n" << result.at("verdict").get<std::string>() << ": " << result.at("label").get<std::string>() << ", seed "
                << result.at("seed") << "\n";
      for (const auto& reason : result.at("reasons")) std::cerr << "  " << reason.get<std::string>() << "\n";
      std::cerr << "  again: " << command_to_repeat(plan_.runs[i], options_) << "\n";
    }
    if (!whole) std::cerr << "\ninterrupted after " << done << " of " << results_.size() << " runs\n";
    else if (passed == results_.size()) std::cerr << (passed == 1 ? "the run passed" : "all " + std::to_string(passed) + " runs passed");
    else std::cerr << passed << " of " << results_.size() << " runs passed";
    if (whole && reused_ > 0) std::cerr << " (" << reused_ << " from " << *options_.results << ")";
    if (whole) std::cerr << "\n";
  }

  const RunCommandOptions& options_;
  const Plan& plan_;
  std::optional<Store> store_;
  std::vector<std::optional<Json>> results_;
  std::vector<std::size_t> missing_;
  std::size_t reused_ = 0;
  std::size_t next_table_ = 0;
  bool printed_table_ = false;
  ProgressLine progress_;
};

}  // namespace

Exit run_command(const Arguments& arguments) {
  const auto options = read_run_options(arguments);
  if (options.help) return Exit::ok;
  const Plan plan = make_plan(options);
  if (options.trace) make_trace(*options.trace, 1, {});  // an unknown ending or unwritable place is told before any run
  return Batch(options, plan).run();
}

Exit validate_command(const Arguments& arguments) {
  if (arguments.words.empty()) throw UsageError("`validate` needs a scenario file");
  if (arguments.words.front() == "--help" || arguments.words.front() == "-h") {
    std::cout << "usage: validate SCENARIO...\n\nreads and resolves without running; tells every mistake with its place\n";
    return Exit::ok;
  }
  Exit exit = Exit::ok;
  for (const auto& file : arguments.words) {
    try {
      const std::size_t cases = cases_of(read_and_check(file, {})).size();
      std::cout << file << ": ok, " << cases << (cases == 1 ? " run\n" : " runs\n");
    } catch (const ScenarioError& error) {
      for (const auto& mistake : error.mistakes) std::cerr << mistake.text() << "\n";
      exit = Exit::usage;
    }
  }
  return exit;
}

}  // namespace hearsay
