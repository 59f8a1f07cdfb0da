// The HTML report of a store, for `report`, and for `run`, `check` and `map` with --report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/cli/rerun.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/report/report_data.hpp"

namespace hearsay {

struct HtmlReport {
  std::string store;                 // file
  std::string file;                  // of the page
  std::string command{};             // that makes the page again; shown in it
  std::vector<std::int64_t> runs{};  // ids of those to show from inside; empty: report_data.hpp chooses one
  std::size_t messages = 100'000;    // of a run from inside at most; 0: no run from inside
  std::size_t most_runs = ReportSource{}.most_runs;               // with curves and commands
  bool temporary = false;                                         // the store goes away: the page does not name it
  nlohmann::ordered_json check{};                                 // what `check` found (check_report.hpp), or null
  nlohmann::ordered_json maps = nlohmann::ordered_json::array();  // as `map` writes them
};

// Throws UsageError if the page cannot be written; to be asked before the work that it is to show.
void check_report_file(const std::string& option, const std::string& file);

// Runs again those that are shown from inside. Throws StoreError.
void write_html_report(const HtmlReport& report);

// The maps of fault schedules in a file that `map` wrote. Throws UsageError if it is none.
nlohmann::ordered_json read_maps(const std::string& file);

// `--report FILE` of a command that runs a batch: the page of the store that --results names, or else of these runs
// alone, which are kept in a temporary store.
class ReportOfBatch {
 public:
  // Does nothing without options.report. To be made before the plan; without --results it makes `options` name the
  // temporary store. Throws UsageError if the page cannot be written.
  ReportOfBatch(RunCommandOptions& options, const std::string& command, const Arguments& arguments);

  // After the batch. `complete`: it was not interrupted; otherwise no run is shown from inside, which takes time.
  void write(bool complete);

  nlohmann::ordered_json check{};
  nlohmann::ordered_json maps = nlohmann::ordered_json::array();

 private:
  std::unique_ptr<TemporaryFolder> folder_;
  HtmlReport report_;
  bool quiet_ = false;
};

}  // namespace hearsay
