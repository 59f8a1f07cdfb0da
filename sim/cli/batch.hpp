// The runs of one `run` command: worked off in worker processes, stored and printed as they end, and summed up.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/plan.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/report/finished_run.hpp"

namespace hearsay {

// What the verdict of a result means for the exit status.
Exit exit_of_verdict(const std::string& verdict);
Exit exit_of_result(const nlohmann::ordered_json& result);

// For a command that wants some fields of each run: of very many runs nothing else is kept in memory. `take` gets each
// run's index in the plan and its fields, and those of figure_inputs(), in any order.
struct RunSink {
  std::vector<const Field*> fields{};
  std::function<void(std::size_t index, const FieldLookup& run)> take{};
};

class Batch {
 public:
  // Opens the store and looks whether the trace can be written. Throws UsageError if not; nothing has run then. A sink
  // goes with Format::none.
  Batch(const RunCommandOptions& options, const Plan& plan, RunSink sink = {});

  Exit run();

  // Every run has a result: `run` was not interrupted.
  bool complete() const {
    return std::all_of(exits_.begin(), exits_.end(), [](const auto& exit) { return exit.has_value(); });
  }

  // How run `index` of the plan ended. Requires that `run` was not interrupted.
  Exit exit_of(std::size_t index) const { return *exits_[index]; }
  // The result without its series. Requires also Format::none, and either no sink or a run that did not pass.
  const nlohmann::ordered_json& result(std::size_t index) const { return *results_[index]; }

 private:
  using Json = nlohmann::ordered_json;

  struct Group {  // a scenario file's runs, which share a table
    std::vector<std::size_t> runs;
    std::size_t open = 0;  // those without a result yet
  };

  void find_twins();
  void reuse_stored();
  void reuse_figures();
  void reuse_kind(StoredFigures& stored, std::span<const std::size_t> runs);
  bool by_figures() const { return options_.format == Format::table || sink_.take; }
  bool run_missing();
  std::optional<std::string> work(std::size_t index, const JobLine& line) const;  // in the worker
  std::string log_folder(std::size_t index) const;                                // requires --node-logs
  void finished(std::size_t index, const WorkerReport& report);
  void collect();
  bool collect_soon() const;
  bool shown_text() const { return options_.format == Format::json || options_.format == Format::ndjson; }
  void keep(std::span<const std::size_t> which);
  void take(std::size_t index, FinishedRun run);
  void take_figures(std::size_t index, const FieldLookup& run, Exit exit, const Json* whole);
  Json shown_figures(const Case& which, const FieldLookup& run);
  std::vector<std::size_t> places_of(std::size_t index) const;
  void print_tables(bool finished_only);
  void print_table(const Group& group);
  void print_array() const;
  void print_stopped() const;
  void print_verdict(bool whole) const;
  Exit worst() const;

  const RunCommandOptions& options_;
  const Plan& plan_;
  RunSink sink_;
  std::optional<Store> store_;
  std::vector<std::optional<Exit>> exits_;    // of those that have a result
  std::vector<std::optional<Json>> results_;  // what is needed later: of a run that passed, tables need a few figures
  std::vector<Group> groups_;
  std::vector<std::size_t> todo_;                             // runs without a twin before them and not stored yet
  std::map<std::size_t, std::vector<std::size_t>> twins_;     // the same run asked for again, by its first
  std::vector<std::pair<std::size_t, FinishedRun>> waiting_;  // to be stored and shown
  std::chrono::steady_clock::time_point collected_{};         // when that was last done
  const ProtocolEntry* named_ = nullptr;                      // whose results begin with
  Json names_;
  std::map<std::size_t, std::string> texts_;           // Format::json: the whole results
  std::vector<std::pair<std::size_t, Json>> stopped_;  // what is known of runs that an interrupt ended
  std::size_t reused_ = 0, not_stored_ = 0;
  std::size_t next_table_ = 0;
  bool printed_table_ = false;
  std::optional<ProgressLine> progress_;
};

}  // namespace hearsay
