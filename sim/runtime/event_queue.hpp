// The agenda of the simulation: items ordered by (due time, order of insertion). A ladder queue (Tang, Goh, Thng 2005:
// "Ladder Queue: An O(1) Priority Queue Structure for Large-Scale Discrete Event Simulation"): what is far off lies
// unsorted, is spread over buckets of time when it comes nearer, and is sorted a bucket at a time. An insertion and a
// removal cost constant time on average whatever the number of items and the distribution of their times; a heap costs
// its depth in cache misses.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
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
  };

  // Requires that nothing is pushed that is due before what was popped last.
  void push(Time due, Item item) { insert(due, sequence_++, std::move(item)); }

  // After whatever else is due at the same instant, also what is pushed later; among these in order of `rank` (< 2^63).
  void push_last(Time due, std::uint64_t rank, Item item) { insert(due, rank | after_all_others, std::move(item)); }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // The i-th item from the head; null if there are not so many. Valid until the next push or pop.
  const Entry* look_ahead(std::size_t i) {
    while (head_ + i >= sorted_.size())
      if (!refill()) return nullptr;
    return &slots_[sorted_[head_ + i].slot].entry;
  }

  // Requires !empty(); also next_due().
  const Entry& next() { return *look_ahead(0); }
  Time next_due() {
    if (head_ == sorted_.size()) refill();
    return sorted_[head_].due;
  }

  // Requires !empty().
  Entry pop() {
    if (head_ == sorted_.size()) refill();
    const std::uint32_t slot = sorted_[head_++].slot;
    if (head_ == sorted_.size()) {
      sorted_.clear();
      head_ = 0;
    }
    Entry entry = std::move(slots_[slot].entry);
    slots_[slot].next = free_;
    free_ = slot;
    --size_;
    return entry;
  }

 private:
  // A place in `slots_`; items wait in lists linked by `next` until they are sorted.
  static constexpr std::uint32_t none = 0xffffffff;
  struct Slot {
    Entry entry;
    std::uint32_t next = none;
  };
  struct List {
    std::uint32_t first = none;
    std::uint32_t size = 0;
  };
  struct Key {
    Time due;
    std::uint64_t sequence;
    std::uint32_t slot;
    bool operator<(const Key& other) const { return due != other.due ? due < other.due : sequence < other.sequence; }
  };
  // Buckets of 2^shift nanoseconds from `start` on; those before `current` are empty for good.
  struct Rung {
    Time start{};
    Time end{};  // of the last bucket
    unsigned shift = 0;
    std::size_t current = 0;
    std::vector<List> buckets;

    // `due` >= start; what is due at `never` belongs to the last one.
    List& bucket_of(Time due) {
      const auto bucket = static_cast<std::uint64_t>((due - start).count()) >> shift;
      return buckets[std::min(bucket, buckets.size() - 1)];
    }
    Time end_of(std::size_t bucket) const {
      return bucket + 1 == buckets.size() ? end : start + Duration(static_cast<std::int64_t>((bucket + 1) << shift));
    }
  };

  static constexpr std::uint64_t after_all_others = std::uint64_t{1} << 63;
  static constexpr std::size_t sorts_at_once = 64;  // a fuller bucket is spread over a rung of its own
  static constexpr std::size_t most_sorted = 256;   // an insertion moves those behind it
  static constexpr std::size_t kept_when_spilling = 64;

  void insert(Time due, std::uint64_t sequence, Item item) {
    const std::uint32_t slot = put({due, sequence, std::move(item)});
    ++size_;
    if (due < sorted_until_)
      insert_sorted({due, sequence, slot});
    else
      prepend(list_for(due), slot);
  }

  std::uint32_t put(Entry entry) {
    if (free_ == none) {
      slots_.push_back({std::move(entry), none});
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_;
    free_ = slots_[slot].next;
    slots_[slot].entry = std::move(entry);
    return slot;
  }

  List& list_for(Time due) {
    for (std::size_t i = rungs_; i-- > 0;)
      if (due < ladder_[i].end) return ladder_[i].bucket_of(due);
    return far_;
  }

  void prepend(List& list, std::uint32_t slot) {
    slots_[slot].next = list.first;
    list.first = slot;
    ++list.size;
  }

  void insert_sorted(const Key& key) {
    if (sorted_.size() - head_ >= spill_at_) {
      spill();
      if (key.due >= sorted_until_) return prepend(list_for(key.due), key.slot);
    }
    sorted_.push_back(key);
    std::size_t at = sorted_.size() - 1;
    for (; at > head_ && key < sorted_[at - 1]; --at) sorted_[at] = sorted_[at - 1];
    sorted_[at] = key;
  }

  // Puts the later part of what is sorted into a rung, as insertions among many would cost too much.
  void spill() {
    auto from = sorted_.begin() + static_cast<std::ptrdiff_t>(head_ + kept_when_spilling);
    const Time instant = (from - 1)->due;
    while (from != sorted_.end() && from->due == instant) ++from;  // an instant stays whole
    if (from == sorted_.end()) {
      spill_at_ *= 2;
      return;
    }
    List moved;
    for (auto it = from; it != sorted_.end(); ++it) prepend(moved, it->slot);
    const Time start = from->due;
    sorted_.erase(from, sorted_.end());
    add_rung(moved, start, std::exchange(sorted_until_, start));
    spill_at_ = most_sorted;
  }

  // Sorts the next bucket behind what is sorted. False if nothing is left.
  bool refill() {
    if (head_ > most_sorted && head_ * 2 > sorted_.size()) {
      sorted_.erase(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
    while (true) {
      if (rungs_ == 0 && !spread_far()) return false;
      if (rungs_ == 0) return true;
      Rung& rung = ladder_[rungs_ - 1];
      while (rung.current < rung.buckets.size() && rung.buckets[rung.current].size == 0) ++rung.current;
      if (rung.current == rung.buckets.size()) {
        sorted_until_ = rung.end;
        --rungs_;
        continue;
      }
      const std::size_t bucket = rung.current++;
      const List list = std::exchange(rung.buckets[bucket], {});
      const Time end = rung.end_of(bucket);
      if (list.size > sorts_at_once && rung.shift > 0) {
        add_rung(list, rung.start + Duration(static_cast<std::int64_t>(bucket << rung.shift)), end);
        continue;
      }
      sort(list, end);
      return true;
    }
  }

  void sort(const List& list, Time until) {
    const std::size_t before = sorted_.size();
    for (std::uint32_t slot = list.first; slot != none; slot = slots_[slot].next)
      sorted_.push_back({slots_[slot].entry.due, slots_[slot].entry.sequence, slot});
    std::sort(sorted_.begin() + static_cast<std::ptrdiff_t>(before), sorted_.end());
    sorted_until_ = until;
    spill_at_ = most_sorted;
  }

  // Requires that no rung is left. Few items are sorted at once, and then there is no rung still.
  bool spread_far() {
    const List list = std::exchange(far_, {});
    if (list.size == 0) return false;
    Time first = never, last{};
    for (std::uint32_t slot = list.first; slot != none; slot = slots_[slot].next) {
      first = std::min(first, slots_[slot].entry.due);
      last = std::max(last, slots_[slot].entry.due);
    }
    const Time end = last == never ? never : last + Duration(1);
    if (list.size <= sorts_at_once)
      sort(list, end);
    else
      add_rung(list, first, end);
    return true;
  }

  // Buckets for `list`, which lies in [start, end): about two items each.
  void add_rung(const List& list, Time start, Time end) {
    if (rungs_ == ladder_.size()) ladder_.emplace_back();
    Rung& rung = ladder_[rungs_++];
    const auto span = static_cast<std::uint64_t>((end - start).count());
    const std::uint64_t wanted = std::max<std::uint64_t>(list.size / 2, 1);
    rung.shift = static_cast<unsigned>(std::bit_width((span - 1) / wanted));
    rung.start = start;
    rung.end = end;
    rung.current = 0;
    rung.buckets.assign(((span - 1) >> rung.shift) + 1, {});
    for (std::uint32_t slot = list.first; slot != none;) {
      const std::uint32_t next = slots_[slot].next;
      prepend(rung.bucket_of(slots_[slot].entry.due), slot);
      slot = next;
    }
  }

  std::vector<Slot> slots_;
  std::uint32_t free_ = none;
  std::vector<Key> sorted_;  // from head_ on: all that is due before sorted_until_
  std::size_t head_ = 0;
  Time sorted_until_{};
  std::size_t spill_at_ = most_sorted;
  std::vector<Rung> ladder_;  // the first rungs_ are in use; the last is the nearest
  std::size_t rungs_ = 0;
  List far_;  // beyond the ladder
  std::size_t size_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace hearsay
