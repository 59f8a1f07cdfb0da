// Timers of `raft`.
#pragma once

#include "sim/core/timer_keys.hpp"

namespace hearsay::raft {

enum class TimerPurpose : std::uint8_t { deadline, flush, persisted, retry, member, backup, restore };
using Timers = TimerKeys<TimerPurpose, TimerPurpose::restore>;

}  // namespace hearsay::raft
