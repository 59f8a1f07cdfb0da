// What every Maelstrom node that is right promises; `hunt` looks for runs that break it.
#pragma once

#include "protocols/maelstrom/params.hpp"
#include "sim/core/promise.hpp"

namespace hearsay::maelstrom {

std::vector<Promise> promises(const Params& params);

}  // namespace hearsay::maelstrom
