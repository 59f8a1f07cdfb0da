#include "sim/faults/hazards.hpp"

#include <map>
#include <string>

namespace hearsay {
namespace {

using H = Hazard;

std::vector<H> every_hazard() {
  std::vector<H> all;
  for (std::size_t i = 0; i < hazard_kinds; ++i) all.push_back(static_cast<H>(i));
  return all;
}

// Hazards that do not depend on the values.
const std::map<std::string, std::vector<H>, std::less<>>& rows() {
  static const std::map<std::string, std::vector<H>, std::less<>> table{
      {"partition", {H::cut}},
      {"crash", {H::restart}},
      {"kill", {H::restart}},
      {"pause", {H::stall}},
      {"churn", {}},
      {"clone", every_hazard()},  // two nodes under one name: no protocol says what it does then
      {"loss", {H::loss}},
      {"delay", {H::reordering, H::stall}},
      {"duplicate", {H::duplication}},
      {"reorder", {H::reordering}},
      {"corrupt", {H::loss, H::corruption}},
      {"bandwidth", {H::loss, H::stall}},
      {"slow", {H::stall}},
      {"disk", {H::stall}},
      {"clock", {H::clock}},
      {"link", {H::cut}},
      {"join", {H::departure}},
      {"leave", {H::departure}},
  };
  return table;
}

std::string word(const ParameterValues& values, const std::string& name) {
  const auto found = values.find(name);
  const auto* text = found != values.end() ? std::get_if<std::string>(&found->second) : nullptr;
  return text != nullptr ? *text : std::string();
}

}  // namespace

std::vector<Hazard> hazards_of(std::string_view verb, const ParameterValues& values) {
  const auto row = rows().find(verb);
  if (row == rows().end()) return every_hazard();
  std::vector<H> found = row->second;
  if (verb == "churn") found.push_back(word(values, "by") == "leave" ? H::departure : H::restart);
  const std::string disk = word(values, "disk");
  if (disk == "unsynced-lost") found.push_back(H::unsynced_loss);
  if (disk == "lost") found.insert(found.end(), {H::unsynced_loss, H::disk_loss});
  return found;
}

}  // namespace hearsay
