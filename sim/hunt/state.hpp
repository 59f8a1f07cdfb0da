// What a hunt knows, kept in its folder so that a later call goes on from there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/hunt/catch.hpp"

namespace hearsay::hunt {

struct HuntState {
  std::string identity;  // of program, scenarios and options: another one begins a hunt of its own
  std::uint64_t next_trial = 0;
  std::uint64_t invalid = 0;  // trials that gave no result: no valid scenario, or too long a run
  double wall_s = 0;
  std::vector<Caught> caught;
  std::map<std::string, std::uint64_t> failing;  // trials, by target and oracle
  std::map<std::string, std::uint64_t> shrunk;   // failures that were shrunk, likewise
  std::size_t shrink_runs = 0;
};

// The state in FOLDER/hunt.json if its identity is this one; else a new one.
HuntState load_state(const std::string& folder, const std::string& identity);
// Throws FileError.
void save_state(const std::string& folder, const HuntState& state);

}  // namespace hearsay::hunt
