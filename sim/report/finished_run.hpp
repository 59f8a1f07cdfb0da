// A finished run. Its worker hands over the text, which is made once; whoever collects the runs of many workers is the
// one process that they all wait for, and parses the figures only.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace hearsay {

struct FinishedRun {
  nlohmann::ordered_json figures;  // the result without its series
  std::string text{};              // the whole result, as JSON on one line
};

FinishedRun finished_run(nlohmann::ordered_json result);

// Leaves of the series at most so many samples, the first and the last among them and the others evenly between; 0:
// none. Requires 0 or at least 2.
void thin_series(nlohmann::ordered_json& result, std::size_t points);

// The run of which this is FinishedRun::text.
FinishedRun finished_run_of(std::string text);

// Of such a text, what is left without the series.
std::string without_series(std::string text);

}  // namespace hearsay
