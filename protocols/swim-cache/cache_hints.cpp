// Hinted hand-off: what an owner did not take is kept for it (Next Phase 2C; DeCandia et al. 2007, section 4.6).
#include <algorithm>
#include <utility>

#include "protocols/swim-cache/cache.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {

void Cache::keep_hints(Context& context, const Pending& pending) {
  for (const NodeId owner : pending.owners) {
    if (std::find(pending.answered.begin(), pending.answered.end(), owner) != pending.answered.end()) continue;
    Siblings& hint = hints_[owner][pending.key];
    for (const EntryPtr& entry : pending.entries) take(hint, entry);
    if (!pending.is_hint()) context.count(index(Metric::hints_kept));
  }
  arm_hints(context);
}

void Cache::arm_hints(Context& context) {
  if (hints_.empty() || std::exchange(hints_armed_, true)) return;
  context.set_timer(params_.hint_interval, timer_key(TimerPurpose::hints));
}

// Each hint is one write to one owner, which is kept again if that does not answer.
void Cache::hint_timer(Context& context) {
  hints_armed_ = false;
  std::vector<NodeId> ready;
  for (const auto& [owner, entries] : hints_)
    if (agent_.is_alive(owner)) ready.push_back(owner);
  for (const NodeId owner : ready) {
    const auto kept = std::move(hints_.extract(owner).mapped());
    for (const auto& [key, entries] : kept) try_hint(context, owner, key, entries);
  }
  arm_hints(context);
}

void Cache::try_hint(Context& context, NodeId owner, const std::string& key, const Siblings& entries) {
  Pending pending;
  pending.key = key;
  pending.entries = entries;
  pending.owners = {owner};
  pending.needed = 1;
  pending.write = true;
  const std::uint32_t number = next_number();
  pending_[number] = std::move(pending);
  context.send(owner, envelope(Put{number, entries}));
  context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, number));
}

}  // namespace hearsay::swim
