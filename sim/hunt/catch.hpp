// What a hunt has caught: one entry per distinct failure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/hunt/shrink.hpp"
#include "sim/hunt/target.hpp"

namespace hearsay::hunt {

struct Caught {
  std::string key;     // oracle, protocol and shape of the schedule: equal for failures that are alike
  std::string name;    // of its files, without folder and ending
  std::string target;  // scenario and label
  std::string oracle, detail;
  std::uint64_t first_trial = 0, times = 0;  // times: trials that broke the same oracle of the same target
  Size before, after;
  std::size_t shrink_runs = 0;
  std::uint32_t other_seeds = 0;  // of 20 other seeds, with how many it fails as well
};

inline constexpr std::uint32_t seeds_tried = 20;

// Oracle, protocol and the verbs of the minimal schedule.
std::string key_of(const Target& target, const Shrunk& shrunk);

struct CatchContext {
  const Target& target;
  std::string folder, launcher;
  std::uint64_t hunt_seed = 1, trial = 0;
  RunnerOptions runner;
  bool picture = false;
};

// Writes NAME.yaml, NAME.txt (why the run is as it is) and NAME.png, and says what was written. Throws FileError.
Caught keep_catch(const CatchContext& context, const Shrunk& shrunk);

}  // namespace hearsay::hunt
