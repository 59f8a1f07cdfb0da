// Sums up the stable latencies.
#include "sim/metrics/stability.hpp"

#include <array>

namespace hearsay {

void Stability::acknowledged(WriteId write, Time invoked, Time at) {
  if (write >= writes_.size()) writes_.resize(write + std::size_t{1});
  writes_[write].invoked = invoked;
  writes_[write].acknowledged = at;
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

EverywhereLatency Stability::everywhere() const {
  const std::uint64_t known = everywhere_.count();
  const auto at = [&](double q) -> std::optional<double> {
    if (acknowledged_ == 0) return std::nullopt;
    const std::size_t index = floor_index(q, acknowledged_);
    if (index >= known) return std::nullopt;
    // the middle of the stretch of quantiles that fall on this index
    const std::array<double, 1> among_known{(static_cast<double>(index) + 0.5) / static_cast<double>(known)};
    return seconds(everywhere_.at(among_known)[0]);
  };
  return {at(0.5), at(0.9), at(0.99), at(1)};
}

}  // namespace hearsay
