// `swim-cache`: SWIM membership as HashiCorp's Serf and memberlist run it, an event bus and a hash ring in step with
// it, and a replicated cache over all of that.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo swim_cache_info();

}  // namespace hearsay
