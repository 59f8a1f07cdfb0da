// Identifiers shared by every room. All are dense, start at 0, and are never used again within a run:
// a restarted node keeps its NodeId, but a write made after a crash has a fresh WriteId.
#pragma once

#include <cstdint>
#include <limits>

namespace hearsay {

using NodeId = std::uint32_t;        // index of a replica, 0 .. nodes-1
using ClientId = std::uint32_t;      // index of a client session of the workload
using OpId = std::uint32_t;          // index of a client operation, in order of invocation
using WriteId = std::uint32_t;       // index of a write among the writes of the run, in order of invocation
using TimerKey = std::uint64_t;      // chosen by the protocol; stale timers are recognised by it
using ConnectionId = std::uint64_t;  // one stream connection between two nodes; 0 is never one
using SendId = std::uint64_t;        // one transmission of a message; 0 is never one

inline constexpr NodeId no_node = std::numeric_limits<NodeId>::max();
inline constexpr OpId no_op = std::numeric_limits<OpId>::max();
inline constexpr WriteId no_write = std::numeric_limits<WriteId>::max();
inline constexpr ConnectionId no_connection = 0;
inline constexpr SendId no_send = 0;

}  // namespace hearsay
