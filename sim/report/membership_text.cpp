#include "sim/report/membership_text.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// Of those runs that have a number there.
std::optional<double> mean(const std::vector<const Json*>& runs, const std::string& pointer) {
  const Json::json_pointer path("/membership" + pointer);
  double sum = 0, count = 0;
  for (const Json* run : runs)
    if (run->contains(path) && run->at(path).is_number()) {
      sum += run->at(path).get<double>();
      ++count;
    }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::string form(const char* format, std::optional<double> value) {
  if (!value) return "-";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, *value);
  return buffer;
}

std::optional<double> percent(std::optional<double> share) { return share ? std::optional(100 * *share) : share; }

constexpr const char* timed_states[] = {"discovery", "detection", "departure"};

}  // namespace

std::vector<std::string> membership_columns() {
  std::vector<std::string> columns = {"views\nequal %"};
  for (const char* changes : {"\njoins", "\ncrashes", "depar-\ntures"})
    for (const char* column : {changes, "all know\nafter s", "apart\n%"}) columns.emplace_back(column);
  columns.emplace_back("else\napart %");
  return columns;
}

std::vector<std::string> membership_cells(const std::vector<const Json*>& runs) {
  const auto equal = mean(runs, "/views_equal");
  if (!equal || (*equal == 1 && mean(runs, "/changes_per_s").value_or(0) == 0)) return {};
  std::vector<std::string> cells = {form("%.2f", percent(equal))};
  for (const std::string kind : timed_states) {
    const auto count = mean(runs, "/" + kind + "/count");
    const bool any = count.value_or(0) > 0;
    cells.push_back(form("%.3g", count));
    cells.push_back(any ? form("%.3f", mean(runs, "/" + kind + "/all_s/mean")) : "-");
    cells.push_back(any ? form("%.2f", percent(mean(runs, "/views_differed/" + kind))) : "-");
  }
  cells.push_back(form("%.2f", percent(mean(runs, "/views_differed/other"))));
  return cells;
}

}  // namespace hearsay
