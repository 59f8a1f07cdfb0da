#include "protocols/swim-cache/coordinator.hpp"

#include <algorithm>

#include "protocols/swim-cache/metrics.hpp"

namespace hearsay::swim {

// All that boot know the same members, so the first one's ring is everybody's.
void Coordinator::boot(const BootView& members) {
  HashRing& booted = shared_->booted;
  if (booted.size() == 0)
    for (std::size_t i = 0; i < members.size(); ++i) booted.add(members.ascending(members.size() - 1 - i));
  ring_ = booted;
}

bool Coordinator::change(NodeId about, MemberState state) {
  if (state == MemberState::suspect) return false;  // Serf reports joins, failures and departures alone
  return state == MemberState::alive ? ring_.add(about) : ring_.remove(about);
}

void Coordinator::measure(Context& context) const {
  context.high_water(index(Metric::ring_imbalance), ring_.imbalance());
}

bool Coordinator::owns(NodeId node, const std::string& key) const {
  const auto all = owners(key);
  return std::find(all.begin(), all.end(), node) != all.end();
}

}  // namespace hearsay::swim
