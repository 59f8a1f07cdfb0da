// What `delta-gossip` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/delta-gossip/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::gossip {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::gossip
