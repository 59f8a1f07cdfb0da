#include "protocols/causal-crdt/bootstrap.hpp"

#include <algorithm>
#include <utility>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/timers.hpp"

namespace hearsay::causal {

void Bootstrap::start(Context& context, std::vector<EffectPtr> effects) {
  pending_ = true;
  since_ = context.now();
  effects_ = std::move(effects);
  ask(context);
}

// One request at a time, to a random member: two that come at once need not ask the same one.
void Bootstrap::ask(Context& context) {
  const auto& members = link_.members();
  if (!members.empty())
    link_.send(context, members[static_cast<std::size_t>(context.random().below(members.size()))],
               make_message<AnyMessage>(SnapshotRequest{}));
  context.set_timer(params_.bootstrap_retry, Timers::key(TimerPurpose::bootstrap, ++requests_));
}

void Bootstrap::timer(Context& context, std::uint64_t number) {
  if (pending_ && number == requests_) ask(context);
}

Bootstrap::Deferred Bootstrap::finish(Context& context, std::uint32_t bytes) {
  pending_ = false;
  context.count(index(Metric::bootstraps));
  context.count(index(Metric::bootstrap_bytes), bytes);
  context.sample(index(Metric::bootstrap), std::max(Duration{}, context.now() - since_));
  return {std::exchange(effects_, {}), std::exchange(operations_, {})};
}

}  // namespace hearsay::causal
