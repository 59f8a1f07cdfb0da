// The stream by which an incarnation of a node names what it writes: (stream, 1), (stream, 2), ...
#pragma once

#include "protocols/common/vector_clock.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay {

// The node's name, which is its id, for the cluster's first incarnations. One that restarts, or that joins and may have
// been a member before, does not know how far its numbers had got: it opens a stream of its own, whose lower half is
// the node's name. Else others would take what it writes now for what it wrote then.
inline StreamId open_stream(Context& context, StartReason reason) {
  const std::uint64_t epoch = reason == StartReason::boot ? 0 : (context.random().next() | 1) << 32;
  return epoch | context.name();
}

}  // namespace hearsay
