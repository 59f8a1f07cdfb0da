#include "sim/cli/batch.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <unordered_map>

#include "protocols/maelstrom/node_logs.hpp"
#include "sim/cli/determinism.hpp"
#include "sim/core/text.hpp"
#include "sim/metrics/verdict.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/report/trace.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// In what a worker hands over of a run that it was asked to stop; no field of a result.
constexpr const char* stopped_mark = "stopped";

// So long runs may wait to be stored: a transaction for several costs little more than one for a single run. A run that
// takes longer is stored at once.
constexpr std::chrono::milliseconds longest_wait{100};

// So many seeds that are not asked for, per one that is, are read rather than looking up each.
constexpr std::uint64_t few_strangers = 16;

// trace.json, or trace-7.json for the seventh of several runs.
std::string numbered(const std::string& file, std::size_t index, std::size_t count) {
  if (count == 1) return file;
  const auto slash = file.find_last_of('/');
  auto dot = file.find_last_of('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = file.size();
  return file.substr(0, dot) + "-" + std::to_string(index + 1) + file.substr(dot);
}

// Points at the protocol's entry in the scenario for what it has done there.
RunResult run_or_blame(const Case& which, const ProtocolInfo& protocol, const RunOptions& options) {
  try {
    return run_case(which, protocol, options);
  } catch (const RunError& error) {
    const ProtocolEntry& entry = which.entry();
    const Mistake mistake{which.scenario->file, entry.place.line, entry.place.column, error.what()};
    throw std::runtime_error(mistake.text());
  }
}

Json run_and_judge(const PlannedRun& run, const RunOptions& options) {
  RunResult result = run_or_blame(run.which, *find_protocol(run.which.entry().name), options);
  if (!result.stopped) judge(result, run.which.entry().expect);
  Json json = to_json(result);
  if (result.stopped) json[stopped_mark] = true;
  return json;
}

// The result of a run that crashed: its names and the reason.
Json error_result(const PlannedRun& run, const std::string& reason) {
  RunResult result = named_result(run.which, *find_protocol(run.which.entry().name));
  result.verdict = VerdictKind::error;
  result.reasons = {reason};
  return to_json(result);
}

}  // namespace

Batch::Batch(const RunCommandOptions& options, const Plan& plan, RunSink sink)
    : options_(options),
      plan_(plan),
      sink_(std::move(sink)),
      exits_(plan.runs.size()),
      results_(plan.runs.size()),
      groups_(plan.groups) {
  if (options.format == Format::table) sink_.fields = fields_of_table(options.columns);
  sink_.fields.push_back(find_field("verdict"));
  try {
    if (options.results) store_.emplace(*options.results);
    for (std::size_t i = 0; options.node_logs && i < plan.runs.size(); ++i)
      std::filesystem::create_directories(log_folder(i));
    if (options.trace) make_trace(numbered(*options.trace, 0, plan.runs.size()), 1, {});
  } catch (const StoreError& error) {
    throw UsageError("--results: " + std::string(error.what()));
  } catch (const TraceError& error) {
    throw UsageError("--trace: " + std::string(error.what()));
  } catch (const std::filesystem::filesystem_error& error) {
    throw UsageError("--node-logs " + *options.node_logs + ": " + error.code().message() + "; name a folder");
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
  const Exit exit = whole ? worst() : Exit::internal;
  if (!options_.silent && (!options_.quiet || exit != Exit::ok)) {  // quiet or not, why a run did not pass is said
    print_stopped();
    print_verdict(whole);
  }
  return exit;
}

// A file that is named twice, or a copy of it: the same run is run once and shown at each place.
void Batch::find_twins() {
  std::map<std::string, std::size_t> kinds;
  std::vector<std::unordered_map<std::uint64_t, std::size_t>> first_of;  // by kind and seed
  std::size_t kind = 0;
  for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
    const RunKey& key = plan_.runs[i].key;
    if (i == 0 || !same_kind(key, plan_.runs[i - 1].key)) {
      RunKey of_all = key;
      of_all.seed = 0;
      kind = kinds.try_emplace(identity(of_all), kinds.size()).first->second;
      first_of.resize(kinds.size());
    }
    const auto [first, fresh] = first_of[kind].try_emplace(key.seed, i);
    if (fresh)
      todo_.push_back(i);
    else
      twins_[first->second].push_back(i);
  }
}

