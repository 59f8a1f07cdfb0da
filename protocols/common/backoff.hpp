// Exponential backoff with jitter: how long to wait before trying again.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/exact_math.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

struct Backoff {
  Duration first{};     // before the first retry
  double factor = 2.0;  // >= 1, from each retry to the next
  Duration limit{};     // never longer than this

  // The full wait before retry 1, 2, ...
  Duration ceiling(std::uint64_t retry) const {
    const double grown = seconds(first) * exact::pow(factor, static_cast<double>(retry - 1));
    return grown >= seconds(limit) ? limit : from_seconds(grown);
  }

  // Between half of it and all of it, so that those who failed together do not come back together ("equal jitter").
  Duration draw(std::uint64_t retry, RandomStream& random) const {
    const Duration full = ceiling(retry);
    return random.between(full / 2, full);
  }
};

}  // namespace hearsay
