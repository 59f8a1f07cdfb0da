// A set of small numbers that keeps only what lies above a rising floor: one bit each from there on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace hearsay {

class IndexSet {
 public:
  // Everything below floor() counts as contained.
  bool contains(std::uint32_t index) const {
    if (index < floor()) return true;
    const std::size_t word = index / 64 - base_;
    return word < words_.size() && (words_[word] >> (index % 64) & 1) != 0;
  }

  // True if it was not contained.
  bool insert(std::uint32_t index) {
    if (contains(index)) return false;
    const std::size_t word = index / 64 - base_;
    if (word >= words_.size()) words_.resize(word + 1, 0);
    words_[word] |= std::uint64_t{1} << (index % 64);
    return true;
  }

  // No effect below the floor.
  void erase(std::uint32_t index) {
    if (index < floor()) return;
    const std::size_t word = index / 64 - base_;
    if (word < words_.size()) words_[word] &= ~(std::uint64_t{1} << (index % 64));
  }

  // Raises the floor to the multiple of 64 below `index`.
  void trim(std::uint32_t index) {
    const std::uint32_t base = index / 64;
    if (base <= base_) return;
    words_.erase(words_.begin(), words_.begin() + std::min<std::ptrdiff_t>(base - base_, std::ssize(words_)));
    base_ = base;
  }

  std::uint32_t floor() const { return base_ * 64; }

  void clear() { *this = {}; }

 private:
  std::uint32_t base_ = 0;  // in words
  std::vector<std::uint64_t> words_;
};

}  // namespace hearsay
