// What the simulator and a node's supervisor say to each other over a socket pair: a header of fixed size and the bytes
// that follow it. Both are built together and run on one machine.
#pragma once

#include <cstdint>

namespace hearsay::maelstrom {

inline constexpr int supervisor_socket = 3;  // its file descriptor in the supervisor
inline constexpr std::int64_t no_deadline = INT64_MAX;

// One step: the node's clocks take these values, the waits that are due end or the lines arrive, and the node runs
// until nothing in it can go on without another step.
struct StepRequest {
  std::int64_t now = 0;          // monotonic, in nanoseconds of the node's own time since its start
  std::int64_t wall = 0;         // what it believes the time of day is, since the start of the simulation
  std::uint64_t line_bytes = 0;  // follow the header: whole lines for its stdin
  std::uint64_t fire = 0;        // 1: waits with a deadline up to `now` end
};

enum class NodeState : std::uint64_t {
  running,
  ended,    // exited or was killed by a signal: `why` says how
  refused,  // it did what cannot be simulated, or did not come to rest: `why` names it
};

struct StepReply {
  NodeState state = NodeState::running;
  std::int64_t deadline = no_deadline;  // the earliest one that it waits for
  std::uint64_t output_bytes = 0;       // follow the header: what it wrote to stdout
  std::uint64_t why_bytes = 0;          // follow the output
};

}  // namespace hearsay::maelstrom
