// Known failures, run again before a hunt.
#pragma once

#include <string>
#include <vector>

#include "sim/hunt/options.hpp"
#include "sim/hunt/report.hpp"

namespace hearsay::hunt {

// Every scenario (.yaml) of the folder, in order of name. Throws ScenarioError, or UsageError if there is no such
// folder.
std::vector<Replayed> replay_corpus(const HuntOptions& options);

}  // namespace hearsay::hunt
