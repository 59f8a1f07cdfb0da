// Sums up the stable latencies.
#include "sim/metrics/stability.hpp"

#include <array>

namespace hearsay {

void Stability::acknowledged(WriteId write, Time at) {
  if (write >= waiting_since_.size()) waiting_since_.resize(write + 1, never);
  waiting_since_[write] = at;
  pending_.push_back(write);
  reached_.push_back(write);  // it may be visible everywhere already
  ++acknowledged_;
}

StableLatency Stability::summary() const {
  StableLatency result;
  result.never_stable = acknowledged_ - latencies_.count();
  if (latencies_.count() == 0) return result;
  static constexpr std::array<double, 5> qs{0, 0.5, 0.95, 0.99, 1};
  const std::vector<Duration> values = latencies_.at(qs);
  result.p0 = seconds(values[0]);
  result.p50 = seconds(values[1]);
  result.p95 = seconds(values[2]);
  result.p99 = seconds(values[3]);
  result.p100 = seconds(values[4]);
  return result;
}

}  // namespace hearsay
