// What a hunt prints and reports to CI.
#pragma once

#include <string>
#include <vector>

#include "sim/hunt/options.hpp"
#include "sim/hunt/state.hpp"

namespace hearsay::hunt {

// A scenario of the corpus that was run again.
struct Replayed {
  std::string file;
  bool failed = false;
  std::string why;
};

std::string hunt_table(const HuntOptions& options, const HuntState& state);
std::string hunt_json(const HuntOptions& options, const HuntState& state, const std::vector<Replayed>& corpus);
std::string hunt_junit(const HuntState& state, const std::vector<Replayed>& corpus, const std::vector<Target>& targets);

}  // namespace hearsay::hunt
