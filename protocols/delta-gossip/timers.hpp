// Timer keys of one replica: a purpose, a node and a number.
#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"

namespace hearsay::gossip {

enum class TimerPurpose : std::uint8_t {
  round,
  flush,        // of eager forwarding
  backlog,      // of eager forwarding, put off by the rate limit
  retry,        // node: peer, number: of the message
  acknowledge,  // node: peer that waits for acknowledgements
  breaker,      // node: peer, number: of the opening
  anti_entropy,
  heartbeat,
  probe,
  expiry,
};

// Requires node < 2^28.
constexpr TimerKey timer_key(TimerPurpose purpose, NodeId node = 0, std::uint32_t number = 0) {
  return static_cast<TimerKey>(purpose) << 60 | static_cast<TimerKey>(node) << 32 | number;
}
constexpr TimerPurpose timer_purpose(TimerKey key) { return static_cast<TimerPurpose>(key >> 60); }
constexpr NodeId timer_node(TimerKey key) { return static_cast<NodeId>(key >> 32 & 0x0fffffff); }
constexpr std::uint32_t timer_number(TimerKey key) { return static_cast<std::uint32_t>(key); }

}  // namespace hearsay::gossip
