// Timer keys of one replica: a purpose and a number.
#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"

namespace hearsay::causal {

enum class TimerPurpose : std::uint8_t {
  attempts,   // number: of a group of attempts that were begun together, or of a retry
  reconnect,  // number: member and how often it was dialled
  dial,       // the same: the dial is given up
  session,    // number: of a client that waits
  anti_entropy,
  bootstrap,  // number: of the request
};

constexpr TimerKey timer_key(TimerPurpose purpose, std::uint64_t number = 0) {
  return number << 3 | static_cast<std::uint64_t>(purpose);
}
constexpr TimerPurpose timer_purpose(TimerKey key) { return static_cast<TimerPurpose>(key & 7); }
constexpr std::uint64_t timer_number(TimerKey key) { return key >> 3; }

}  // namespace hearsay::causal
