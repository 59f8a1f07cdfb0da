// Samples the other observers.
#include "sim/metrics/series.hpp"

#include <algorithm>

namespace hearsay {

SeriesSampler::SeriesSampler(Duration duration, const Coverage& coverage, const Agreement& agreement,
                             const Traffic& traffic)
    : SelectiveObserver({EventKind::send, EventKind::respond, EventKind::applied, EventKind::recovered,
                         EventKind::digest, EventKind::placed, EventKind::boot, EventKind::join, EventKind::leave,
                         EventKind::crash, EventKind::restart, EventKind::finish}),
      step_(std::max(Duration(1), duration / (points - 1))),
      coverage_(coverage),
      agreement_(agreement),
      traffic_(traffic) {}

Time SeriesSampler::sample(Time at) {
  while (next_ < at) {
    series_.t.push_back(seconds(next_));
    series_.up_to_date.push_back(coverage_.up_to_date());
    series_.present.push_back(coverage_.present());
    series_.distinct_states.push_back(static_cast<double>(agreement_.distinct()));
    series_.messages.push_back(static_cast<double>(traffic_.sent()));
    series_.bytes.push_back(static_cast<double>(traffic_.bytes()));
    next_ = series_.t.size() == points ? never : next_ + step_;
  }
  return next_;
}

}  // namespace hearsay
