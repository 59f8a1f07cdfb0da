// Columns of text on a terminal.
#include <algorithm>
#include <cctype>

#include "sim/core/text.hpp"
#include "sim/report/table.hpp"

namespace hearsay {
namespace {

using Row = std::vector<std::string>;

constexpr std::string_view gap = "  ";

// A figure, a share of runs (28/30), a marked best value (1.25 *), or what stands in for a figure.
bool is_figure(const std::string& cell) {
  if (cell.empty() || cell == "-" || cell == "never" || cell == "never *") return true;
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

void append_row(std::string& out, const Row& row, const std::vector<Column>& columns) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string padding(columns[i].width - display_width(row[i]), ' ');
    if (i > 0) line += gap;
    line += columns[i].right ? padding + row[i] : row[i] + padding;
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

}  // namespace

std::string lay_out(const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  std::size_t size = 0;
  for (const Row& row : rows) size = std::max(size, row.size());
  if (size == 0) return "";
  Row first = rows.front();
  first.resize(size);
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
  for (const Row& row : body) append_row(out, row, columns);
  return out;
}

}  // namespace hearsay
