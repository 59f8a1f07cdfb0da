// Counts messages, bytes and connections.
#include "sim/metrics/traffic.hpp"

#include <numeric>

#include "sim/core/check.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay {

Traffic::Traffic(std::size_t kinds)
    : SelectiveObserver({EventKind::send, EventKind::drop, EventKind::deliver, EventKind::redundant,
                         EventKind::duplicate, EventKind::retransmit, EventKind::dial, EventKind::disconnected}) {
  counts_.by_type.resize(kinds);
}

void Traffic::observe(const Event& event) {
  switch (event.kind) {
    case EventKind::send: {
      HEARSAY_CHECK(event.type < counts_.by_type.size(), "a message of a kind that its protocol does not have");
      ++counts_.sent;
      ++in_flight_;
      counts_.bytes += event.size;
      MessageCounts::ByType& of_type = counts_.by_type[event.type];
      ++of_type.sent;
      of_type.bytes += event.size;
      break;
    }
    case EventKind::deliver:
      ++counts_.delivered;
      ends();
      break;
    case EventKind::drop:
      ++counts_.dropped[event.detail];
      if (event.detail == static_cast<std::uint8_t>(DropReason::corrupt))
        --counts_.delivered;  // it was handed over, and the receiver has thrown it away
      else
        ends();
      break;
    case EventKind::redundant: ++counts_.redundant; break;
    case EventKind::duplicate:
      ++counts_.duplicated;
      ++in_flight_;
      break;
    case EventKind::retransmit: ++counts_.retransmitted; break;
    case EventKind::dial: ++counts_.dials; break;
    case EventKind::disconnected:
      if (event.detail != static_cast<std::uint8_t>(ConnectionError::closed)) ++counts_.broken_connections;
      break;
    default: break;
  }
}

MessageCounts Traffic::summary(std::uint64_t operations, std::uint32_t nodes, Duration simulated) const {
  MessageCounts result = counts_;
  result.in_flight = in_flight_;
  const std::uint64_t ended =
      std::accumulate(counts_.dropped.begin(), counts_.dropped.end(), counts_.delivered + in_flight_);
  HEARSAY_CHECK(counts_.sent + counts_.duplicated == ended, "a message was lost without a reason, or ended twice");
  result.per_op = messages_per_operation(counts_.sent, operations);
  const double node_seconds = static_cast<double>(nodes) * seconds(simulated);
  if (node_seconds > 0) {
    result.per_node_per_s = static_cast<double>(counts_.sent) / node_seconds;
    result.bytes_per_node_per_s = static_cast<double>(counts_.bytes) / node_seconds;
  }
  return result;
}

std::optional<double> messages_per_operation(std::uint64_t sent, std::uint64_t operations) {
  if (operations == 0) return std::nullopt;
  return static_cast<double>(sent) / static_cast<double>(operations);
}

}  // namespace hearsay
