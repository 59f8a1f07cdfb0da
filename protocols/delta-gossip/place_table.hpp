// Where in a list the entry of a key stands: a hash table without a node of memory for each key, as every replica has
// several of them. Open addressing with linear probing; grows at three quarters.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay {

// The highest Key is never a key.
template <class Key>
class PlaceTable {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t find(Key key) const {  // none if it is not there
    return slots_.empty() ? none : slots_[slot_of(key)].place;
  }

  // Requires a key that is not there.
  void put(Key key, std::uint32_t place) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow();
    slots_[slot_of(key)] = {key, place};
    ++used_;
  }

  void clear() { *this = {}; }

 private:
  static constexpr Key free = static_cast<Key>(~Key{0});
  struct Slot {
    Key key = free;
    std::uint32_t place = none;
  };

  // Its slot, or the free one where it belongs.
  std::size_t slot_of(Key key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = static_cast<std::size_t>(scatter(key)) & mask;
    while (slots_[slot].key != key && slots_[slot].key != free) slot = (slot + 1) & mask;
    return slot;
  }

  void grow() {
    std::vector<Slot> old(std::max<std::size_t>(4, 2 * slots_.size()));
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.key != free) slots_[slot_of(slot.key)] = slot;
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace hearsay
