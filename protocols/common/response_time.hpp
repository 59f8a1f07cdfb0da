// How long a server's answers take: smoothed mean and deviation, as TCP estimates round trips (RFC 6298, section 2).
#pragma once

#include <algorithm>
#include <chrono>

#include "sim/core/time.hpp"

namespace hearsay {

class ResponseTime {
 public:
  void add(Duration sample) {
    if (!known_) {
      known_ = true;
      mean_ = sample;
      deviation_ = sample / 2;
      return;
    }
    const Duration error = sample > mean_ ? sample - mean_ : mean_ - sample;
    deviation_ = (3 * deviation_ + error) / 4;
    mean_ = (7 * mean_ + sample) / 8;
  }

  // The mean and four deviations, or the clock's granularity if that is more (RFC 6298, 2.3): an answer that has not
  // come by then is late. Zero before the first sample. Answers that all take equally long have no deviation; without
  // the granularity each of them would be late at the very moment of its arrival.
  Duration allowance() const { return known_ ? mean_ + std::max(granularity, 4 * deviation_) : Duration{}; }

  static constexpr Duration granularity = std::chrono::milliseconds(1);

 private:
  bool known_ = false;
  Duration mean_{}, deviation_{};
};

}  // namespace hearsay
