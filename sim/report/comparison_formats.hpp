// A comparison as text: for terminals, as Markdown, CSV and JSON.
#pragma once

#include <functional>
#include <string>

#include "sim/report/comparison.hpp"

namespace hearsay {

// The point at which a protocol acknowledges a client; empty for one that this program does not know.
using Acknowledges = std::function<std::string(const std::string& protocol)>;

std::string comparison_table(const Comparison& comparison, const Acknowledges& acknowledges);
std::string comparison_markdown(const Comparison& comparison, const Acknowledges& acknowledges);
// A line a row, a header line first; never is `inf`, what was not measured is empty.
std::string comparison_csv(const Comparison& comparison, const Acknowledges& acknowledges);
// An array with an object a sub-table; never is the text "never", what was not measured is null.
std::string comparison_json(const Comparison& comparison, const Acknowledges& acknowledges);

}  // namespace hearsay
