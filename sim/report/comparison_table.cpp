// A comparison for people: on a terminal and as Markdown.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "sim/core/text.hpp"
#include "sim/report/comparison_formats.hpp"
#include "sim/report/figures_text.hpp"
#include "sim/report/table.hpp"

namespace hearsay {
namespace {

using Cells = std::vector<std::vector<std::string>>;
using Figure = std::optional<double>;

using Fields = std::vector<const Field*>;

struct Laid {
  Cells cells;
  std::vector<int> priorities;
};

std::string marked(const std::string& text, bool best) { return best ? text + " *" : text; }

std::string runs_text(const ComparedRow& row) {
  return std::to_string(row.runs) + (row.crashed > 0 ? " (" + std::to_string(row.crashed) + " crashed)" : "");
}

Figure scaled(const Figure& value, const Field& field) {
  return value ? Figure(*value * column_of(field).scale) : std::nullopt;
}

void add_column(Laid& laid, const ComparedTable& table, const Field& field, const std::string& heading,
                Figure Spread5::*member, std::size_t f) {
  std::vector<Figure> column;
  for (const ComparedRow& row : table.rows) column.push_back(scaled(row.figures[f].*member, field));
  const int digits = decimals(column);
  laid.cells[0].push_back(heading);
  laid.priorities.push_back(member == &Spread5::median ? column_of(field).priority : 1);
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    laid.cells[i + 1].push_back(
        marked(fixed(column[i], digits), member == &Spread5::median && table.rows[i].figures[f].best));
}

std::string converged_text(const ComparedRow& row) {
  if (row.may_converge == 0) return "-";
  return marked(std::to_string(row.converged) + "/" + std::to_string(row.may_converge), row.most_converged);
}

Laid figure_cells(const ComparedTable& table, const Fields& fields) {
  Laid laid{Cells(table.rows.size() + 1), {always_shown, always_shown, always_shown}};
  laid.cells[0] = {"protocol", "runs", "con-\nverged"};
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    laid.cells[i + 1] = {table.rows[i].label, runs_text(table.rows[i]), converged_text(table.rows[i])};
  for (std::size_t f = 0; f < fields.size(); ++f) {
    add_column(laid, table, *fields[f], column_of(*fields[f]).heading, &Spread5::median, f);
    if (fields[f]->name != "convergence_time_s") continue;
    add_column(laid, table, *fields[f], "5 %", &Spread5::p5, f);
    add_column(laid, table, *fields[f], "95 %", &Spread5::p95, f);
  }
  return laid;
}

std::string bound(double value, int digits) {
  if (std::isinf(value)) return value > 0 ? "never" : "ref. never";
  return (value > 0 ? "+" : "") + fixed(value, digits);
}

// "-1.25 [-1.50, -0.75]": the median of the pairs' differences and its interval of 95 %. Where one of the two never
// comes to it and the other does, that says all.
std::string difference_text(const PairedFigure& figure, const Field& field) {
  if (!figure.median) return "-";
  std::vector<Figure> values{scaled(figure.median, field)};
  if (std::isinf(*values[0])) return bound(*values[0], 0);
  if (figure.interval)
    values.insert(values.end(), {scaled(figure.interval->low, field), scaled(figure.interval->high, field)});
  const int digits = decimals(values);
  if (!figure.interval) return bound(*values[0], digits);
  return bound(*values[0], digits) + " [" + bound(*values[1], digits) + ", " + bound(*values[2], digits) + "]";
}

// Of which figures differences are shown: those that a reader would call faster or cheaper.
bool shows_difference(const Field& field) {
  return !field.column || field.column->priority >= 6 || field.name == "client_latency_s.p50";
}

Laid difference_cells(const ComparedTable& table, const Fields& fields) {
  Laid laid{{{"less " + table.rows[table.reference].label, "pairs"}}, {always_shown, always_shown}};
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    if (i != table.reference) laid.cells.push_back({table.rows[i].label, ""});
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (!shows_difference(*fields[f])) continue;
    laid.cells[0].push_back(column_of(*fields[f]).heading);
    laid.priorities.push_back(column_of(*fields[f]).priority);
    std::size_t line = 1;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      if (i == table.reference) continue;
      const PairedFigure& figure = table.rows[i].difference[f];
      if (laid.cells[line][1].empty()) laid.cells[line][1] = std::to_string(figure.pairs);
      laid.cells[line++].push_back(difference_text(figure, *fields[f]));
    }
  }
  return laid;
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
      "Medians of the differences of pairs of equal seed, with 95 % bootstrap intervals: one that contains 0 leaves it "
      "open which is ahead. ref. never: it comes to it, and the reference does not.";
  if (few_pairs(table)) text += " Below 6 pairs there is no such interval.";
  return text;
}

