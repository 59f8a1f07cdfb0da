// The attempts of one call, or of one message that its receiver acknowledges: how many were made, whether one more may
// follow, and after which wait ("Retry Mechanism"). When attempts begin, fail and succeed is its owner's affair.
#pragma once

#include <cstdint>

#include "protocols/common/rpc/options.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay::rpc {

class Attempts {
 public:
  void begin() { ++made_; }
  std::uint32_t made() const { return made_; }
  // Whether one more may follow; else the retries are used up.
  bool left(const CallOptions& options) const { return made_ < options.attempt_limit(); }

  // The wait after the attempt that was begun last; requires one. `expected` as for RetryPolicy::wait.
  Duration next_wait(const RetryPolicy& policy, Duration expected, RandomStream& random) {
    last_wait_ = policy.wait(made_, last_wait_, expected, random);
    return last_wait_;
  }

 private:
  std::uint32_t made_ = 0;
  Duration last_wait_{};
};

}  // namespace hearsay::rpc
