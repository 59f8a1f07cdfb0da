// How long to wait before a retry: the policies of the RPC document ("Backoff Strategy", "Future Enhancements 2, 6")
// and the jitters of Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/common/backoff.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

enum class RetryKind : std::uint8_t {
  fixed,         // always `first`
  exponential,   // first, growing by `factor` up to `limit`
  full_jitter,   // uniform between nothing and the exponential wait
  equal_jitter,  // uniform between half of the exponential wait and all of it
  decorrelated,  // uniform between `first` and three times the wait before it, up to `limit`
  adaptive,      // what the server's answers have taken lately, growing likewise; `first` while none has come; at
                 // least `least`
};

// As a scenario writes them, in the order of RetryKind.
inline std::vector<std::string> retry_kind_names() {
  return {"fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated", "adaptive"};
}

struct RetryPolicy {
  RetryKind kind = RetryKind::fixed;
  Duration first{};
  Duration limit{};     // of every kind but `fixed`
  double factor = 2.0;  // >= 1, of the kinds that grow
  Duration least{};     // of `adaptive`: RFC 6298, 2.4

  // Before retry 1, 2, ... `previous`: the wait before the retry before this one, zero if there was none. `expected`:
  // how long the server's answers may take, zero if that is unknown.
  Duration wait(std::uint64_t retry, Duration previous, Duration expected, RandomStream& random) const {
    const Backoff backoff{first, factor, limit};
    switch (kind) {
      case RetryKind::fixed: return first;
      case RetryKind::exponential: return backoff.ceiling(retry);
      case RetryKind::full_jitter: return random.between({}, backoff.ceiling(retry));
      case RetryKind::equal_jitter: return backoff.draw(retry, random);
      case RetryKind::decorrelated:
        return std::min(limit, random.between(first, 3 * (previous > Duration{} ? previous : first)));
      case RetryKind::adaptive:
        return Backoff{std::max(expected > Duration{} ? expected : first, least), factor, limit}.ceiling(retry);
    }
    return first;
  }
};

}  // namespace hearsay
