// Timer keys of one replica: a purpose and a number.
#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"

namespace hearsay::interceptor {

enum class TimerPurpose : std::uint8_t {
  call,                  // number: the Caller's
  consistency_deadline,  // number: broadcast
  sync,
  causal_wait,
};

constexpr TimerKey timer_key(TimerPurpose purpose, std::uint64_t number = 0) {
  return number << 3 | static_cast<std::uint64_t>(purpose);
}
constexpr TimerPurpose timer_purpose(TimerKey key) { return static_cast<TimerPurpose>(key & 7); }
constexpr std::uint64_t timer_number(TimerKey key) { return key >> 3; }

}  // namespace hearsay::interceptor
