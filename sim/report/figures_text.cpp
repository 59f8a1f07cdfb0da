#include "sim/report/figures_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "sim/core/text.hpp"

namespace hearsay {

int decimals(const std::vector<std::optional<double>>& column) {
  double smallest = std::numeric_limits<double>::infinity();
  bool whole = true;
  for (const std::optional<double>& value : column) {
    if (!value || !std::isfinite(*value) || *value == 0) continue;
    smallest = std::min(smallest, std::abs(*value));
    whole = whole && *value == std::floor(*value);
  }
  if (whole || smallest >= 100) return 0;
  return smallest >= 10 ? 1 : smallest >= 1 ? 2 : 3;
}

std::string fixed(const std::optional<double>& value, int digits) {
  if (!value) return "-";
  if (!std::isfinite(*value)) return "never";
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, *value);
  return buffer;
}

std::string markdown_cell(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_|<>[]~$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_table(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& texts) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::string& cell : rows[i]) out += "| " + cell + " ";
    out += "|\n";
    if (i > 0) continue;
    for (std::size_t column = 0; column < rows[0].size(); ++column)
      out += std::find(texts.begin(), texts.end(), column) != texts.end() ? "| --- " : "| ---: ";
    out += "|\n";
  }
  return out;
}

}  // namespace hearsay
