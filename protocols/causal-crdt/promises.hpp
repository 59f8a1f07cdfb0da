// What `causal-crdt` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/causal-crdt/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::causal {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::causal
