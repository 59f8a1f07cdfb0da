// The table of one scenario: results are grouped by (label, case) and each group becomes a row of medians.
#include "sim/report/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/core/text.hpp"
#include "sim/metrics/field.hpp"
#include "sim/report/figures_text.hpp"
#include "sim/report/json.hpp"
#include "sim/report/membership_text.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;
using Runs = std::vector<const Json*>;
using Figure = std::optional<double>;  // infinite: never

const Json& at(const Json& run, const char* pointer) {
  static const Json null;
  const Json::json_pointer path(pointer);
  return run.contains(path) ? run.at(path) : null;
}

Figure figure(const Json& run, const char* pointer) {
  const Json& value = at(run, pointer);
  return value.is_number() ? Figure(value.get<double>()) : std::nullopt;
}

std::string text(const Json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// --- many runs

// In the unit of the field's column.
Figure median_of(const Runs& runs, const Field& field) {
  std::vector<double> values;
  for (const Json* run : runs)
    if (const Figure value = hearsay::figure(field, field.name, lookup_in(*run)))
      values.push_back(*value * column_of(field).scale);
  return median(std::move(values));
}

std::string converged(const Runs& runs) {
  const bool meant =
      std::any_of(runs.begin(), runs.end(), [](const Json* run) { return !at(*run, "/converged").is_null(); });
  if (!meant) return "-";  // they crashed, or their workload does not replicate
  const auto yes =
      std::count_if(runs.begin(), runs.end(), [](const Json* run) { return at(*run, "/converged") == true; });
  if (runs.size() > 1) return std::to_string(yes) + "/" + std::to_string(runs.size());
  return yes == 1 ? "yes" : "no";
}

// The worst of the runs, with how many have it unless all do.
std::string verdict(const Runs& runs) {
  for (const char* worst : {"error", "inconclusive", "fail"}) {
    const auto n =
        std::count_if(runs.begin(), runs.end(), [worst](const Json* run) { return at(*run, "/verdict") == worst; });
    if (n == static_cast<std::ptrdiff_t>(runs.size())) return worst;
    if (n > 0) return std::string(worst) + " " + std::to_string(n) + "/" + std::to_string(runs.size());
  }
  return "pass";
}

struct Group {
  std::string label;
  Json values;  // the matrix case
  Runs runs;
};

std::vector<Group> group(const std::vector<Json>& results) {
  std::vector<Group> groups;
  for (const Json& run : results) {
    const std::string label = text(at(run, "/label"));
    const Json& values = at(run, "/case");
    auto it = std::find_if(groups.begin(), groups.end(),
                           [&](const Group& g) { return g.label == label && g.values == values; });
    if (it == groups.end()) it = groups.insert(groups.end(), {label, values, {}});
    it->runs.push_back(&run);
  }
  return groups;
}

// --- the matrix

std::vector<std::string> matrix_paths(const std::vector<Group>& groups) {
  std::vector<std::string> paths;
  for (const Group& g : groups)
    if (g.values.is_object())
      for (const auto& item : g.values.items())
        if (std::find(paths.begin(), paths.end(), item.key()) == paths.end()) paths.push_back(item.key());
  return paths;
}

std::string last_component(const std::string& path) { return path.substr(path.rfind('.') + 1); }

// `network.loss` is headed `loss` unless another key ends so.
std::string matrix_header(const std::string& path, const std::vector<std::string>& paths) {
  const std::string last = last_component(path);
  const auto same =
      std::count_if(paths.begin(), paths.end(), [&last](const auto& p) { return last_component(p) == last; });
  return printable(same == 1 && !last.empty() ? last : path);
}

// --- figures as text

void add_figures(std::vector<std::vector<std::string>>& rows, const std::vector<Group>& groups,
                 const std::vector<const Field*>& fields, std::vector<int>& priorities) {
  for (const Field* field : fields) {
    std::vector<Figure> figures;
    for (const Group& g : groups) figures.push_back(median_of(g.runs, *field));
    const TableColumn column = column_of(*field);
    priorities.resize(rows[0].size(), always_shown);
    priorities.push_back(column.priority);
    rows[0].push_back(column.heading);
    const int digits = decimals(figures);
    for (std::size_t i = 0; i < groups.size(); ++i) rows[i + 1].push_back(fixed(figures[i], digits));
  }
}

// Runs that ended while clients wrote, or hardly later, and did not converge: what they lack may only be on its way.
std::string restless_note(const std::vector<Json>& results) {
  constexpr double hardly = 1;  // second
  std::size_t restless = 0;
  for (const Json& run : results)
    restless += at(run, "/converged") == false && figure(run, "/quiet_s").value_or(hardly) < hardly ? 1 : 0;
  if (restless == 0) return "";
  return std::to_string(restless) + (restless == 1 ? " run" : " runs") +
         " ended less than a second after the last client operation: what is missing may still have been on its way "
         "(`workload.stop`)\n";
}

// "25" or "10 to 100".
std::string span(const std::vector<Json>& results, const char* pointer, const char* format) {
  double low = infinity;
  double high = -infinity;
  for (const Json& run : results) {
    const Figure value = figure(run, pointer);
    if (!value) continue;
    low = std::min(low, *value);
    high = std::max(high, *value);
  }
  if (low > high) return "-";
  const auto form = [format](double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, value);
    return std::string(buffer);
  };
  return form(low) == form(high) ? form(low) : form(low) + " to " + form(high);
}

