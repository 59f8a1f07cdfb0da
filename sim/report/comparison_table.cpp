// A comparison for people: on a terminal and as Markdown.
#include <algorithm>
#include <cmath>

#include "sim/core/text.hpp"
#include "sim/report/comparison_formats.hpp"
#include "sim/report/figures_text.hpp"
#include "sim/report/table.hpp"

namespace hearsay {
namespace {

using Cells = std::vector<std::vector<std::string>>;
using Figure = std::optional<double>;

// Of which figures differences are told: those that a reader would call faster or cheaper.
constexpr std::string_view told_differences[] = {"convergence_time_s",   "stable_latency_s.p50",
                                                 "stable_latency_s.p99", "client_latency_s.p50",
                                                 "messages.per_op",      "messages.bytes_per_op"};

std::string marked(const std::string& text, bool best) { return best ? text + " *" : text; }

std::string runs_text(const ComparedRow& row) {
  return std::to_string(row.runs) + (row.crashed > 0 ? " (" + std::to_string(row.crashed) + " crashed)" : "");
}

// As the column of figure `f` shows it.
Figure scaled(const Figure& value, std::size_t f) {
  return value ? Figure(*value * compared_figures()[f]->column->scale) : std::nullopt;
}

void add_column(Cells& cells, const ComparedTable& table, const std::string& header, Figure Spread5::*member,
                std::size_t f) {
  std::vector<Figure> column;
  for (const ComparedRow& row : table.rows) column.push_back(scaled(row.figures[f].*member, f));
  const int digits = decimals(column);
  cells[0].emplace_back(header);
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    cells[i + 1].push_back(
        marked(fixed(column[i], digits), member == &Spread5::median && table.rows[i].figures[f].best));
}

Cells figure_cells(const ComparedTable& table) {
  Cells cells(table.rows.size() + 1);
  cells[0] = {"protocol", "runs", "con-\nverged"};
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const ComparedRow& row = table.rows[i];
    cells[i + 1] = {row.label, runs_text(row),
                    marked(std::to_string(row.converged) + "/" + std::to_string(row.runs), row.most_converged)};
  }
  for (std::size_t f = 0; f < compared_figures().size(); ++f) {
    add_column(cells, table, compared_figures()[f]->column->heading, &Spread5::median, f);
    if (f > 0) continue;  // the spread of the convergence time
    add_column(cells, table, "5 %", &Spread5::p5, f);
    add_column(cells, table, "95 %", &Spread5::p95, f);
  }
  return cells;
}

std::string bound(double value, int digits) {
  if (std::isinf(value)) return value > 0 ? "+never" : "-never";
  return (value > 0 ? "+" : "") + fixed(value, digits);
}

// "-1.25 [-1.50, -0.75]": the median of the pairs' differences and its interval of 95 %.
std::string difference_text(const PairedFigure& figure, std::size_t f) {
  if (!figure.median) return "-";
  std::vector<Figure> values{scaled(figure.median, f)};
  if (figure.interval) values.insert(values.end(), {scaled(figure.interval->low, f), scaled(figure.interval->high, f)});
  const int digits = decimals(values);
  if (!figure.interval) return bound(*values[0], digits);
  return bound(*values[0], digits) + " [" + bound(*values[1], digits) + ", " + bound(*values[2], digits) + "]";
}

Cells difference_cells(const ComparedTable& table) {
  Cells cells{{"less " + table.rows[table.reference].label, "pairs"}};
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    if (i != table.reference) cells.push_back({table.rows[i].label, ""});
  for (std::size_t f = 0; f < compared_figures().size(); ++f) {
    if (std::find(std::begin(told_differences), std::end(told_differences), compared_figures()[f]->name) ==
        std::end(told_differences))
      continue;
    cells[0].emplace_back(compared_figures()[f]->column->heading);
    std::size_t line = 1;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      if (i == table.reference) continue;
      const PairedFigure& figure = table.rows[i].difference[f];
      if (cells[line][1].empty()) cells[line][1] = std::to_string(figure.pairs);
      cells[line++].push_back(difference_text(figure, f));
    }
  }
  return cells;
}

