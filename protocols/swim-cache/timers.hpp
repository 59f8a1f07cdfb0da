// Timer keys of one replica: a purpose, a timer of the membership machine, a node and a number.
#pragma once

#include "protocols/common/raft/timers.hpp"
#include "protocols/swim-cache/membership.hpp"
#include "sim/core/timer_keys.hpp"

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
  metadata,
  stream,  // number: of an exchange that is given up now
  coalesce_events,
  coalesce_members,
  force_leave,  // about who failed some time ago
  snapshot,
  consensus,  // a timer of Raft's; number: see RaftTimers
  govern,
  backup,  // number: see backups.cpp
};

using Timers = TimerKeys<TimerPurpose, TimerPurpose::backup>;
// Those of the membership machine are the number of a timer for `membership`.
using MembershipTimers = TimerKeys<membership::TimerKind, membership::TimerKind::departure, Timers::number_bits>;
using RaftTimers = TimerKeys<raft::TimerPurpose, raft::TimerPurpose::restore, Timers::number_bits>;

constexpr TimerKey timer_key(TimerPurpose purpose, std::uint32_t number = 0) { return Timers::key(purpose, number); }
constexpr TimerPurpose timer_purpose(TimerKey key) { return Timers::purpose(key); }
constexpr std::uint32_t timer_number(TimerKey key) { return Timers::number_about(key); }

constexpr TimerKey timer_key(const membership::Timer& timer) {
  return Timers::key(TimerPurpose::membership, MembershipTimers::key_about(timer.kind, timer.node, timer.number));
}
constexpr membership::Timer membership_timer(TimerKey key) {
  const std::uint64_t own = Timers::number(key);
  return {MembershipTimers::purpose(own), MembershipTimers::node(own), MembershipTimers::number_about(own)};
}

}  // namespace hearsay::swim
