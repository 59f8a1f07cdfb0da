// A comparison as text: for terminals, as Markdown, CSV and JSON.
#pragma once

#include <functional>
#include <string>

#include "sim/report/comparison.hpp"
#include "sim/report/table.hpp"

namespace hearsay {

// The point at which a protocol acknowledges a client; empty for one that this program does not know.
using Acknowledges = std::function<std::string(const std::string& protocol)>;

std::string comparison_table(const Comparison& comparison, const Acknowledges& acknowledges,
                             const TableStyle& style = {});
std::string comparison_markdown(const Comparison& comparison, const Acknowledges& acknowledges,
                                const TableStyle& style = {});
// One line per row, a header line first; never is `inf`, what was not measured is empty.
std::string comparison_csv(const Comparison& comparison, const Acknowledges& acknowledges,
                           const TableStyle& style = {});
// An array with one object per sub-table; never is the text "never", what was not measured is null.
std::string comparison_json(const Comparison& comparison, const Acknowledges& acknowledges,
                            const TableStyle& style = {});

}  // namespace hearsay
