// A finished run in the form in which its worker hands it over. Whoever collects the runs of many workers is the one
// process that they all wait for: it gets the text ready-made and parses the figures only.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace hearsay {

struct FinishedRun {
  nlohmann::ordered_json figures;  // the result without its series
  std::string text{};              // the whole result, as JSON on one line
};

FinishedRun finished_run(nlohmann::ordered_json result);

// Leaves of the series at most so many samples, the first and the last among them and the others evenly between; 0:
// none. Requires 0 or at least 2.
void thin_series(nlohmann::ordered_json& result, std::size_t points);

// As bytes for a pipe between processes of one program, and back. Requires bytes of `encode`.
std::string encode(const FinishedRun& run);
FinishedRun decode(std::string_view bytes);

}  // namespace hearsay
