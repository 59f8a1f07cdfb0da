// Makes a failing scenario as small as it goes while the same oracle fails at the same seed: delta debugging (Zeller,
// Hildebrandt 2002) over faults, operations and nodes, then over every other part, then simpler values.
#pragma once

#include <cstdint>
#include <string>

#include "sim/hunt/outcome.hpp"

namespace hearsay::hunt {

struct Size {
  std::size_t faults = 0;
  std::uint64_t operations = 0;
  std::uint32_t nodes = 0;
};
Size size_of(const Node& tree, const std::string& file);

struct Shrunk {
  Node tree;
  Finding finding;
  Size before, after;
  std::size_t runs = 0;
  bool whole = true;  // false: the bound on runs, or an interrupt, ended it
};

// `tree` breaks `oracle`. Takes at most about `most_runs` runs, several at a time, and RunnerOptions::shrink_wall_s;
// unless one of these ends it, the result does not depend on how many run at a time.
Shrunk shrink(const Node& tree, const std::string& oracle, const RunnerOptions& options, std::size_t most_runs);

}  // namespace hearsay::hunt
