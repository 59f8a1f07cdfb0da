// Distributions of message latency (scenario `network.latency`).
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

struct Delay {
  enum class Kind : std::uint8_t {
    constant,     // a
    uniform,      // in [a, b]
    normal,       // mean a, standard deviation b, cut off at zero
    exponential,  // mean a
  } kind = Kind::constant;
  Duration a{}, b{};

  Duration draw(RandomStream& random) const {
    switch (kind) {
      case Kind::constant: return a;
      case Kind::uniform: return random.between(a, b);
      case Kind::normal: return std::max(Duration{}, from_seconds(seconds(a) + seconds(b) * random.normal()));
      case Kind::exponential: return random.exponential(a);
    }
    return a;
  }
  // The usual value, from which a stream's retransmission timeout starts.
  Duration typical() const { return kind == Kind::uniform ? (a + b) / 2 : a; }
};

}  // namespace hearsay
