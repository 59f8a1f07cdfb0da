// Keeps every node's copy of every part.
#include "sim/metrics/part_agreement.hpp"

#include <algorithm>
#include <set>

namespace hearsay {

std::uint32_t PartAgreement::distinct(const Part& part, const Population& population) {
  std::set<std::uint64_t> digests;
  for (const NodeId owner : part.owners.now()) {
    if (!population.live(owner)) continue;
    const auto copy = part.copies.find(owner);
    digests.insert(copy == part.copies.end() ? 0 : copy->second);
  }
  return static_cast<std::uint32_t>(digests.size());
}

void PartAgreement::update(Part& part, const Population& population) {
  const bool differs = distinct(part, population) > 1;
  if (differs == part.differs) return;
  part.differs = differs;
  differing_ += differs ? 1 : std::size_t(-1);
}

void PartAgreement::place(const Event& event, const Population& population) {
  Part& part = parts_[event.extra];
  part.owners.say(event.node, event.id != 0, *event.owners);
  if (event.id == 0)
    part.copies.erase(event.node);
  else
    part.copies[event.node] = event.id;
  update(part, population);
}

void PartAgreement::change(NodeId node, const Population& population) {
  for (auto& [id, part] : parts_) {
    part.copies.erase(node);
    const auto& owners = part.owners.now();
    const bool owned = std::find(owners.begin(), owners.end(), node) != owners.end();
    if (part.owners.silence(node) || owned) update(part, population);
  }
}

std::uint32_t PartAgreement::most_copies(const Population& population) const {
  std::uint32_t most = 0;
  for (const auto& [id, part] : parts_) most = std::max(most, distinct(part, population));
  return most;
}

}  // namespace hearsay
