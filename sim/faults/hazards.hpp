// What a fault can do to a cluster, in the words of promises.
#pragma once

#include <string_view>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/promise.hpp"

namespace hearsay {

// Of an entry of `faults`, or of a background condition, with these values. Every verb has a row; a verb that is not
// known brings every hazard, so that no promise is held against it.
std::vector<Hazard> hazards_of(std::string_view verb, const ParameterValues& values);

}  // namespace hearsay
