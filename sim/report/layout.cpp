// Columns of text on a terminal.
#include <algorithm>
#include <cctype>

#include "sim/core/text.hpp"
#include "sim/report/figures_text.hpp"
#include "sim/report/table.hpp"

namespace hearsay {
namespace {

using Row = std::vector<std::string>;

constexpr std::string_view gap = "  ";

// A figure, a share of runs (28/30), a marked best value (1.25 *), or what stands in for a figure.
bool is_figure(const std::string& cell) {
  if (cell.empty() || cell == "-" || cell == "never" || cell == "never *" || cell == "ref. never") return true;
  const std::size_t first = cell[0] == '-' || cell[0] == '+' ? 1 : 0;
  return first < cell.size() && std::isdigit(static_cast<unsigned char>(cell[first])) &&
         cell.find_first_not_of("0123456789.,eE+-/% *") == std::string::npos;
}

std::vector<std::string> lines_of(const std::string& header) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = header.find('\n', begin);
    lines.push_back(printable(header.substr(begin, end - begin)));
    if (end == std::string::npos) return lines;
    begin = end + 1;
  }
}

// The header as rows of one line each; short cells stand at the bottom, next to their column.
std::vector<Row> header_rows(const Row& header) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (const std::string& cell : header) {
    cells.push_back(lines_of(cell));
    height = std::max(height, cells.back().size());
  }
  std::vector<Row> rows(height, Row(header.size()));
  for (std::size_t column = 0; column < cells.size(); ++column)
    for (std::size_t i = 0; i < cells[column].size(); ++i)
      rows[height - cells[column].size() + i][column] = cells[column][i];
  return rows;
}

struct Column {
  std::size_t width = 0;
  bool right = true;
};

std::vector<Column> measure(const std::vector<Row>& header, const std::vector<Row>& body) {
  std::vector<Column> columns(header.front().size());
  for (const auto* rows : {&header, &body})
    for (const Row& row : *rows)
      for (std::size_t i = 0; i < row.size(); ++i) columns[i].width = std::max(columns[i].width, display_width(row[i]));
  for (const Row& row : body)
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].right = columns[i].right && is_figure(row[i]);
  return columns;
}

// The escape that makes a verdict or a best value stand out; empty for other cells.
std::string_view escape_for(const std::string& cell) {
  constexpr std::string_view red = "\x1b[31m", yellow = "\x1b[33m", green = "\x1b[32m", bold = "\x1b[1m";
  if (cell == "pass" || cell == "better") return green;
  if (cell.starts_with("fail") || cell.starts_with("error") || cell == "REGRESSION") return red;
  if (cell.starts_with("inconclusive") || cell == "undecided") return yellow;
  return cell.ends_with(" *") ? bold : std::string_view();
}

std::string painted(const std::string& cell, bool colour) {
  const std::string_view escape = colour ? escape_for(cell) : std::string_view();
  return escape.empty() ? cell : std::string(escape) + cell + "\x1b[0m";
}

void append_row(std::string& out, const Row& row, const std::vector<Column>& columns, bool colour = false) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string padding(columns[i].width - display_width(row[i]), ' ');
    const std::string cell = painted(row[i], colour);
    if (i > 0) line += gap;
    line += columns[i].right ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

void append_rule(std::string& out, const std::vector<Column>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += gap;
    for (std::size_t n = 0; n < columns[i].width; ++n) out += "\u2500";
  }
  out += '\n';
}

std::size_t width_of(const std::vector<Row>& rows, std::size_t column) {
  std::size_t width = 0;
  for (const std::string& line : lines_of(rows[0][column])) width = std::max(width, display_width(line));
  for (std::size_t i = 1; i < rows.size(); ++i) width = std::max(width, display_width(printable(rows[i][column])));
  return width;
}

// Leaves out columns until the rest fits. Returns their headings.
std::vector<std::string> fit(std::vector<Row>& rows, std::size_t width, std::vector<int> priorities) {
  std::vector<std::string> left_out;
  priorities.resize(rows[0].size(), always_shown);
  std::size_t total = 0;
  for (std::size_t column = 0; column < rows[0].size(); ++column) total += width_of(rows, column) + gap.size();
  while (total > width + gap.size()) {
    const auto last = std::min_element(priorities.rbegin(), priorities.rend());
    if (last == priorities.rend() || *last >= always_shown) break;
    const auto column = static_cast<std::size_t>(priorities.rend() - last) - 1;
    total -= width_of(rows, column) + gap.size();
    left_out.push_back(spelled_heading(rows[0][column]));
    priorities.erase(priorities.begin() + static_cast<std::ptrdiff_t>(column));
    for (Row& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
  return left_out;
}

}  // namespace

std::string joined_texts(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string spelled_heading(std::string heading) {
  if (const auto hyphen = heading.find("-\n"); hyphen != std::string::npos) heading.erase(hyphen, 2);
  std::replace(heading.begin(), heading.end(), '\n', ' ');
  return heading;
}

std::string lay_out(const std::vector<Row>& given, const TableStyle& style, const std::vector<int>& priorities) {
  std::vector<Row> rows = given;
  std::size_t size = 0;
  for (const Row& row : rows) size = std::max(size, row.size());
  if (size == 0) return "";
  for (Row& row : rows) row.resize(size);
  std::vector<std::string> left_out;
  if (style.width > 0) left_out = fit(rows, style.width, priorities);
  size = rows[0].size();
  const Row& first = rows.front();
  const std::vector<Row> header = header_rows(first);
  std::vector<Row> body;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    body.emplace_back(size);
    std::transform(rows[i].begin(), rows[i].end(), body.back().begin(), printable);
  }
  const std::vector<Column> columns = measure(header, body);
  std::string out;
  for (const Row& row : header) append_row(out, row, columns);
  append_rule(out, columns);
  for (const Row& row : body) append_row(out, row, columns, style.colour);
  if (!left_out.empty()) out += "too narrow for: " + joined_texts(left_out) + " (--columns chooses)\n";
  return out;
}

}  // namespace hearsay
