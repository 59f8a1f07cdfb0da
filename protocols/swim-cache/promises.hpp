// What `swim-cache` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/swim-cache/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::swim {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::swim
