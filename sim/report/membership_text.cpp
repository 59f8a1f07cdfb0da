#include "sim/report/membership_text.hpp"

#include <cmath>
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

template <class... Values>
std::string form(const char* format, Values... values) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, format, values...);
  return buffer;
}

std::string percent(double share) { return form("%.2f %%", 100 * share); }

// "3.8 % while 13 departures were told (0.43 s each until known to all)"
std::string cause(const std::vector<const Json*>& runs, const std::string& name, const char* one, const char* many) {
  const double count = mean(runs, "/" + name + "/count").value_or(0);
  if (count == 0) return "";
  std::string text = percent(mean(runs, "/views_differed/" + name).value_or(0)) + form(" while %.3g ", count) +
                     (count == 1 ? one : many) + (count == 1 ? " was told" : " were told");
  const auto all = mean(runs, "/" + name + "/all_s/mean");
  if (!all) return text + " (none was ever known to all)";
  text += form(" (%.3g s each until known to all", *all);
  const double incomplete = mean(runs, "/" + name + "/incomplete").value_or(0);
  return text + (incomplete > 0 ? form(", %.3g never were)", incomplete) : ")");
}

}  // namespace

std::string membership_line(const std::vector<const Json*>& runs) {
  const auto equal = mean(runs, "/views_equal");
  if (!equal) return "";
  const double changes = mean(runs, "/changes_per_s").value_or(0);
  if (*equal == 1 && changes == 0) return "";
  std::string line = "views of membership equal " + percent(*equal) + " of the time";
  const char* separator = "; apart ";
  for (const std::string& text :
       {cause(runs, "discovery", "join", "joins"), cause(runs, "detection", "crash", "crashes"),
        cause(runs, "departure", "departure", "departures")}) {
    if (text.empty()) continue;
    line += separator + text;
    separator = ", ";
  }
  if (const double other = mean(runs, "/views_differed/other").value_or(0); other > 0)
    line += separator + percent(other) + " for other reasons (false deaths, partitions)";
  return line;
}

}  // namespace hearsay
