// A map as a table and as JSON.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/cli/lay_out.hpp"
#include "sim/core/text.hpp"
#include "sim/hunt/map.hpp"

namespace hearsay::hunt {
namespace {

using Json = nlohmann::ordered_json;

std::string figure_text(const std::optional<double>& value) {
  if (!value) return "-";
  if (std::isinf(*value)) return "never";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", *value);
  return text.data();
}

Json figure_json(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

}  // namespace

const Cell& FaultMap::worst() const {
  const Field* field = find_field(metric);
  const double sign = field != nullptr && field->better == Better::higher ? -1 : 1;
  return *std::max_element(cells.begin(), cells.end(), [&](const Cell& a, const Cell& b) {
    return sign * a.value.value_or(-sign * HUGE_VAL) < sign * b.value.value_or(-sign * HUGE_VAL);
  });
}

std::string map_table(const FaultMap& map) {
  std::string text = printable(map.scenario + ", " + map.label) + ": " + map.metric + " after " + printable(map.fault) +
                     " of one " + map.rows_are + " for " + figure_text(map.lasts_s) + " s, by " + map.rows_are +
                     " and begin\n\n";
  Rows rows{{map.rows_are}};
  for (const double time : map.times_s) rows.front().push_back(figure_text(time) + " s");
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    rows.push_back({printable(map.rows[r])});
    for (std::size_t t = 0; t < map.times_s.size(); ++t)
      rows.back().push_back(figure_text(map.cells[r * map.times_s.size() + t].value));
  }
  const Cell& worst = map.worst();
  return text + lay_out_list(rows) + "\nworst: " + map.rows_are + " " + printable(worst.row) + " at " +
         figure_text(worst.at_s) + " s: " + map.metric + " " + figure_text(worst.value) + ", missing " +
         figure_text(worst.missing) + ", client p99 " + figure_text(worst.client_p99_s) + " s\n  " + worst.command +
         "\n";
}

std::string map_json(const std::vector<FaultMap>& maps) {
  Json all = Json::array();
  for (const FaultMap& map : maps) {
    Json cells = Json::array();
    for (const Cell& cell : map.cells)
      cells.push_back({{map.rows_are, cell.row},
                       {"at_s", cell.at_s},
                       {"converged", cell.converged},
                       {"convergence_time_s", figure_json(cell.convergence_time_s)},
                       {"missing", cell.missing},
                       {"client_p99_s", figure_json(cell.client_p99_s)},
                       {"value", figure_json(cell.value)},
                       {"never", cell.value && std::isinf(*cell.value)},
                       {"command", cell.command}});
    const Cell& worst = map.worst();
    all.push_back({{"scenario", map.scenario},
                   {"label", map.label},
                   {"fault", map.fault},
                   {"lasts_s", map.lasts_s},
                   {"metric", map.metric},
                   {"rows_are", map.rows_are},
                   {"rows", map.rows},
                   {"times_s", map.times_s},
                   {"worst", {{map.rows_are, worst.row}, {"at_s", worst.at_s}, {"command", worst.command}}},
                   {"cells", cells}});
  }
  return all.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hearsay::hunt
