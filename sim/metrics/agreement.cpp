// Counts nodes per digest and measures the time that they differ.
#include "sim/metrics/agreement.hpp"

#include <bit>

namespace hearsay {

DigestCounts::DigestCounts(std::uint32_t nodes)
    : mask_(std::bit_ceil(std::size_t{2} * nodes + 2) - 1), slots_(mask_ + 1) {}

std::size_t DigestCounts::find(std::uint64_t digest) const {
  std::size_t slot = home(digest);
  while (slots_[slot].nodes != 0 && slots_[slot].digest != digest) slot = (slot + 1) & mask_;
  return slot;
}

void DigestCounts::add(std::uint64_t digest) {
  Slot& slot = slots_[find(digest)];
  slot.digest = digest;
  if (slot.nodes++ == 0) ++distinct_;
}

void DigestCounts::remove(std::uint64_t digest) {
  const std::size_t slot = find(digest);
  if (--slots_[slot].nodes != 0) return;
  --distinct_;
  free_slot(slot);
}

// Moves later entries of the probe sequence into the hole where they may stand (Knuth, TAOCP 6.4, algorithm R).
void DigestCounts::free_slot(std::size_t hole) {
  for (std::size_t next = (hole + 1) & mask_; slots_[next].nodes != 0; next = (next + 1) & mask_) {
    const std::size_t distance_to_home = (next - home(slots_[next].digest)) & mask_;
    if (distance_to_home < ((next - hole) & mask_)) continue;
    slots_[hole] = slots_[next];
    slots_[next].nodes = 0;
    hole = next;
  }
}

Agreement::Agreement(std::uint32_t nodes)
    : SelectiveObserver({EventKind::digest, EventKind::placed, EventKind::boot, EventKind::join, EventKind::leave,
                         EventKind::crash, EventKind::restart, EventKind::finish}),
      population_(nodes),
      counts_(nodes),
      digests_(nodes, 0) {}

void Agreement::observe(const Event& event) {
  if (event.at > instant_) close_instant(event.at);
  if (event.kind == EventKind::digest) {
    if (population_.live(event.node)) change_digest(event.node, event.id);
    return;
  }
  if (event.kind == EventKind::placed) {
    if (population_.live(event.node)) parts_.place(event, population_);
    return;
  }
  const Population::Change change = population_.fold(event);
  if (change == Population::Change::none) return;
  parts_.change(event.node, population_);
  if (change == Population::Change::went) return counts_.remove(digests_[event.node]);
  digests_[event.node] = 0;
  counts_.add(0);
}

std::uint32_t Agreement::distinct() const {
  if (parts_.differing() == 0 || counts_.distinct() > 1) return counts_.distinct();
  return parts_.most_copies(population_);
}

void Agreement::change_digest(NodeId node, std::uint64_t digest) {
  if (digests_[node] == digest) return;
  counts_.remove(digests_[node]);
  counts_.add(digest);
  digests_[node] = digest;
}

void Agreement::close_instant(Time now) {
  if (agreed() && !was_agreed_) since_ = instant_;
  was_agreed_ = agreed();
  if (counts_.distinct() > 1 || parts_.differing() > 0) diverged_ += now - instant_;
  instant_ = now;
}

}  // namespace hearsay
