// `causal-crdt`: operation-based CRDTs over causal broadcast. A replica applies an update to its own copy, logs its
// effect, answers the client and broadcasts the effect with a vector clock; the others apply it once they have what it
// depends on.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo causal_crdt_info();

}  // namespace hearsay
