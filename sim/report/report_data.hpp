// What the HTML page shows, as one JSON document; its form is in sim/report/html/data.ts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/report/comparison_formats.hpp"

namespace hearsay {

struct ReportSource {
  std::string store;    // the file
  std::string program;  // version of the program that writes the page
  std::string command;  // that makes the page again
  Acknowledges acknowledges;
};

// Everything except `inside`, which is an empty array: the runs from inside come from running them again. Throws
// StoreError.
nlohmann::ordered_json report_data(const ReportSource& source);

// The run that is worth a look from inside: the first that did not pass, else the first that lacks writes, else the
// first. 0: no run measured anything.
std::int64_t run_to_look_into(const nlohmann::ordered_json& data);

// The page with this document in it. No text of the document can end its element: `<` is written as \u003c.
std::string html_page(const nlohmann::ordered_json& data);

}  // namespace hearsay
