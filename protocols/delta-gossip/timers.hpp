// Timer keys of one replica: a purpose, and for some a peer and a number.
#pragma once

#include <cstdint>

#include "sim/core/timer_keys.hpp"

namespace hearsay::gossip {

enum class TimerPurpose : std::uint8_t {
  round,
  flush,        // of eager forwarding
  backlog,      // of eager forwarding, put off by the rate limit
  retries,      // of the messages that one handler has sent
  retry,        // node: peer, number: of the message
  acknowledge,  // node: peer that waits for acknowledgements
  breaker,      // node: peer, number: of the opening
  anti_entropy,
  heartbeat,
  probe,
  expiry,
};

using Timers = TimerKeys<TimerPurpose, TimerPurpose::expiry>;

}  // namespace hearsay::gossip
