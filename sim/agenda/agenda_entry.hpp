// What lies on the agenda, and when its turn is.
#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace hearsay {

// The instant that something is due, and its place among what is due then.
struct Turn {
  __extension__ using Uint128 = unsigned __int128;

  Time due{};
  std::uint64_t order = 0;
  // As one number: whose turn it is cannot be foreseen, so a branch would often be guessed wrong. Requires due >= 0.
  bool operator<(const Turn& other) const { return number() < other.number(); }
  Uint128 number() const {
    return static_cast<Uint128>(static_cast<std::uint64_t>(due.time_since_epoch().count())) << 64 | order;
  }
};
inline constexpr Turn first_turn{Time{}, 0};  // before those of all items, whose order is at least 1
inline constexpr Turn last_turn{never, UINT64_MAX};

template <class Item>
struct AgendaEntry {
  Turn turn;
  Item item{};
};

}  // namespace hearsay
