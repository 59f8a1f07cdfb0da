// The agenda of the simulation: items ordered by (due time, order of insertion), in a 4-ary heap, which touches fewer
// cache lines than a binary one.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/time.hpp"

namespace hearsay {

template <class Item>
class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  Time next_due() const { return heap_.front().due; }  // requires !empty()
  const Item& next() const { return heap_.front().item; }

  void push(Time due, Item item) {
    heap_.push_back({due, sequence_++, std::move(item)});
    sift_up(heap_.size() - 1);
  }

  // Requires !empty().
  Item pop() {
    Item item = std::move(heap_.front().item);
    heap_.front() = std::move(heap_.back());
    heap_.pop_back();
    if (heap_.size() > 1) sift_down();
    return item;
  }

 private:
  struct Entry {
    Time due;
    std::uint64_t sequence;
    Item item;
    bool before(const Entry& other) const { return due != other.due ? due < other.due : sequence < other.sequence; }
  };

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

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace hearsay
