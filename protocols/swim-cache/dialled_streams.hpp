// Connections that a member has dialled for one exchange each: closed once it is answered, or not answered in time
// (memberlist, TCPTimeout and the deadline of a probe).
#pragma once

#include <cstdint>
#include <map>

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class DialledStreams {
 public:
  // To be closed after `limit` at the latest.
  ConnectionId dial(Context& context, NodeId to, Duration limit) {
    const ConnectionId connection = context.dial(to);
    open_[++last_] = connection;
    context.set_timer(limit, timer_key(TimerPurpose::stream, last_));
    return connection;
  }
  void answered(Context& context, ConnectionId connection) {
    std::erase_if(open_, [&](const auto& stream) { return stream.second == connection; });
    context.close(connection);
  }
  // The time of the exchange `number` is over.
  void timer(Context& context, std::uint32_t number) {
    const auto stream = open_.extract(number);
    if (stream.empty()) return;
    context.count(index(Metric::streams_given_up));
    context.close(stream.mapped());
  }

 private:
  std::map<std::uint32_t, ConnectionId> open_;
  std::uint32_t last_ = 0;
};

}  // namespace hearsay::swim
