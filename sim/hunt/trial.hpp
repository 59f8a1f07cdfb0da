// A trial: an ordinary scenario, a function of the target, the hunt's seed and the trial's number alone.
#pragma once

#include <cstdint>

#include "sim/hunt/target.hpp"

namespace hearsay::hunt {

struct TrialOptions {
  std::uint64_t seed = 1;
  bool permanent = false;  // some nodes go and never return; a random majority stays healthy
};

// Its one protocol runs once, with the seed that the tree names. Verbs and features are left out at random, half of
// them in each trial (Groce et al., "Swarm Testing", ISSTA 2012).
Node make_trial(const Target& target, const TrialOptions& options, std::uint64_t number);

}  // namespace hearsay::hunt
