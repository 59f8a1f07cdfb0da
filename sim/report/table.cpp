// The table of one scenario: results are grouped by (label, case) and each group becomes a row of medians.
#include "sim/report/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/report/figures_text.hpp"
#include "sim/report/membership_text.hpp"
#include "sim/report/statistics.hpp"
#include "sim/report/text.hpp"

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

// --- one figure of one run

Figure convergence_time(const Json& run) {
  if (at(run, "/converged") == false) return infinity;
  return figure(run, "/convergence_time_s");
}

// Milliseconds. No write became stable although there were some: never.
Figure stable_ms(const Json& run, const char* pointer) {
  if (const Figure value = figure(run, pointer)) return *value * 1e3;
  return figure(run, "/never_stable").value_or(0) > 0 ? Figure(infinity) : std::nullopt;
}

Figure scaled(const Json& run, const char* pointer, double factor) {
  const Figure value = figure(run, pointer);
  return value ? Figure(*value * factor) : std::nullopt;
}

Figure quotient(const Json& run, const char* dividend, const char* divisor, double factor) {
  const Figure a = figure(run, dividend);
  const Figure b = figure(run, divisor);
  return a && b && *b > 0 ? Figure(*a / *b * factor) : std::nullopt;
}

struct FigureColumn {
  const char* header;
  Figure (*of)(const Json& run);
};

constexpr FigureColumn figure_columns[] = {
    {"conv.\ntime s", convergence_time},
    {"diverg-\nence s", [](const Json& run) { return figure(run, "/divergence_s"); }},
    {"lost\nwrites", [](const Json& run) { return figure(run, "/lost_writes"); }},
    {"missing", [](const Json& run) { return figure(run, "/missing"); }},
    {"stable\np50 ms", [](const Json& run) { return stable_ms(run, "/stable_latency_s/p50"); }},
    {"stable\np99 ms", [](const Json& run) { return stable_ms(run, "/stable_latency_s/p99"); }},
    {"client\np50 ms", [](const Json& run) { return scaled(run, "/client_latency_s/p50", 1e3); }},
    {"client\np99 ms", [](const Json& run) { return scaled(run, "/client_latency_s/p99", 1e3); }},
    {"msgs\n/op", [](const Json& run) { return figure(run, "/messages/per_op"); }},
    {"kB\n/op", [](const Json& run) { return quotient(run, "/messages/bytes", "/operations/attempted", 1e-3); }},
    {"redun-\ndant %",
     [](const Json& run) { return quotient(run, "/messages/redundant", "/messages/delivered", 100); }},
};

// --- many runs

Figure median_of(const Runs& runs, Figure (*of)(const Json&)) {
  std::vector<double> values;
  for (const Json* run : runs)
    if (const Figure value = of(*run)) values.push_back(*value);
  return median(std::move(values));
}

std::string converged(const Runs& runs) {
  const auto yes =
      std::count_if(runs.begin(), runs.end(), [](const Json* run) { return at(*run, "/converged") == true; });
  if (runs.size() > 1) return std::to_string(yes) + "/" + std::to_string(runs.size());
  if (at(*runs.front(), "/converged").is_null()) return "-";
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

void add_figures(std::vector<std::vector<std::string>>& rows, const std::vector<Group>& groups) {
  for (const FigureColumn& column : figure_columns) {
    std::vector<Figure> figures;
    for (const Group& g : groups) figures.push_back(median_of(g.runs, column.of));
    rows[0].emplace_back(column.header);
    const int digits = decimals(figures);
    for (std::size_t i = 0; i < groups.size(); ++i) rows[i + 1].push_back(fixed(figures[i], digits));
  }
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
std::string membership_table(const std::vector<Group>& groups, std::vector<std::vector<std::string>> names) {
  std::vector<std::vector<std::string>> rows{std::move(names[0])};
  for (const std::string& column : membership_columns()) rows[0].push_back(column);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::vector<std::string> cells = membership_cells(groups[i].runs);
    if (cells.empty()) continue;
    rows.push_back(std::move(names[i + 1]));
    rows.back().insert(rows.back().end(), cells.begin(), cells.end());
  }
  return rows.size() > 1
             ? "membership: what nodes believe of each other, and why their views were not equal\n" + lay_out(rows)
             : "";
}

}  // namespace

std::string scenario_table(const std::vector<Json>& results) {
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
  const std::string members = membership_table(groups, rows);
  rows[0].insert(rows[0].end(), {"runs", "con-\nverged"});
  for (std::size_t i = 0; i < groups.size(); ++i)
    rows[i + 1].insert(rows[i + 1].end(), {std::to_string(groups[i].runs.size()), converged(groups[i].runs)});
  add_figures(rows, groups);
  rows[0].emplace_back("verdict");
  for (std::size_t i = 0; i < groups.size(); ++i) rows[i + 1].push_back(verdict(groups[i].runs));
  return title(results) + lay_out(rows) + members;
}

}  // namespace hearsay
