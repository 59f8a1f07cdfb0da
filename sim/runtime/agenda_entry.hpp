// What lies on the agenda, and when its turn is.
#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace hearsay {

// The instant that something is due, and its place among what is due then.
struct Turn {
  Time due{};
  std::uint64_t order = 0;
  bool operator<(const Turn& other) const { return due != other.due ? due < other.due : order < other.order; }
};
inline constexpr Turn last_turn{never, UINT64_MAX};

template <class Item>
struct AgendaEntry {
  Turn turn;
  Item item{};
};

}  // namespace hearsay
