// Names of events.
#pragma once

#include <compare>
#include <cstdint>

#include "protocols/common/vector_clock.hpp"

namespace hearsay {

// The name of one event: its stream and its number there, from 1 (Almeida et al. 2014, "dotted version vectors").
struct Dot {
  StreamId stream = 0;
  std::uint64_t number = 0;
  auto operator<=>(const Dot&) const = default;
};

}  // namespace hearsay
