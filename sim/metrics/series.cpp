// Samples the other observers.
#include "sim/metrics/series.hpp"

#include <algorithm>
#include <limits>

namespace hearsay {

SeriesSampler::SeriesSampler(Duration duration, const Coverage& coverage, const Agreement& agreement,
                             const Traffic& traffic, const Clients& clients, const MembershipViews& views)
    : SelectiveObserver({EventKind::send, EventKind::respond, EventKind::applied, EventKind::recovered,
                         EventKind::digest, EventKind::placed, EventKind::boot, EventKind::join, EventKind::leave,
                         EventKind::crash, EventKind::restart, EventKind::member, EventKind::finish}),
      step_(std::max(Duration(1), duration / (points - 1))),
      coverage_(coverage),
      agreement_(agreement),
      traffic_(traffic),
      clients_(clients),
      views_(views) {}

// Mean over the operations that were answered since it was last asked for; NaN if there were none.
double SeriesSampler::latency() {
  const std::uint64_t answered = clients_.answered() - answered_;
  const Duration waited = clients_.waited() - waited_;
  answered_ += answered;
  waited_ += waited;
  return answered == 0 ? std::numeric_limits<double>::quiet_NaN() : seconds(waited) / static_cast<double>(answered);
}

Time SeriesSampler::sample(Time at) {
  while (next_ < at) {
    series_.t.push_back(seconds(next_));
    series_.up_to_date.push_back(coverage_.up_to_date());
    series_.present.push_back(coverage_.present());
    series_.distinct_states.push_back(static_cast<double>(agreement_.distinct()));
    series_.messages.push_back(static_cast<double>(traffic_.sent()));
    series_.bytes.push_back(static_cast<double>(traffic_.bytes()));
    series_.client_latency_s.push_back(latency());
    series_.views.push_back(static_cast<double>(views_.distinct()));
    next_ = series_.t.size() == points ? never : next_ + step_;
  }
  return next_;
}

}  // namespace hearsay
