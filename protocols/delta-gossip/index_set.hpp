// A set of small numbers that keeps only what lies above a rising floor: one bit each, from the lowest to the highest
// that it holds. Where these lie within one word of 64, as they nearly always do, the set is 24 bytes and nothing else,
// so that a node can afford several of them for each of thousands of peers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace hearsay {

class IndexSet {
 public:
  // Everything below floor() counts as contained.
  bool contains(std::uint32_t index) const { return (word(index / 64) >> (index % 64) & 1) != 0; }
  // The 64 numbers from 64 * `word` on, as bits.
  std::uint64_t word(std::uint32_t word) const { return word < base_ ? ~std::uint64_t{0} : kept(word); }
  // The same without those below the floor.
  std::uint64_t kept(std::uint32_t word) const {
    const std::uint32_t place = word - first_;  // beyond every size if it lies before the first one
    return place < size() ? words()[place] : 0;
  }

  // True if it was not contained.
  bool insert(std::uint32_t index) {
    const std::uint32_t word = index / 64;
    if (contains(index)) return false;
    make_room(word);
    words()[word - first_] |= std::uint64_t{1} << (index % 64);
    return true;
  }

  // No effect below the floor.
  void erase(std::uint32_t index) {
    if (index < floor() || !contains(index)) return;
    words()[index / 64 - first_] &= ~(std::uint64_t{1} << (index % 64));
    tidy();
  }

  // Raises the floor to the multiple of 64 below `index`.
  void trim(std::uint32_t index) {
    if (index / 64 <= base_) return;
    base_ = index / 64;
    if (empty() || first_ >= base_) return;
    std::fill_n(words(), std::min(base_ - first_, size()), 0);
    tidy();
  }

  std::uint32_t floor() const { return base_ * 64; }
  bool empty() const { return size() == 0; }  // nothing at or above the floor

  void clear() { *this = {}; }

 private:
  // Words first_ .. first_ + size(); between calls neither the first nor the last of them is 0.
  std::uint32_t size() const { return many_ ? static_cast<std::uint32_t>(many_->size()) : word_ != 0 ? 1 : 0; }
  const std::uint64_t* words() const { return many_ ? many_->data() : &word_; }
  std::uint64_t* words() { return many_ ? many_->data() : &word_; }

  void make_room(std::uint32_t word) {
    if (empty()) first_ = word;
    if (word == first_) return;
    if (!many_) many_ = std::make_unique<std::vector<std::uint64_t>>(1, word_);
    if (word < first_) {
      many_->insert(many_->begin(), first_ - word, 0);
      first_ = word;
    } else if (word - first_ >= many_->size()) {
      many_->resize(word - first_ + 1, 0);
    }
  }

  // Drops words of 0 at both ends.
  void tidy() {
    if (!many_) return;
    while (!many_->empty() && many_->back() == 0) many_->pop_back();
    const auto used = std::find_if(many_->begin(), many_->end(), [](std::uint64_t word) { return word != 0; });
    first_ += static_cast<std::uint32_t>(used - many_->begin());
    many_->erase(many_->begin(), used);
    if (many_->size() > 1) return;
    word_ = many_->empty() ? 0 : many_->front();
    many_.reset();
  }

  std::uint32_t base_ = 0;   // of the floor, in words
  std::uint32_t first_ = 0;  // of the words kept
  std::uint64_t word_ = 0;   // if there is one at most
  std::unique_ptr<std::vector<std::uint64_t>> many_;
};

}  // namespace hearsay
