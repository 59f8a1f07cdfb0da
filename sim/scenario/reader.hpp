// Reads scenario files: YAML in, resolved Scenario out, or located mistakes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace hearsay {

// A mistake in a scenario or on the command line, for the one place that catches it (sim/cli).
struct Mistake {
  std::string file;          // empty for the command line
  int line = 0, column = 0;  // from 1; 0 if there is none
  std::string message;       // what is wrong; what would be right

  std::string text() const;  // FILE:LINE:COLUMN: message
};

class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(std::vector<Mistake> found);
  std::vector<Mistake> mistakes;  // at least one, in order of place
};

// What the command line changes in every scenario that it names.
struct Overrides {
  std::vector<std::string> protocols;                         // replaces the file's list
  std::optional<std::string> seeds;                           // `1..30`, `7`, `1,2,5..9`
  std::vector<std::pair<std::string, std::string>> settings;  // --set PATH=VALUE
  std::string folder{};                                       // what paths are relative to, if not the file's own
};

// One Scenario per combination of the matrix (one if there is no matrix), in order: the last key varies fastest.
// `word`: a path, the name of a shipped scenario, or `-` for stdin (sim/scenario/shipped.hpp).
// Throws ScenarioError with every mistake of the file.
std::vector<std::shared_ptr<const Scenario>> read_scenario(const std::string& word, const Overrides& overrides = {});

// Every run of the scenarios, in order: scenario, protocol, seed.
std::vector<Case> cases_of(const std::vector<std::shared_ptr<const Scenario>>& scenarios);

}  // namespace hearsay
