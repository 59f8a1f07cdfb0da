// Timer keys of one replica: a purpose and a number.
#pragma once

#include <cstdint>

#include "sim/core/timer_keys.hpp"

namespace hearsay::causal {

enum class TimerPurpose : std::uint8_t {
  attempts,   // number: of a group of attempts that were begun together, or of a retry
  reconnect,  // number: member and how often it was dialled
  dial,       // the same: the dial is given up
  dials,      // those that were made when the replica started
  session,    // number: of a client that waits
  anti_entropy,
  bootstrap,  // number: of the request
};

using Timers = TimerKeys<TimerPurpose, TimerPurpose::bootstrap>;

}  // namespace hearsay::causal
