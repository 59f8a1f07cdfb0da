// Timers of `plumtree`.
#pragma once

#include "sim/core/timer_keys.hpp"

namespace hearsay::plumtree {

enum class TimerPurpose : std::uint8_t { join, shuffle, neighbour, missing, announce };
using Timers = TimerKeys<TimerPurpose, TimerPurpose::announce>;

}  // namespace hearsay::plumtree
