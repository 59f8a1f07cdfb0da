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

bool Coordinator::assign(const std::vector<NodeId>& members) {
  bool changed = false;
  for (const NodeId node : ring_.members())
    if (!std::binary_search(members.begin(), members.end(), node)) changed = ring_.remove(node) || changed;
  for (const NodeId node : members) changed = ring_.add(node) || changed;
  return changed;
}

bool Coordinator::set_replicas(std::uint32_t replicas) { return std::exchange(replicas_, replicas) != replicas; }

// Another number of copies than at first brings majorities with it.
std::uint32_t Coordinator::write_quorum() const {
  return replicas_ == params_.replicas ? params_.write_quorum : replicas_ / 2 + 1;
}

std::uint32_t Coordinator::read_quorum() const {
  return replicas_ == params_.replicas ? params_.read_quorum : replicas_ / 2 + 1;
}

void Coordinator::measure(Context& context) const {
  context.high_water(index(Metric::ring_imbalance), ring_.imbalance());
}

bool Coordinator::owns(NodeId node, const std::string& key) const {
  const auto all = owners(key);
  return std::find(all.begin(), all.end(), node) != all.end();
}

}  // namespace hearsay::swim
