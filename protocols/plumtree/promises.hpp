// What `plumtree` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/plumtree/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::plumtree {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::plumtree
