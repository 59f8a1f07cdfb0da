// State-based PN counter (Shapiro, Preguica, Baquero, Zawirski 2011, specification 7) as a join map: for each stream
// how much it has added, and how much subtracted, in all. Only the stream raises its sums, so the higher one is the
// later, and a join takes the maximum. A counter that only grows (specification 6) is one whose streams never subtract.
#pragma once

#include <cstdint>

#include "protocols/common/crdt/join_map.hpp"

namespace hearsay::crdt {

enum class Sign : std::uint8_t { plus, minus };

// The sum of one sign that stands at `total`.
inline JoinEntry sum_entry(StreamId stream, Sign sign, std::int64_t total) {
  return {{stream, static_cast<std::uint64_t>(sign)}, {total, {}}, 0, no_write};
}

// 0 for a stream that the counter has never heard of.
inline std::int64_t sum_of(const JoinMap& counter, StreamId stream, Sign sign) {
  const JoinEntry* held = counter.find(sum_entry(stream, sign, 0).key);
  return held == nullptr ? 0 : held->rank.level;
}

// The delta of an update of `stream`. Requires an amount of at least 0.
inline JoinEntry counted(const JoinMap& counter, StreamId stream, Sign sign, std::int64_t amount) {
  return sum_entry(stream, sign, sum_of(counter, stream, sign) + amount);
}

inline std::int64_t value_of(const JoinMap& counter) {
  std::int64_t value = 0;
  for (const auto& [key, sum] : counter)
    value += key.part == static_cast<std::uint64_t>(Sign::plus) ? sum.rank.level : -sum.rank.level;
  return value;
}

}  // namespace hearsay::crdt
