// Brings packets from host to host: how long it takes is the network model's business, whether they arrive is
// Network's.
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
  // Puts packet `slot` on its way; Scheduler::packet_at brings it to the Dispatcher when it is there.
  // `latency`: what lies before and beyond the platform's own (faults, distributions). `limit`: bytes per second, 0:
  // none. `stream`: packets of one stream (not 0) follow one another on the wire instead of competing.
  struct Load {
    std::uint32_t slot = 0;
    NodeId from = no_node, to = no_node;
    std::uint32_t bytes = 0;
    Duration latency{};
    double limit = 0;
    std::uint64_t stream = 0;
  };
  virtual void carry(const Load& load) = 0;
};

// `latency`: route latency + size / bandwidth of the narrowest link; messages do not compete.
std::unique_ptr<Carrier> make_latency_carrier(Scheduler& scheduler, PlatformMap& platform);

// `flow`: SimGrid's flow-level model; concurrent transfers share the links (max-min fairness), a stream counting as
// one. A pool of courier actors makes the transfers; it grows with the number on the wire, up to 16,384, beyond which
// they queue. `link_failed(slot, link is down)` is called for packets lost because a link of the route went down.
std::unique_ptr<Carrier> make_flow_carrier(Scheduler& scheduler, PlatformMap& platform,
                                           std::function<void(std::uint32_t slot)> link_failed);

}  // namespace hearsay
