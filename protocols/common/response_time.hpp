// How long a server's answers take: smoothed mean and deviation, as TCP estimates round trips (RFC 6298, section 2).
#pragma once

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

  // The mean and four deviations: an answer that has not come by then is late. Zero before the first sample.
  Duration allowance() const { return mean_ + 4 * deviation_; }

 private:
  bool known_ = false;
  Duration mean_{}, deviation_{};
};

}  // namespace hearsay
