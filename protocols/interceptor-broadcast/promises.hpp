// What `interceptor-broadcast` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/interceptor-broadcast/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::interceptor {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::interceptor
