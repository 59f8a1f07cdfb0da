// Reusable slots for records that many queues point at: no allocation a record once warm.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace hearsay {

template <class T>
class Slab {
 public:
  std::uint32_t put(T value) {
    if (free_.empty()) {
      slots_.push_back(std::move(value));
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = std::move(value);
    return slot;
  }
  // Valid until the next put().
  T& at(std::uint32_t slot) { return slots_[slot]; }
  const T& at(std::uint32_t slot) const { return slots_[slot]; }
  std::size_t in_use() const { return slots_.size() - free_.size(); }
  T take(std::uint32_t slot) {
    free_.push_back(slot);
    return std::move(slots_[slot]);
  }

 private:
  std::vector<T> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace hearsay
