#include "protocols/swim-cache/member_events.hpp"

#include <utility>

#include "protocols/swim-cache/metrics.hpp"

namespace hearsay::swim {

void MemberEvents::announce(Context& context, NodeId about, MemberState state) {
  if (clock_.coalesces()) announced_[about] = state;
  listener_(context, about, state);
}

void MemberEvents::changed(Context& context, NodeId about, MemberState state) {
  if (!clock_.coalesces()) return announce(context, about, state);
  if (waiting_.contains(about)) context.count(index(Metric::members_coalesced));
  waiting_[about] = state;
  clock_.added(context, TimerPurpose::coalesce_members);
}

// A member that is as it was said to be last causes no event.
void MemberEvents::timer(Context& context, std::uint32_t number) {
  if (!clock_.is_due(number)) return;
  for (const auto& [about, state] : std::exchange(waiting_, {})) {
    const auto it = announced_.find(about);
    if (it != announced_.end() ? it->second == state : booted_.contains(about) && state == MemberState::alive)
      context.count(index(Metric::members_coalesced));
    else
      announce(context, about, state);
  }
}

}  // namespace hearsay::swim
