// Timer keys of one replica: a purpose and a number.
#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"

namespace hearsay::rpc_fanout {

enum class TimerPurpose : std::uint8_t {
  call,    // number: the Caller's
  answer,  // number: of an answer that its server has not given yet
  row,     // number: operation that tries the row again
};

constexpr TimerKey timer_key(TimerPurpose purpose, std::uint64_t number) {
  return number << 2 | static_cast<std::uint64_t>(purpose);
}
constexpr TimerPurpose timer_purpose(TimerKey key) { return static_cast<TimerPurpose>(key & 3); }
constexpr std::uint64_t timer_number(TimerKey key) { return key >> 2; }

}  // namespace hearsay::rpc_fanout
