// Limits a rate: tokens come at that rate, each use takes one, and as many can be saved as come in a second.
#pragma once

#include <algorithm>

#include "sim/core/time.hpp"

namespace hearsay {

class TokenBucket {
 public:
  // `rate`: tokens per second, > 0. It begins full.
  explicit TokenBucket(double rate) : rate_(rate), tokens_(capacity()) {}

  // Whether there is a token to take at `now`, by the owner's clock; takes it. A clock that was set back brings none.
  bool take(Time now) {
    tokens_ = std::min(capacity(), tokens_ + std::max(0.0, seconds(now - refilled_)) * rate_);
    refilled_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // Whether it is as full at `now` as it began.
  bool full(Time now) const { return tokens_ + seconds(now - refilled_) * rate_ >= capacity(); }

  // From the last take() until there is a token.
  Duration wait() const { return from_seconds(std::max(0.0, 1 - tokens_) / rate_) + Duration(1); }

 private:
  double capacity() const { return std::max(1.0, rate_); }

  double rate_;
  double tokens_;
  Time refilled_{};
};

}  // namespace hearsay