std::string title(const std::vector<Json>& results) {
  const std::string nodes = span(results, "/nodes", "%.0f");
  const std::string simulated = span(results, "/simulated_s", "%.3g");
  return printable(text(at(results.front(), "/scenario"))) + ": " + nodes + (nodes == "1" ? " node, " : " nodes, ") +
         std::to_string(results.size()) + (results.size() == 1 ? " run" : " runs") +
         (simulated == "-" ? "" : ", " + simulated + " s simulated" + (results.size() == 1 ? "" : " each")) + "\n";
}

// Of those groups whose protocol tracks membership; `names`: the header and each group's first columns.
std::string membership_table(const std::vector<Group>& groups, std::vector<std::vector<std::string>> names,
                             const TableStyle& style) {
  std::vector<std::vector<std::string>> rows{std::move(names[0])};
  for (const std::string& column : membership_columns()) rows[0].push_back(column);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::vector<std::string> cells = membership_cells(groups[i].runs);
    if (cells.empty()) continue;
    rows.push_back(std::move(names[i + 1]));
    rows.back().insert(rows.back().end(), cells.begin(), cells.end());
  }
  return rows.size() > 1 ? "membership: what nodes believe of each other, and why their views were not equal\n" +
                               lay_out(rows, style)
                         : "";
}

}  // namespace

std::vector<const Field*> fields_of_table(const std::vector<const Field*>& columns) {
  std::vector<const Field*> fields = columns;
  for (const char* name : {"nodes", "simulated_s", "quiet_s"}) fields.push_back(find_field(name));
  for (const std::string& name : figure_inputs()) fields.push_back(find_field(name));
  for (const Field& field : result_fields())
    if (field.single() && field.path.front() == "membership") fields.push_back(&field);
  return fields;
}

std::string scenario_table(const std::vector<Json>& results, const std::vector<const Field*>& fields,
                           const TableStyle& style) {
  if (results.empty()) return "";
  const std::vector<Group> groups = group(results);
  const std::vector<std::string> paths = matrix_paths(groups);
  std::vector<std::vector<std::string>> rows(groups.size() + 1);
  rows[0] = {"protocol"};
  for (const std::string& path : paths) rows[0].push_back(matrix_header(path, paths));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Group& g = groups[i];
    rows[i + 1] = {g.label};
    for (const std::string& path : paths)
      rows[i + 1].push_back(g.values.is_object() && g.values.contains(path) ? text(g.values[path]) : "-");
  }
  const std::string members = membership_table(groups, rows, style);
  rows[0].insert(rows[0].end(), {"runs", "con-\nverged"});
  for (std::size_t i = 0; i < groups.size(); ++i)
    rows[i + 1].insert(rows[i + 1].end(), {std::to_string(groups[i].runs.size()), converged(groups[i].runs)});
  std::vector<int> priorities;
  add_figures(rows, groups, fields, priorities);
  rows[0].emplace_back("verdict");
  for (std::size_t i = 0; i < groups.size(); ++i) rows[i + 1].push_back(verdict(groups[i].runs));
  return title(results) + lay_out(rows, style, priorities) + restless_note(results) + members;
}

}  // namespace hearsay
