// `run --check-determinism`: the same case twice, event by event.
#pragma once

#include "sim/runtime/run.hpp"

namespace hearsay {

// Runs the case twice in processes of their own. Throws std::runtime_error that tells the first differing event.
void compare_two_runs(const Case& which, const RunOptions& options);

}  // namespace hearsay
