// What the HTML page shows, as one JSON document; its form is in sim/report/html/data.ts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/report/comparison_formats.hpp"

namespace hearsay {

struct ReportSource {
  std::string store;    // the file
  std::string program;  // version of the program that writes the page
  std::string command;  // that makes the page again
  Acknowledges acknowledges;
  bool temporary = false;  // the page does not name the store, which goes away
  std::size_t most_runs = 2000;
  std::vector<std::int64_t> also{};  // ids of runs that are among those shown whatever the sample
};

// Verdicts and the comparison are of all runs of the store. If these are more than `most_runs`, what shows single runs
// has a part of them: of each row (scenario, case, label) the same number, or all, evenly by seed, at least one, and
// the first that did not pass.
//
// Everything except `inside`, `check` and `maps`, which do not come from the store. Throws StoreError.
nlohmann::ordered_json report_data(const ReportSource& source);

// The run that is worth a look from inside: the first that did not pass, else the first that lacks writes, else the
// first. 0: no run measured anything.
std::int64_t run_to_look_into(const nlohmann::ordered_json& data);

// A command as a reader elsewhere runs it: where the program was called by its absolute path, by ./hearsay.
std::string command_elsewhere(const std::string& command);

// The page with this document in it. No text of the document can end its element: `<` is written as \u003c.
std::string html_page(const nlohmann::ordered_json& data);

}  // namespace hearsay
