// `series`: the state of the run on a grid of at most 500 points, t_k = k * step. The value at t_k is what stands after
// all events up to and including t_k.
#pragma once

#include "sim/metrics/agreement.hpp"
#include "sim/metrics/coverage.hpp"
#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/traffic.hpp"

namespace hearsay {

// Attach it before the observers that it samples: it takes a sample at the first event past a point.
class SeriesSampler final : public SelectiveObserver {
 public:
  static constexpr std::int64_t points = 500;

  // `duration`: the longest that the run can take.
  SeriesSampler(Duration duration, const Coverage& coverage, const Agreement& agreement, const Traffic& traffic);

  void observe(const Event& event) override {
    if (event.at > next_) [[unlikely]]
      sample(event.at);
    if (event.kind == EventKind::finish) sample(event.at + Duration(1));
  }
  bool samples() const override { return true; }
  Time sample(Time at) override;

  const Series& series() const { return series_; }

 private:
  Duration step_;
  Time next_{};
  const Coverage& coverage_;
  const Agreement& agreement_;
  const Traffic& traffic_;
  Series series_;
};

}  // namespace hearsay
