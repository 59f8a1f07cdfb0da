// The agenda of the simulation: items ordered by (due time, order of insertion). A 4-ary heap, which touches fewer
// cache lines than a binary one, and before it the items that have been looked at already, in order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "sim/core/time.hpp"

namespace hearsay {

template <class Item>
class EventQueue {
 public:
  struct Entry {
    Time due;
    std::uint64_t sequence;
    Item item;
    bool before(const Entry& other) const { return due != other.due ? due < other.due : sequence < other.sequence; }
  };

  bool empty() const { return front_.empty() && heap_.empty(); }

  // Requires !empty().
  const Entry& next() const { return front_.empty() ? heap_.front() : front_.front(); }

  void push(Time due, Item item) { insert({due, sequence_++, std::move(item)}); }

  // After whatever else is due at the same instant, also what is pushed later; among these in order of `rank` (< 2^63).
  void push_last(Time due, std::uint64_t rank, Item item) { insert({due, rank | after_all_others, std::move(item)}); }

  // Requires !empty().
  Entry pop() {
    if (front_.empty()) return pop_heap();
    Entry entry = std::move(front_.front());
    front_.pop_front();
    return entry;
  }

  // The i-th item from the head, for looking ahead; null if there are not so many. Requires that all before it have
  // been looked at.
  const Entry* look_ahead(std::size_t i) {
    if (i < front_.size()) return &front_[i];
    if (heap_.empty()) return nullptr;
    front_.push_back(pop_heap());
    return &front_.back();
  }

 private:
  void insert(Entry entry) {
    if (!front_.empty() && entry.before(front_.back())) {
      const auto place = std::upper_bound(front_.begin(), front_.end(), entry,
                                          [](const Entry& a, const Entry& b) { return a.before(b); });
      front_.insert(place, std::move(entry));
      return;
    }
    heap_.push_back(std::move(entry));
    sift_up(heap_.size() - 1);
  }

  Entry pop_heap() {
    Entry entry = std::move(heap_.front());
    heap_.front() = std::move(heap_.back());
    heap_.pop_back();
    if (heap_.size() > 1) sift_down();
    return entry;
  }

  void sift_up(std::size_t at) {
    Entry entry = std::move(heap_[at]);
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!entry.before(heap_[parent])) break;
      heap_[at] = std::move(heap_[parent]);
      at = parent;
    }
    heap_[at] = std::move(entry);
  }

  void sift_down() {
    const std::size_t size = heap_.size();
    Entry entry = std::move(heap_.front());
    std::size_t at = 0;
    for (std::size_t child = 1; child < size; child = 4 * at + 1) {
      const std::size_t end = child + 4 < size ? child + 4 : size;
      std::size_t least = child;
      for (std::size_t i = child + 1; i < end; ++i)
        if (heap_[i].before(heap_[least])) least = i;
      if (!heap_[least].before(entry)) break;
      heap_[at] = std::move(heap_[least]);
      at = least;
    }
    heap_[at] = std::move(entry);
  }

  static constexpr std::uint64_t after_all_others = std::uint64_t{1} << 63;

  std::vector<Entry> heap_;
  std::deque<Entry> front_;
  std::uint64_t sequence_ = 0;
};

}  // namespace hearsay
