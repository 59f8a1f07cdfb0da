// A set of small numbers that keeps only what lies above a rising floor: one bit each, from the lowest to the highest
// that it holds. Where these lie within one word of 64, as they nearly always do, the set is 16 bytes and nothing else,
// so that a node can afford several of them for each of thousands of peers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace hearsay {

class IndexSet {
 public:
  IndexSet() = default;
  IndexSet(IndexSet&& other) noexcept { swap(other); }
  IndexSet& operator=(IndexSet&& other) noexcept {
    if (has_list_ || other.has_list_) {
      IndexSet taken(std::move(other));
      swap(taken);
      return *this;
    }
    base_ = std::exchange(other.base_, 0);
    first_ = other.first_ & longest;
    word_ = std::exchange(other.word_, 0);
    return *this;
  }
  IndexSet(const IndexSet&) = delete;
  IndexSet& operator=(const IndexSet&) = delete;
  ~IndexSet() {
    if (has_list_) delete list_;
  }

  // Everything below floor() counts as contained.
  bool contains(std::uint32_t index) const { return (word(index / 64) >> (index % 64) & 1) != 0; }
  // The 64 numbers from 64 * `word` on, as bits.
  std::uint64_t word(std::uint32_t word) const { return word < base_ ? ~std::uint64_t{0} : kept(word); }
  // The same without those below the floor.
  std::uint64_t kept(std::uint32_t word) const {
    const std::uint32_t place = word - first();  // beyond every size if it lies before the first one
    return place < size() ? words()[place] : 0;
  }

  // True if it was not contained.
  bool insert(std::uint32_t index) { return insert_all(index / 64, std::uint64_t{1} << index % 64) != 0; }

  // The same for several: those whose bits are set, from 64 * `word` on. Gives those that were not contained.
  std::uint64_t insert_all(std::uint32_t word, std::uint64_t bits) {
    bits &= ~this->word(word);
    if (bits == 0) return 0;
    if (has_list_ || (word_ != 0 && word != first_)) make_room(word);
    if (has_list_) {
      (*list_)[word - first()] |= bits;
    } else {
      first_ = word & longest;
      word_ |= bits;
    }
    return bits;
  }

  // No effect below the floor.
  void erase(std::uint32_t index) {
    if (index < floor() || !contains(index)) return;
    words()[index / 64 - first()] &= ~(std::uint64_t{1} << (index % 64));
    tidy();
  }

  // Raises the floor to the multiple of 64 below `index`.
  void trim(std::uint32_t index) {
    if (index / 64 <= base_) return;
    base_ = index / 64;
    if (empty() || first() >= base_) return;
    std::fill_n(words(), std::min(base_ - first(), size()), 0);
    tidy();
  }

  std::uint32_t floor() const { return base_ * 64; }
  bool empty() const { return !has_list_ && word_ == 0; }  // nothing at or above the floor

  void clear() { *this = {}; }

 private:
  // Words first() .. first() + size(); between calls neither the first nor the last of them is 0, and a list has two.
  std::uint32_t first() const { return first_; }
  std::uint32_t size() const { return has_list_ ? static_cast<std::uint32_t>(list_->size()) : word_ != 0 ? 1 : 0; }
  const std::uint64_t* words() const { return has_list_ ? list_->data() : &word_; }
  std::uint64_t* words() { return has_list_ ? list_->data() : &word_; }

  void swap(IndexSet& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(word_, other.word_);  // or list_, of the same size
    const std::uint32_t first = first_;
    const bool has_list = has_list_;
    first_ = other.first_;
    has_list_ = other.has_list_;
    other.first_ = first & longest;
    other.has_list_ = has_list;
  }

  [[gnu::noinline]] void make_room(std::uint32_t word) {
    if (!has_list_) {
      list_ = new std::vector<std::uint64_t>(1, word_);
      has_list_ = true;
    }
    if (word < first()) {
      list_->insert(list_->begin(), first() - word, 0);
      first_ = word & longest;
    } else if (word - first() >= list_->size()) {
      list_->resize(word - first() + 1, 0);
    }
  }

  // Drops words of 0 at both ends.
  void tidy() {
    if (!has_list_) return;
    while (!list_->empty() && list_->back() == 0) list_->pop_back();
    const auto used = std::find_if(list_->begin(), list_->end(), [](std::uint64_t word) { return word != 0; });
    first_ = (first() + static_cast<std::uint32_t>(used - list_->begin())) & longest;
    list_->erase(list_->begin(), used);
    if (list_->size() > 1) return;
    const std::uint64_t rest = list_->empty() ? 0 : list_->front();
    delete list_;
    has_list_ = false;
    word_ = rest;
  }

  static constexpr std::uint32_t longest = ~std::uint32_t{0} >> 1;  // of first_; words are numbered up to 2^26

  std::uint32_t base_ = 0;        // of the floor, in words
  std::uint32_t first_ : 31 = 0;  // of the words kept
  bool has_list_ : 1 = false;
  union {
    std::uint64_t word_ = 0;  // if there is one at most
    std::vector<std::uint64_t>* list_;
  };
};

}  // namespace hearsay
