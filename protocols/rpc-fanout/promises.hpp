// What `rpc-fanout` promises with its parameters, for `describe` and `hunt`.
#pragma once

#include <vector>

#include "protocols/rpc-fanout/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::rpc_fanout {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::rpc_fanout
