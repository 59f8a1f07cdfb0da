#include "sim/cli/batch.hpp"

#include <array>
#include <iostream>

#include "sim/cli/determinism.hpp"
#include "sim/metrics/verdict.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/report/text.hpp"
#include "sim/report/trace.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// trace.json, or trace-7.json for the seventh of several runs.
std::string numbered(const std::string& file, std::size_t index, std::size_t count) {
  if (count == 1) return file;
  const auto slash = file.find_last_of('/');
  auto dot = file.find_last_of('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = file.size();
  return file.substr(0, dot) + "-" + std::to_string(index + 1) + file.substr(dot);
}

Json run_and_judge(const PlannedRun& run, const RunOptions& options) {
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

std::string identity(const RunKey& key) {
  std::string text;
  for (const std::string* part : {&key.scenario_hash, &key.protocol, &key.label, &key.params, &key.case_values})
    text += std::to_string(part->size()) + ":" + *part;
  return text + std::to_string(key.seed);
}

// Results may be many, and only their figures are needed once they are stored or printed.
Json without_series(Json result) {
  result.erase("series");
  return result;
}

Json without_details(Json result) {
  for (const char* name : {"faults", "recovery"}) result.erase(name);
  return without_series(std::move(result));
}

}  // namespace

Batch::Batch(const RunCommandOptions& options, const Plan& plan)
    : options_(options), plan_(plan), results_(plan.runs.size()), groups_(plan.groups) {
  try {
    if (options.results) store_.emplace(*options.results);
    if (options.trace) make_trace(numbered(*options.trace, 0, plan.runs.size()), 1, {});
  } catch (const StoreError& error) {
    throw UsageError("--results: " + std::string(error.what()));
  } catch (const TraceError& error) {
    throw UsageError("--trace: " + std::string(error.what()));
  }
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    groups_[plan.runs[i].group].runs.push_back(i);
    ++groups_[plan.runs[i].group].open;
  }
}

Exit Batch::run() {
  find_twins();
  reuse_stored();
  const bool whole = run_missing();
  if (options_.format == Format::table) print_tables(false);
  if (options_.format == Format::json) print_array();
  if (!options_.quiet) print_verdict(whole);
  return whole ? worst() : Exit::internal;
}

// A file that is named twice, or a copy of it: the same run is run once and shown at each place.
void Batch::find_twins() {
  std::map<std::string, std::size_t> first_of;
  for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
    const auto [first, fresh] = first_of.try_emplace(identity(plan_.runs[i].key), i);
    if (fresh)
      todo_.push_back(i);
    else
      twins_[first->second].push_back(i);
  }
}

void Batch::reuse_stored() {
  if (!store_ || options_.force || options_.trace || options_.check_determinism) return;
  std::vector<std::size_t> missing;
  for (const std::size_t i : todo_) {
    const auto stored = store_->find(plan_.runs[i].key);
    if (stored && exit_of(*stored) != Exit::internal) {
      ++reused_;
      take(i, *stored);
    } else {
      missing.push_back(i);
    }
  }
  todo_ = std::move(missing);
}

bool Batch::run_missing() {
  if (todo_.empty()) return true;
  progress_.emplace(todo_.size(), !options_.quiet);
  Pool pool;
  pool.jobs = options_.jobs;
  pool.job = [this](std::size_t k, const std::function<void(const Progress&)>& progress) {
    return work(todo_[k], progress);
  };
  pool.finished = [this](std::size_t k, const WorkerReport& report) { finished(todo_[k], report); };
  pool.tick = [this](const PoolState& state) { progress_->show(state); };
  const bool whole = run_pool(pool, todo_.size());
  progress_->clear();
  return whole;
}

std::string Batch::work(std::size_t index, const std::function<void(const Progress&)>& progress) const {
  const PlannedRun& run = plan_.runs[index];
  RunOptions options;
  options.simgrid_arguments = options_.simgrid;
  options.progress = progress;
  std::optional<DeterminismCheck> check;
  if (options_.check_determinism) {
    check.emplace(run.which, options);
    options.observers.push_back(check->second_run());
  }
  std::unique_ptr<Observer> trace;
  if (options_.trace) {
    trace = make_trace(numbered(*options_.trace, index, plan_.runs.size()), run.which.scenario->nodes,
                       find_protocol(run.which.entry().name)->messages);
    options.observers.push_back(trace.get());
  }
  const std::string result = run_and_judge(run, options).dump(-1, ' ', false, Json::error_handler_t::replace);
  if (check) check->compare();
  return result;
}

void Batch::finished(std::size_t index, const WorkerReport& report) {
  progress_->clear();
  std::cerr << report.chatter;
  const Json result = report.completed ? Json::parse(report.text) : error_result(plan_.runs[index], report.text);
  keep(index, result);
  take(index, result);
}