void Batch::reuse_stored() {
  if (!store_ || options_.force || options_.trace || options_.check_determinism) return;
  if (by_figures()) {
    reuse_figures();
  } else {
    for (const std::size_t i : todo_) {
      const auto stored = shown_text() ? store_->find(plan_.runs[i].key) : store_->find_figures(plan_.runs[i].key);
      if (stored && exit_of_result(*stored) != Exit::internal)
        take(i, shown_text() ? finished_run(*stored) : FinishedRun{.figures = *stored});
    }
  }
  reused_ = std::erase_if(todo_, [this](std::size_t i) { return exits_[i].has_value(); });
}

// Of very many runs the columns are read, not the results.
void Batch::reuse_figures() {
  StoredFigures stored(*store_, sink_.fields);
  for (std::size_t begin = 0, end = 0; begin < todo_.size(); begin = end) {
    const RunKey& key = plan_.runs[todo_[begin]].key;
    while (end < todo_.size() && same_kind(key, plan_.runs[todo_[end]].key)) ++end;
    reuse_kind(stored, std::span(todo_).subspan(begin, end - begin));
  }
  if (options_.format == Format::table) print_tables(true);
}

// `runs` differ in their seeds.
void Batch::reuse_kind(StoredFigures& stored, std::span<const std::size_t> runs) {
  std::unordered_map<std::uint64_t, std::size_t> planned;
  for (const std::size_t i : runs) planned.emplace(plan_.runs[i].key.seed, i);
  const auto found = [&](std::uint64_t seed, const FieldLookup& run) {
    const auto place = planned.find(seed);
    const auto verdict = run("verdict");
    if (place == planned.end() || !verdict) return;
    const Exit exit = exit_of_verdict(std::get<std::string>(*verdict));
    if (exit == Exit::internal) return;
    const auto whole = exit == Exit::ok ? std::nullopt : store_->find_figures(plan_.runs[place->second].key);
    take_figures(place->second, run, exit, whole ? &*whole : nullptr);
  };
  const auto [first, last] = std::minmax_element(
      runs.begin(), runs.end(), [this](auto a, auto b) { return plan_.runs[a].key.seed < plan_.runs[b].key.seed; });
  const RunKey& key = plan_.runs[*first].key;
  const std::uint64_t last_seed = plan_.runs[*last].key.seed;
  if ((last_seed - key.seed) / few_strangers < runs.size())
    stored.each(key, key.seed, last_seed, found);
  else
    for (const std::size_t i : runs) stored.each(key, plan_.runs[i].key.seed, plan_.runs[i].key.seed, found);
}

bool Batch::run_missing() {
  if (todo_.empty()) return true;
  progress_.emplace(todo_.size(), options_.progress ? ProgressLine::Show::everywhere
                                  : options_.quiet  ? ProgressLine::Show::nowhere
                                                    : ProgressLine::Show::on_terminal);
  Pool pool;
  pool.jobs = options_.jobs;
  pool.stoppable = !options_.check_determinism;
  pool.shared = true;
  pool.job = [this](std::size_t k, const JobLine& line) { return work(todo_[k], line); };
  pool.finished = [this](std::size_t k, const WorkerReport& report) { finished(todo_[k], report); };
  pool.tick = [this](const PoolState& state) {
    if (collect_soon()) collect();
    progress_->show(state);
  };
  run_pool(pool, todo_.size());
  collect();
  progress_->clear();
  return std::all_of(todo_.begin(), todo_.end(), [this](std::size_t i) { return exits_[i].has_value(); });
}

std::string Batch::log_folder(std::size_t index) const {
  return plan_.runs.size() == 1 ? *options_.node_logs : *options_.node_logs + "/" + std::to_string(index + 1);
}

std::optional<std::string> Batch::work(std::size_t index, const JobLine& line) const {
  const PlannedRun& run = plan_.runs[index];
  RunOptions options;
  options.simgrid_arguments = options_.simgrid;
  options.shares_process = !options_.check_determinism;
  if (!can_run_here(run.which, options)) return std::nullopt;
  options.progress = line.progress;
  if (!options_.check_determinism) options.stop_requested = line.stop_requested;
  if (options_.node_logs) maelstrom::keep_logs_in(log_folder(index));
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
  Json result = run_and_judge(run, options);
  thin_series(result, options_.series_points);
  std::string handed_over = finished_run(std::move(result)).text;
  if (check) check->compare();
  return handed_over;
}

