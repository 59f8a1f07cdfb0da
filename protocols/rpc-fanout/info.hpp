// `rpc-fanout`: servers that call each other with retries, one or all at a time: client to master, replication to all
// servers, chain replication, heartbeats, optimistic writes, and broadcast.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo rpc_fanout_info();

}  // namespace hearsay
