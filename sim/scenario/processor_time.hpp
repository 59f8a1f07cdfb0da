// Whether a run needs hosts that compute: `dispatch: inline` has none, and gives the same results where none is needed.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace hearsay {

// The settings by which this protocol spends processor time in this scenario: parameters of its own, or of the engine.
std::vector<std::string> processor_time(const Scenario& scenario, const ProtocolEntry& entry);

}  // namespace hearsay
