// A comparison for programs: CSV and JSON.
#include "sim/report/comparison_formats.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/report/store_schema.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// A spreadsheet takes what begins so for a formula, and runs it; an apostrophe makes it text.
std::string without_formula(const std::string& text) { return text.find_first_of("=+-@") == 0 ? "'" + text : text; }

std::string csv_cell(const std::string& raw) {
  const std::string text = without_formula(printable(raw));
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_number(const std::optional<double>& value) {
  if (!value) return "";
  if (std::isinf(*value)) return *value > 0 ? "inf" : "-inf";
  return Json(*value).dump();
}

Json json_number(const std::optional<double>& value) {
  if (!value) return nullptr;
  if (std::isinf(*value)) return *value > 0 ? "never" : "-never";
  return *value;
}

Json converged_share(const ComparedRow& row) {
  if (row.may_converge == 0) return nullptr;
  return static_cast<double>(row.converged) / static_cast<double>(row.may_converge);
}

Json json_row(const ComparedRow& row, const std::vector<const Field*>& fields, const Acknowledges& acknowledges) {
  Json json{{"label", valid_utf8(row.label)},
            {"protocol", valid_utf8(row.protocol)},
            {"acknowledges", acknowledges(row.protocol)},
            {"runs", row.runs},
            {"crashed", row.crashed},
            {"converged", row.converged},
            {"converged_share", converged_share(row)},
            {"flaws", row.flaws}};
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const Spread5& figure = row.figures[f];
    Json& entry = json[column_name(fields[f]->name)];
    entry = {{"median", json_number(figure.median)},
             {"p5", json_number(figure.p5)},
             {"p95", json_number(figure.p95)},
             {"best", figure.best}};
    if (row.difference.empty()) continue;
    const PairedFigure& paired = row.difference[f];
    entry["difference"] = {{"pairs", paired.pairs}, {"median", json_number(paired.median)}, {"interval", nullptr}};
    if (paired.interval)
      entry["difference"]["interval"] = {json_number(paired.interval->low), json_number(paired.interval->high)};
  }
  return json;
}

std::string by_text(const ComparedTable& table) {
  std::string text;
  for (const auto& [path, value] : table.by) text += (text.empty() ? "" : ";") + path + "=" + value;
  return text;
}

}  // namespace

std::string comparison_csv(const Comparison& comparison, const Acknowledges& acknowledges, const TableStyle&) {
  std::string out = "scenario,case,nodes,label,protocol,acknowledges,runs,crashed,converged";
  for (const Field* field : comparison.fields)
    for (const char* part : {"median", "p5", "p95", "difference", "difference_low", "difference_high"})
      out += "," + column_name(field->name) + "_" + part;
  out += "\n";
  for (const ComparedTable& table : comparison.tables)
    for (const ComparedRow& row : table.rows) {
      for (const std::string& text :
           {table.scenario, by_text(table), table.nodes, row.label, row.protocol, acknowledges(row.protocol)})
        out += csv_cell(text) + ",";
      out += std::to_string(row.runs) + "," + std::to_string(row.crashed) + "," + std::to_string(row.converged);
      for (std::size_t f = 0; f < comparison.fields.size(); ++f) {
        const PairedFigure paired = row.difference.empty() ? PairedFigure{} : row.difference[f];
        std::optional<double> low;
        std::optional<double> high;
        if (paired.interval) {
          low = paired.interval->low;
          high = paired.interval->high;
        }
        for (const auto& value :
             {row.figures[f].median, row.figures[f].p5, row.figures[f].p95, paired.median, low, high})
          out += "," + csv_number(value);
      }
      out += "\n";
    }
  return out;
}

std::string comparison_json(const Comparison& comparison, const Acknowledges& acknowledges, const TableStyle&) {
  Json all = Json::array();
  for (const ComparedTable& table : comparison.tables) {
    Json by = Json::object();
    for (const auto& [path, value] : table.by) by[valid_utf8(path)] = valid_utf8(value);
    Json rows = Json::array();
    for (const ComparedRow& row : table.rows) rows.push_back(json_row(row, comparison.fields, acknowledges));
    all.push_back({{"scenario", valid_utf8(table.scenario)},
                   {"by", std::move(by)},
                   {"nodes", table.nodes},
                   {"reference", valid_utf8(table.rows[table.reference].label)},
                   {"rows", std::move(rows)}});
  }
  return all.dump(2) + "\n";
}

}  // namespace hearsay
