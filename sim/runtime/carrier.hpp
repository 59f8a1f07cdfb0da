// Under `flow`, brings packets from host to host by SimGrid's flow-level model; whether they arrive is the network's
// business.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

class PlatformMap;
class Scheduler;

class Carrier {
 public:
  virtual ~Carrier() = default;
  // Puts packet `slot` on its way; Scheduler::packet_last brings it to Dispatch when it is there.
  // `latency`: what lies before and beyond the platform's own (faults, distributions). `stream`: packets of one stream
  // (not 0) follow one another on the wire instead of competing.
  struct Load {
    std::uint32_t slot = 0;
    NodeId from = no_node, to = no_node;
    std::uint32_t bytes = 0;
    Duration latency{};
    std::uint64_t stream = 0;
  };
  virtual void carry(const Load& load) = 0;
  // Those that SimGrid computes now.
  virtual std::size_t transfers() const = 0;
};

// Who hears of transfers.
struct FlowObserver {
  std::function<void(std::uint32_t slot)> link_failed;  // a packet is lost because a link of its route went down
  std::function<void()> looked;                         // every few transfers, in any context: for progress
};

// Concurrent transfers share the links (max-min fairness), a stream counting as
// one. A pool of courier actors makes the transfers; it grows with the number on the wire, up to 16,384, beyond which
// they queue.
std::unique_ptr<Carrier> make_flow_carrier(Scheduler& scheduler, PlatformMap& platform, const FlowObserver& observer);

}  // namespace hearsay
