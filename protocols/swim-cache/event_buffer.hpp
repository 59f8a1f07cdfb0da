// Which events of a cluster a node has seen, as Serf does it: a ring of the last Lamport times. What is older than the
// ring is not told from what was seen.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "protocols/swim-cache/clocks.hpp"

namespace hearsay {

// `Event` has `std::uint64_t time` (Lamport, from 1) and `std::uint64_t id`.
template <class Event>
class EventBuffer {
 public:
  using Pointer = std::shared_ptr<const Event>;
  enum class Verdict : std::uint8_t { fresh, repeated, too_old };

  // Requires size >= 1.
  explicit EventBuffer(std::size_t size) : slots_(size) {}

  // What happened before this is not taken.
  void begin_at(std::uint64_t time) { floor_ = time; }

  Verdict add(const Pointer& event) {
    clock_.witness(event->time);
    if (event->time < floor_ || event->time + slots_.size() < clock_.time()) return Verdict::too_old;
    auto& slot = slots_[static_cast<std::size_t>(event->time % slots_.size())];
    if (!slot.empty() && slot.front()->time > event->time) return Verdict::too_old;
    if (!slot.empty() && slot.front()->time < event->time) slot.clear();
    const auto place = std::lower_bound(slot.begin(), slot.end(), event->id,
                                        [](const Pointer& known, std::uint64_t id) { return known->id < id; });
    if (place != slot.end() && (*place)->id == event->id) return Verdict::repeated;
    slot.insert(place, event);
    return Verdict::fresh;
  }

  LamportClock& clock() { return clock_; }
  const LamportClock& clock() const { return clock_; }

  // All that it holds, the oldest time first.
  std::vector<Pointer> events() const {
    std::vector<Pointer> all;
    for (const auto& slot : slots_) all.insert(all.end(), slot.begin(), slot.end());
    std::stable_sort(all.begin(), all.end(), [](const Pointer& a, const Pointer& b) { return a->time < b->time; });
    return all;
  }

 private:
  std::vector<std::vector<Pointer>> slots_;  // each of one time, by id
  LamportClock clock_;
  std::uint64_t floor_ = 0;
};

}  // namespace hearsay
