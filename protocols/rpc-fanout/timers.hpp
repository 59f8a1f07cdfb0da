// Timer keys of one replica: a purpose and a number.
#pragma once

#include <cstdint>

#include "sim/core/timer_keys.hpp"

namespace hearsay::rpc_fanout {

enum class TimerPurpose : std::uint8_t {
  call,    // number: the Caller's
  answer,  // number: of an answer that its server has not given yet
  row,     // number: operation that tries the row again
};

using Timers = TimerKeys<TimerPurpose, TimerPurpose::row>;

}  // namespace hearsay::rpc_fanout
