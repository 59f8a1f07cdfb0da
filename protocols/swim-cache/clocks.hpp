// Logical clocks: Lamport's (1978), and the hybrid one of Kulkarni et al. 2014, which stays close to physical time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/time.hpp"

namespace hearsay {

class LamportClock {
 public:
  std::uint64_t time() const { return time_; }
  std::uint64_t tick() { return ++time_; }
  void witness(std::uint64_t other) { time_ = std::max(time_, other); }

 private:
  std::uint64_t time_ = 0;
};

// Physical part first, then a counter for events within it.
struct HybridTime {
  std::int64_t physical = 0;  // ns, the largest that was seen
  std::uint32_t logical = 0;
  auto operator<=>(const HybridTime&) const = default;
};

class HybridClock {
 public:
  // Above all that was told or witnessed before.
  HybridTime tick(Time physical) {
    const std::int64_t now = physical.time_since_epoch().count();
    if (now > last_.physical)
      last_ = {now, 0};
    else
      ++last_.logical;
    return last_;
  }
  void witness(const HybridTime& other) { last_ = std::max(last_, other); }

 private:
  HybridTime last_;
};

}  // namespace hearsay
