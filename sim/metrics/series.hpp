// `series`: the state of the run on a grid of at most 500 points, t_k = k * step. The value at t_k is what stands after
// all events up to and including t_k; a latency is of what was answered since the point before.
#pragma once

#include "sim/metrics/agreement.hpp"
#include "sim/metrics/clients.hpp"
#include "sim/metrics/coverage.hpp"
#include "sim/metrics/kinds.hpp"
#include "sim/metrics/membership.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/traffic.hpp"

namespace hearsay {

// Attach it before the observers that it samples: it takes a sample at the first event past a point.
class SeriesSampler final : public SelectiveObserver {
 public:
  static constexpr std::int64_t points = 500;

  // `duration`: the longest that the run can take.
  SeriesSampler(Duration duration, const Coverage& coverage, const Agreement& agreement, const Traffic& traffic,
                const Clients& clients, const MembershipViews& views);

  void observe(const Event& event) override {
    if (event.at > next_) [[unlikely]]
      sample(event.at);
    if (event.kind == EventKind::finish) sample(event.at + Duration(1));
  }
  bool samples() const override { return true; }
  Time sample(Time at) override;

  // With `views`, whether the protocol has members or not.
  const Series& series() const { return series_; }

 private:
  double latency();

  Duration step_;
  Time next_{};
  const Coverage& coverage_;
  const Agreement& agreement_;
  const Traffic& traffic_;
  const Clients& clients_;
  const MembershipViews& views_;
  std::uint64_t answered_ = 0;  // up to the point before
  Duration waited_{};
  Series series_;
};

}  // namespace hearsay
