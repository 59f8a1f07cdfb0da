// What ships with the program, scenarios and platforms, found by name from any folder.
#pragma once

#include <string>
#include <vector>

namespace hearsay {

struct ShippedFile {
  std::string name;  // `interceptor-broadcast/partition-heal`, `three-regions`
  std::string path;
};

// In order of name. They lie beside an installed program (share/hearsay), else in the sources it was built from.
const std::vector<ShippedFile>& shipped_scenarios();
const std::vector<ShippedFile>& shipped_platforms();

// Such as `docs/scenario.schema.json`; empty if it does not ship.
std::string shipped_path(const std::string& relative);

// The file that a word means. A path that exists wins; else the word is a shipped file's name, with or without its
// folder and its ending.
struct FoundFile {
  std::string path;   // the word itself if nothing was found
  std::string wrong;  // empty if something was found; else what is wrong and what would be right
};
FoundFile find_scenario_file(const std::string& word);

// `folder`: what a relative path is relative to, the scenario's own folder.
FoundFile find_platform_file(const std::string& word, const std::string& folder);

}  // namespace hearsay
