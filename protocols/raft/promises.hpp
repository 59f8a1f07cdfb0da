// What `raft` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/raft/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::raft {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::raft
