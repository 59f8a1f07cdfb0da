// Where in a list the entry of a key stands: a hash table without a node of memory for each key, as every replica has
// several of them. Linear probing in which those that are farther from home go first (Celis, Larson, Munro 1985, "Robin
// Hood hashing"), so that a key that is not there is missed after a few steps; grows at three quarters, shrinks below
// an eighth. The keys stand in the list alone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace hearsay {

class PlaceTable {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  // What a key is known by, and looked for first; different keys may share one. By Fibonacci hashing (Knuth, volume 3,
  // section 6.4): keys are node ids or streams, which need no better.
  static std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(key * 0x9e3779b97f4a7c15 >> 32); }

  // None if it is not there. `key_at(place)`: the key of what stands there.
  template <class KeyAt>
  std::uint32_t find(std::uint64_t key, KeyAt key_at) const {
    if (slots_ == nullptr) return none;
    const std::uint32_t tag = tag_of(key);
    std::uint32_t slot = tag & mask_;
    for (std::uint32_t steps = 0;; ++steps, slot = after(slot)) {
      const Slot& there = slots_[slot];
      if (there.tag == tag && there.place != none && key_at(there.place) == key) return there.place;
      if (there.place == none || from_home(slot) < steps) return none;
    }
  }

  // Requires a key that is not there.
  void put(std::uint64_t key, std::uint32_t place) {
    if (4 * (used_ + std::size_t{1}) > 3 * slots()) resize(std::max(fewest, 2 * slots()));
    insert({tag_of(key), place});
    ++used_;
  }

  // What stands at `from`, under this key, stands at `to` from now on.
  void move(std::uint64_t key, std::uint32_t from, std::uint32_t to) { slots_[slot_of(key, from)].place = to; }

  // Requires that the key stands at `place`. Those behind it that are not at home move up: no marks of what was erased
  // are left to walk over.
  void erase(std::uint64_t key, std::uint32_t place) {
    std::uint32_t gap = slot_of(key, place);
    for (std::uint32_t next = after(gap); slots_[next].place != none && from_home(next) > 0; next = after(next)) {
      slots_[gap] = slots_[next];
      gap = next;
    }
    slots_[gap] = {};
    --used_;
    if (8 * std::size_t{used_} < slots() && slots() > fewest) resize(slots() / 2);
  }

  std::size_t slots() const { return slots_ == nullptr ? 0 : mask_ + std::size_t{1}; }  // 8 bytes each

 private:
  static constexpr std::size_t fewest = 4;  // slots, once there are any

  struct Slot {
    std::uint32_t tag = 0;  // tag_of() the key; its last bits say where to look first
    std::uint32_t place = none;
  };

  std::uint32_t after(std::uint32_t slot) const { return (slot + 1) & mask_; }
  std::uint32_t from_home(std::uint32_t slot) const { return (slot - slots_[slot].tag) & mask_; }

  std::uint32_t slot_of(std::uint64_t key, std::uint32_t place) const {
    std::uint32_t slot = tag_of(key) & mask_;
    while (slots_[slot].place != place) slot = after(slot);
    return slot;
  }

  void insert(Slot fresh) {
    std::uint32_t slot = fresh.tag & mask_;
    for (std::uint32_t steps = 0; slots_[slot].place != none; ++steps, slot = after(slot))
      if (const std::uint32_t its = from_home(slot); its < steps) {
        std::swap(fresh, slots_[slot]);
        steps = its;
      }
    slots_[slot] = fresh;
  }

  void resize(std::size_t slots) {
    const std::size_t before = this->slots();
    const auto old = std::exchange(slots_, std::make_unique<Slot[]>(slots));
    mask_ = static_cast<std::uint32_t>(slots - 1);
    for (std::size_t slot = 0; slot < before; ++slot)
      if (old[slot].place != none) insert(old[slot]);
  }

  std::unique_ptr<Slot[]> slots_;  // null until there is a key
  std::uint32_t mask_ = 0;         // their number, a power of two up to 2^32, less one
  std::uint32_t used_ = 0;
};

}  // namespace hearsay
