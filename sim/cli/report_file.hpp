// The HTML report of a store, for `report`, `run --report` and `check --report`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hearsay {

struct HtmlReport {
  std::string store;                 // file
  std::string file;                  // of the page
  std::string command{};             // that makes the page again; shown in it
  std::vector<std::int64_t> runs{};  // ids of those to show from inside; empty: report_data.hpp chooses one
  std::size_t messages = 100'000;    // of a run from inside at most; 0: no run from inside
};

// Throws UsageError if the page cannot be written; to be asked before the work that it is to show.
void check_report_file(const std::string& option, const std::string& file);

// Runs again those that are shown from inside. Throws StoreError.
void write_html_report(const HtmlReport& report);

}  // namespace hearsay
