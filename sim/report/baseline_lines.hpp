// The runs of a baseline, a line each, read and written without a tree of JSON in between, which would take most of the
// time that `check` needs for a million runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/baseline.hpp"

namespace hearsay {

// As a line of the file, without its comma and its end.
void append_run_line(std::string& text, const BaselineRun& run);

struct RunLines {
  std::string rest;                               // the text without the lines of runs
  std::vector<std::vector<BaselineRun>> entries;  // by the list that the lines were in
};
// Takes out the lines that append_run_line() wrote. Nothing if there are others in their place, such as in a file that
// another program has formatted, or that is damaged.
std::optional<RunLines> take_run_lines(std::string_view text);

}  // namespace hearsay
