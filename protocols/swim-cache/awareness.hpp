// Local health (Lifeguard, Dadgar et al. 2018, section IV-A; memberlist awareness.go): a member that misses acks of
// several others doubts itself and stretches its own periods.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hearsay::membership {

class Awareness {
 public:
  // Scores stay below `most`, which is at least 1.
  explicit Awareness(std::uint32_t most) : highest_(static_cast<int>(most) - 1) {}

  void adjust(int by) { score_ = std::clamp(score_ + by, 0, highest_); }
  std::uint32_t score() const { return static_cast<std::uint32_t>(score_); }  // 0: healthy

 private:
  int highest_;
  int score_ = 0;
};

}  // namespace hearsay::membership
