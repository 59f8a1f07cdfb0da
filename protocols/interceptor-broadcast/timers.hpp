// Timer keys of one replica: a purpose and a number.
#pragma once

#include <cstdint>

#include "sim/core/timer_keys.hpp"

namespace hearsay::interceptor {

enum class TimerPurpose : std::uint8_t {
  call,                  // number: the Caller's
  consistency_deadline,  // number: broadcast
  sync,
  causal_wait,
};

using Timers = TimerKeys<TimerPurpose, TimerPurpose::causal_wait>;

}  // namespace hearsay::interceptor