// A store that cannot be written any more costs neither this result nor those to come.
void Batch::keep(std::size_t index, const Json& result) {
  if (!store_) return;
  try {
    store_->add(plan_.runs[index].key, result);
  } catch (const StoreError& error) {
    std::cerr << "hearsay: a run is not stored: " << error.what() << "\n";
    ++not_stored_;
  }
}

void Batch::take(std::size_t index, const Json& result) {
  if (options_.format == Format::ndjson)
    std::cout << result.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  results_[index] = options_.format == Format::json   ? result
                    : options_.format == Format::none ? without_series(result)
                                                      : without_details(result);
  --groups_[plan_.runs[index].group].open;
  if (options_.format == Format::table) print_tables(true);
  if (const auto twins = twins_.find(index); twins != twins_.end())
    for (const std::size_t twin : twins->second) take(twin, result);
}

// Tables in the order of the files. `finished_only`: up to the first file with runs to come.
void Batch::print_tables(bool finished_only) {
  for (; next_table_ < groups_.size(); ++next_table_) {
    if (finished_only && groups_[next_table_].open > 0) return;
    print_table(groups_[next_table_]);
  }
}

void Batch::print_table(const Group& group) {
  std::vector<Json> results;
  for (const std::size_t i : group.runs)
    if (results_[i]) results.push_back(*results_[i]);
  if (results.empty()) return;
  if (progress_) progress_->clear();
  if (printed_table_) std::cout << "\n";
  std::cout << scenario_table(results) << std::flush;
  printed_table_ = true;
}

// Piece by piece: the whole text may be large.
void Batch::print_array() const {
  const char* separator = "[\n";
  for (const auto& result : results_) {
    if (!result) continue;
    std::cout << separator << result->dump(2, ' ', false, Json::error_handler_t::replace);
    separator = ",\n";
  }
  std::cout << (separator[0] == '[' ? "[]\n" : "\n]\n") << std::flush;
}

void Batch::print_again(std::size_t index) const {
  const Json& result = *results_[index];
  std::cerr << "\n"
            << result.at("verdict").get<std::string>() << ": " << printable(result.at("scenario").get<std::string>())
            << ", " << printable(result.at("label").get<std::string>());
  for (const auto& [path, value] : plan_.runs[index].which.scenario->case_values)
    std::cerr << ", " << printable(path) << " " << printable(value);
  std::cerr << ", seed " << result.at("seed") << "\n";
  for (const auto& reason : result.at("reasons")) std::cerr << "  " << printable(reason.get<std::string>()) << "\n";
  std::cerr << "  again: " << command_to_repeat(plan_.runs[index], options_) << "\n";
}

// On stderr, so that stdout stays what was asked for; tables are flushed, so this comes last on a terminal.
void Batch::print_verdict(bool whole) const {
  std::map<Exit, std::size_t> count;
  std::size_t done = 0;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (!results_[i]) continue;
    ++done;
    ++count[exit_of(*results_[i])];
    if (exit_of(*results_[i]) != Exit::ok) print_again(i);
  }
  static constexpr std::array<std::pair<Exit, const char*>, 4> words{{{Exit::ok, "passed"},
                                                                      {Exit::failed, "failed"},
                                                                      {Exit::inconclusive, "inconclusive"},
                                                                      {Exit::internal, "crashed"}}};
  std::string text;
  for (const auto& [exit, word] : words)
    if (count[exit] > 0) text += (text.empty() ? "" : ", ") + std::to_string(count[exit]) + " " + word;
  if (reused_ > 0) text += (text.empty() ? "" : "; ") + std::to_string(reused_) + " from " + *options_.results;
  if (not_stored_ > 0) text += (text.empty() ? "" : "; ") + std::to_string(not_stored_) + " not stored";
  static const std::map<Exit, const char*> verdicts{
      {Exit::ok, "pass"}, {Exit::failed, "fail"}, {Exit::inconclusive, "inconclusive"}, {Exit::internal, "error"}};
  if (done != results_.size() || count[Exit::ok] != done) std::cerr << "\n";
  if (whole)
    std::cerr << verdicts.at(worst()) << ": " << done << (done == 1 ? " run, " : " runs, ") << text << "\n";
  else
    std::cerr << "interrupted: " << done << " of " << results_.size() << " runs" << (done > 0 ? ", " : "") << text
              << "\n";
}

Exit Batch::worst() const {
  Exit exit = not_stored_ > 0 ? Exit::internal : Exit::ok;
  for (const auto& result : results_)
    if (result) exit = worse(exit, exit_of(*result));
  return exit;
}

}  // namespace hearsay