// Which rows have no mark, and why.
std::string flaws_note(const ComparedTable& table) {
  std::string text;
  for (const ComparedRow& row : table.rows)
    if (!row.flaws.empty())
      text += (text.empty() ? "Not marked: " : "; ") + row.label + " (" + joined_texts(row.flaws) + ")";
  return text.empty() ? "" : text + ".";
}

std::optional<std::size_t> index_of(const std::vector<const Field*>& fields, const std::string& name) {
  const auto it =
      std::find_if(fields.begin(), fields.end(), [&name](const Field* field) { return field->name == name; });
  if (it == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(it - fields.begin());
}

std::string short_number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

// Of the rows without a flaw those that no other one beats in both latency and cost: what there is to choose from.
std::string choice_note(const ComparedTable& table, const std::vector<const Field*>& fields) {
  const auto time = index_of(fields, "everywhere_latency_s.p99");
  const auto cost = index_of(fields, "messages.per_op");
  if (!time || !cost || table.rows.size() < 2) return "";
  std::vector<const ComparedRow*> sound;
  for (const ComparedRow& row : table.rows)
    if (row.flaws.empty() && row.figures[*time].median && std::isfinite(*row.figures[*time].median) &&
        row.figures[*cost].median)
      sound.push_back(&row);
  const auto value = [](const ComparedRow* row, std::size_t f) { return *row->figures[f].median; };
  const auto beaten = [&](const ComparedRow* row) {
    return std::any_of(sound.begin(), sound.end(), [&](const ComparedRow* other) {
      const double faster = value(row, *time) - value(other, *time), cheaper = value(row, *cost) - value(other, *cost);
      return faster >= 0 && cheaper >= 0 && (faster > 0 || cheaper > 0);
    });
  };
  std::string text;
  for (const ComparedRow* row : sound)
    if (!beaten(row))
      text += (text.empty() ? "To choose from: " : "; ") + row->label + " (" + short_number(1e3 * value(row, *time)) +
              " ms until a write is everywhere, p99; " + short_number(value(row, *cost)) + " messages per operation)";
  if (text.empty())
    return "Nothing to choose: no row always converged, lost no write and answered as many clients as any.";
  return text + ". Each other row has a flaw, or one of these is as soon and as cheap.";
}

constexpr std::string_view legend =
    "the best of the rows that always converged, lost no write and answered as many clients as any. Medians over runs; "
    "what never happened counts as infinite (never).";

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

std::string as_markdown(Cells cells) {
  std::transform(cells[0].begin(), cells[0].end(), cells[0].begin(), spelled_heading);
  for (auto& row : cells)
    for (std::string& cell : row) {
      const bool best = cell.ends_with(" *");
      cell = markdown_cell(best ? cell.substr(0, cell.size() - 2) : cell);
      if (best) cell = "**" + cell + "**";
    }
  return markdown_table(cells);
}

}  // namespace

std::string comparison_table(const Comparison& comparison, const Acknowledges& acknowledges, const TableStyle& style) {
  std::string out;
  for (const ComparedTable& table : comparison.tables) {
    const Laid figures = figure_cells(table, comparison.fields);
    out += title(table) + "\n" + lay_out(figures.cells, style, figures.priorities);
    if (const std::string flaws = flaws_note(table); !flaws.empty()) out += printable(flaws) + "\n";
    if (const std::string choice = choice_note(table, comparison.fields); !choice.empty())
      out += printable(choice) + "\n";
    if (has_pairs(table)) {
      const Laid differences = difference_cells(table, comparison.fields);
      out += "\n" + lay_out(differences.cells, style, differences.priorities) + pairs_note(table) + "\n";
    }
    out += "\n";
  }
  out += "*: " + std::string(legend) + "\n";
  for (const auto& name : protocols_of(comparison)) out += printable(note_on(name, acknowledges)) + "\n";
  return out;
}

std::string comparison_markdown(const Comparison& comparison, const Acknowledges& acknowledges, const TableStyle&) {
  std::string out;
  for (const ComparedTable& table : comparison.tables) {
    out += "### " + markdown_cell(title(table)) + "\n\n" + as_markdown(figure_cells(table, comparison.fields).cells) +
           "\n";
    if (const std::string flaws = flaws_note(table); !flaws.empty()) out += markdown_cell(flaws) + "\n\n";
    if (const std::string choice = choice_note(table, comparison.fields); !choice.empty())
      out += markdown_cell(choice) + "\n\n";
    if (has_pairs(table))
      out += as_markdown(difference_cells(table, comparison.fields).cells) + "\n" + pairs_note(table) + "\n\n";
  }
  out += "Bold: " + std::string(legend) + "\n\n";
  for (const auto& name : protocols_of(comparison)) out += "- " + markdown_cell(note_on(name, acknowledges)) + "\n";
  return out;
}

}  // namespace hearsay