std::string title(const ComparedTable& table) {
  std::string text = printable(table.scenario);
  for (const auto& [path, value] : table.by) text += ", " + printable(path) + " " + printable(value);
  const bool nodes_said =
      std::any_of(table.by.begin(), table.by.end(), [](const auto& value) { return value.first == "nodes"; });
  return nodes_said ? text : text + ": " + table.nodes + (table.nodes == "1" ? " node" : " nodes");
}

bool has_pairs(const ComparedTable& table) {
  return std::any_of(table.rows.begin(), table.rows.end(), [](const ComparedRow& row) {
    return !row.difference.empty() && row.difference.front().pairs > 0;
  });
}

bool few_pairs(const ComparedTable& table) {
  return std::any_of(table.rows.begin(), table.rows.end(), [](const ComparedRow& row) {
    return !row.difference.empty() && row.difference.front().pairs < 6;
  });
}

std::string pairs_note(const ComparedTable& table) {
  std::string text =
      "Median of the differences of pairs of equal seed, and its 95 % bootstrap interval: one that contains 0 leaves "
      "it "
      "open who is ahead.";
  if (few_pairs(table)) text += " Below 6 pairs there is no such interval.";
  return text;
}

// The protocols in the order of the rows, each once.
std::vector<std::string> protocols_of(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedTable& table : comparison.tables)
    for (const ComparedRow& row : table.rows)
      if (std::find(names.begin(), names.end(), row.protocol) == names.end()) names.push_back(row.protocol);
  return names;
}

std::string note_on(const std::string& protocol, const Acknowledges& acknowledges) {
  const std::string when = acknowledges(protocol);
  return protocol + " answers a client " + (when.empty() ? "(this program does not know it)" : when);
}

void spell_header(std::vector<std::string>& header) {
  for (std::string& cell : header) {
    if (const auto hyphen = cell.find("-\n"); hyphen != std::string::npos) cell.erase(hyphen, 2);
    std::replace(cell.begin(), cell.end(), '\n', ' ');
  }
}

std::string as_markdown(Cells cells) {
  spell_header(cells[0]);
  for (auto& row : cells)
    for (std::string& cell : row) {
      const bool best = cell.ends_with(" *");
      cell = markdown_cell(best ? cell.substr(0, cell.size() - 2) : cell);
      if (best) cell = "**" + cell + "**";
    }
  return markdown_table(cells);
}

}  // namespace

std::string comparison_table(const Comparison& comparison, const Acknowledges& acknowledges) {
  std::string out;
  for (const ComparedTable& table : comparison.tables) {
    out += title(table) + "\n" + lay_out(figure_cells(table));
    if (has_pairs(table)) out += "\n" + lay_out(difference_cells(table)) + pairs_note(table) + "\n";
    out += "\n";
  }
  out += "*: the best. Medians over runs; one that never converged counts as infinite (never).\n";
  for (const auto& name : protocols_of(comparison)) out += printable(note_on(name, acknowledges)) + "\n";
  return out;
}

std::string comparison_markdown(const Comparison& comparison, const Acknowledges& acknowledges) {
  std::string out;
  for (const ComparedTable& table : comparison.tables) {
    out += "### " + markdown_cell(title(table)) + "\n\n" + as_markdown(figure_cells(table)) + "\n";
    if (has_pairs(table)) out += as_markdown(difference_cells(table)) + "\n" + pairs_note(table) + "\n\n";
  }
  out += "Bold: the best. Medians over runs; one that never converged counts as infinite (never).\n\n";
  for (const auto& name : protocols_of(comparison)) out += "- " + markdown_cell(note_on(name, acknowledges)) + "\n";
  return out;
}

}  // namespace hearsay