void Batch::finished(std::size_t index, const WorkerReport& report) {
  if (!report.error_output.empty()) {
    progress_->clear();
    std::cerr << printable_lines(report.error_output);
  }
  FinishedRun run =
      report.completed ? finished_run_of(report.text) : finished_run(error_result(plan_.runs[index], report.text));
  if (run.figures.contains(stopped_mark)) {
    stopped_.emplace_back(index, std::move(run.figures));
    return;
  }
  waiting_.emplace_back(index, std::move(run));
  if (!store_ || collect_soon()) collect();
}

bool Batch::collect_soon() const {
  return !waiting_.empty() && std::chrono::steady_clock::now() - collected_ >= longest_wait;
}

// Stores and shows the runs that wait. Nothing is shown that is not stored, unless it cannot be.
void Batch::collect() {
  std::vector<std::size_t> all(waiting_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (store_ && !waiting_.empty()) keep(all);
  for (auto& [index, run] : waiting_) take(index, std::move(run));
  waiting_.clear();
  collected_ = std::chrono::steady_clock::now();
}

// `which`: of those that wait, in one transaction. A store that cannot be written any more costs neither these results
// nor those to come, and one run that does not fit costs no other.
void Batch::keep(std::span<const std::size_t> which) {
  std::vector<std::pair<const RunKey*, const FinishedRun*>> runs;
  for (const std::size_t i : which) runs.emplace_back(&plan_.runs[waiting_[i].first].key, &waiting_[i].second);
  try {
    store_->add(runs);
  } catch (const StoreError& error) {
    if (which.size() > 1) {
      for (const std::size_t& i : which) keep({&i, 1});
      return;
    }
    progress_->clear();
    std::cerr << "hearsay: a run is not stored: " << error.what() << "\n";
    ++not_stored_;
  }
}

// Every place at which a run is shown.
std::vector<std::size_t> Batch::places_of(std::size_t index) const {
  std::vector<std::size_t> places{index};
  if (const auto twins = twins_.find(index); twins != twins_.end())
    places.insert(places.end(), twins->second.begin(), twins->second.end());
  return places;
}

void Batch::take(std::size_t index, FinishedRun run) {
  for (const std::size_t place : places_of(index)) {
    if (options_.format == Format::ndjson) {
      if (progress_) progress_->clear();
      std::cout << run.text << std::endl;
    }
    if (options_.format == Format::json) texts_[place] = run.text;
  }
  take_figures(index, lookup_in(run.figures), exit_of_result(run.figures), &run.figures);
  if (options_.format == Format::table) print_tables(true);
}

// `whole`: the result without its series, where it is known; of a run that did not pass it is.
void Batch::take_figures(std::size_t index, const FieldLookup& run, Exit exit, const Json* whole) {
  for (const std::size_t place : places_of(index)) {
    exits_[place] = exit;
    --groups_[plan_.runs[place].group].open;
    if (sink_.take) sink_.take(place, run);
    std::optional<Json>& kept = results_[place];
    if (whole != nullptr && (exit != Exit::ok || (options_.format == Format::none && !sink_.take)))
      kept = *whole;
    else if (options_.format == Format::table)
      kept = shown_figures(plan_.runs[place].which, run);
    // Results may be many, and what is printed needs the figures alone.
    if (kept && options_.format != Format::none)
      for (const char* name : {"faults", "recovery"}) kept->erase(name);
  }
}

// What a table shows of a run that passed.
Batch::Json Batch::shown_figures(const Case& which, const FieldLookup& run) {
  if (named_ != &which.entry()) {
    const Json whole = to_json(named_result(which, *find_protocol(which.entry().name)));
    named_ = &which.entry();
    names_ = Json::object();
    for (const char* name : {"scenario", "label", "case"}) names_[name] = whole.at(name);
  }
  return with_fields(names_, run, sink_.fields);
}

Exit Batch::worst() const {
  Exit exit = not_stored_ > 0 ? Exit::internal : Exit::ok;
  for (const auto& one : exits_)
    if (one) exit = worse(exit, *one);
  return exit;
}

}  // namespace hearsay
