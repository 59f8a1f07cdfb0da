// `interceptor-broadcast`: replication as a step of every server's request chain. A server applies a write, answers its
// client and calls every other server with it; these do the same, and the hash of the content stops the circle.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo interceptor_broadcast_info();

}  // namespace hearsay
