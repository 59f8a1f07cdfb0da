// Timer keys of one replica: a purpose, a timer of the membership machine, a node and a number.
#pragma once

#include "protocols/swim-cache/membership.hpp"
#include "sim/core/ids.hpp"

namespace hearsay::swim {

enum class TimerPurpose : std::uint8_t {
  membership,
  oracle,
  join,
  health,
  query,
  rebalance,
  operation,
  hints,
  compare,
  reclaim,
  metadata
};

// Requires node < 2^24.
constexpr TimerKey timer_key(TimerPurpose purpose, std::uint32_t number = 0, NodeId node = 0, std::uint8_t kind = 0) {
  return static_cast<TimerKey>(purpose) << 60 | static_cast<TimerKey>(kind) << 56 | static_cast<TimerKey>(node) << 32 |
         number;
}
constexpr TimerPurpose timer_purpose(TimerKey key) { return static_cast<TimerPurpose>(key >> 60); }
constexpr std::uint32_t timer_number(TimerKey key) { return static_cast<std::uint32_t>(key); }
constexpr membership::Timer membership_timer(TimerKey key) {
  return {static_cast<membership::TimerKind>(key >> 56 & 0xf), static_cast<NodeId>(key >> 32 & 0xffffff),
          timer_number(key)};
}

}  // namespace hearsay::swim
