// Where in a list the entry of a key stands: a hash table without a node of memory for each key, as every replica has
// several of them. Open addressing with linear probing; grows at three quarters. The keys stand in the list alone.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay {

class PlaceTable {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  // None if it is not there. `key_at(place)`: the key of what stands there.
  template <class KeyAt>
  std::uint32_t find(std::uint64_t key, KeyAt key_at) const {
    if (slots_.empty()) return none;
    const std::uint32_t tag = tag_of(key);
    for (std::size_t slot = tag & mask(); slots_[slot].place != none; slot = (slot + 1) & mask())
      if (slots_[slot].tag == tag && key_at(slots_[slot].place) == key) return slots_[slot].place;
    return none;
  }

  // Requires a key that is not there.
  void put(std::uint64_t key, std::uint32_t place) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow();
    insert({tag_of(key), place});
    ++used_;
  }

  // The table of a list that has changed: of its first `count` places.
  template <class KeyAt>
  void refill(std::uint32_t count, KeyAt key_at) {
    std::size_t room = 4;
    while (4 * std::size_t{count} > 3 * room) room *= 2;
    slots_ = std::vector<Slot>(count == 0 ? 0 : room);
    used_ = count;
    for (std::uint32_t place = 0; place < count; ++place) insert({tag_of(key_at(place)), place});
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // half of the hash of the key; its last bits say where to look first
    std::uint32_t place = none;
  };

  static std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(scatter(key)); }
  std::size_t mask() const { return slots_.size() - 1; }

  void insert(const Slot& fresh) {
    std::size_t slot = fresh.tag & mask();
    while (slots_[slot].place != none) slot = (slot + 1) & mask();
    slots_[slot] = fresh;
  }

  void grow() {
    std::vector<Slot> old(std::max<std::size_t>(4, 2 * slots_.size()));
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.place != none) insert(slot);
  }

  std::vector<Slot> slots_;  // a power of two, up to 2^32
  std::size_t used_ = 0;
};

}  // namespace hearsay
