// `plumtree`: Plumtree broadcast over HyParView membership. A spanning tree carries payloads, the other links announce
// them, and what was announced and does not come is asked for, which repairs the tree.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo plumtree_info();

}  // namespace hearsay
