// Figures as text, so that every table rounds alike.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hearsay {

// Decimals for a whole column, so that its points line up: enough for three digits of the smallest figure, at most
// three.
int decimals(const std::vector<std::optional<double>>& column);

// "-" for nothing, "never" for infinite.
std::string fixed(const std::optional<double>& value, int digits);

// A heading of several lines on one: "diverg-\nence s" is "divergence s".
std::string spelled_heading(std::string heading);

// "a, b, c".
std::string joined_texts(const std::vector<std::string>& texts);

// For Markdown tables: one line, with what would end a cell or begin markup escaped.
std::string markdown_cell(const std::string& text);

// Rows of cells, the first one the header, as a Markdown table. Figures stand to the right, these columns to the left.
std::string markdown_table(const std::vector<std::vector<std::string>>& rows,
                           const std::vector<std::size_t>& texts = {0});

}  // namespace hearsay
