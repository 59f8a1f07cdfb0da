// Scenarios as texts.
#pragma once

#include <memory>
#include <string>

#include "sim/hunt/outcome.hpp"
#include "sim/hunt/target.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::hunt {

inline Node parsed(const std::string& text) {
  Mistakes mistakes("test.yaml");
  auto root = parse_document(text, mistakes);
  mistakes.raise_if_any();
  return std::move(*root);
}

inline std::shared_ptr<const Scenario> scenario_of(const std::string& text) {
  return read_tree(parsed(text), "test.yaml");
}

inline RunnerOptions one_at_a_time() {
  RunnerOptions options;
  options.file = "test.yaml";
  return options;
}

inline Target target_of(const std::string& text) { return targets_of({scenario_of(text)}).front(); }

}  // namespace hearsay::hunt
