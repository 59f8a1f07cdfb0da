// The part of the agenda that takes items in any order of their turns. A ladder queue (Tang, Goh, Thng 2005: "Ladder
// Queue: An O(1) Priority Queue Structure for Large-Scale Discrete Event Simulation"): what is far off lies unsorted,
// is spread over buckets of time when it comes nearer, and is sorted one bucket at a time. An insertion and a removal
// cost constant time on average whatever the number of items and the distribution of their times; a heap costs its
// depth in cache misses. Entries stay where they are; keys are sorted.
//
// Example: 100 items due at 0, 10, ..., 990 ns lie far off. The first pop makes a rung of 62 buckets of 16 ns of them,
// and sorts the bucket [0, 16): 0 and 10. Now sorted_until_ is 16, so an item due at 12 is inserted between what is
// sorted; one due at 500 goes to the bucket [496, 512), without any order; one due at 2000 lies far off again. If 100
// more are pushed for 500, that bucket has more than 64 items when its turn comes, and is spread over a nearer rung of
// 16 buckets of 1 ns. Those due at 500 are sorted together, by sequence, and the rung above goes on at 512.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/runtime/agenda_entry.hpp"

namespace hearsay {

template <class Item>
class Ladder {
 public:
  using Entry = AgendaEntry<Item>;

  // A place for an item, to be filled by the caller: it holds what was there before. Valid until the next push.
  // Requires that its turn is not before that of what was popped last.
  Item& push(Time due, std::uint64_t order) {
    const std::uint32_t slot = claim();
    slots_[slot].entry.turn.due = due;  // word by word: see Agenda::push
    slots_[slot].entry.turn.order = order;
    if (Turn{due, order} < next_turn_) next_turn_ = {due, order};
    if (due < sorted_until_)
      insert_sorted({{due, order}, slot});
    else
      insert_later({{due, order}, slot});
    return slots_[slot].entry.item;
  }

  // Of the head, last_turn if there is nothing; first_turn while nobody knows.
  const Turn& next_turn() const { return next_turn_; }
  void find_next_turn() { next_turn_ = head_ != sorted_.size() || refill() ? sorted_[head_].turn : last_turn; }

  // Requires that there is something. Valid until the next push.
  const Entry& pop() {
    if (head_ == sorted_.size()) refill();
    const std::uint32_t slot = sorted_[head_++].slot;
    if (head_ == sorted_.size()) {
      sorted_.clear();
      head_ = 0;
      next_turn_ = first_turn;
    } else {
      next_turn_ = sorted_[head_].turn;
    }
    slots_[slot].next = free_;
    free_ = slot;
    return slots_[slot].entry;
  }

  // The i-th entry from the head; null if there are not so many. Valid until the next push or pop.
  const Entry* peek(std::size_t i) {
    while (head_ + i >= sorted_.size())
      if (!refill()) return nullptr;
    return glance(i);
  }

  // --- for the processor's cache
  // The same if it is sorted already; else null.
  const Entry* glance(std::size_t i) const {
    return head_ + i < sorted_.size() ? &slots_[sorted_[head_ + i].slot].entry : nullptr;
  }
  // Sorts another bucket if not so many are sorted, and asks for the i-th from the head.
  void look_ahead(std::size_t i) {
    if (sorted_.size() - head_ <= i) refill();
    if (head_ + i < sorted_.size()) __builtin_prefetch(&slots_[sorted_[head_ + i].slot]);
  }

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  struct Key {
    Turn turn;
    std::uint32_t slot;
    bool operator<(const Key& other) const { return turn < other.turn; }
  };
  // An entry, and the next one of its bucket's `more`; or the next free one.
  struct alignas(64) Slot {
    Entry entry;
    std::uint32_t next = none;
  };
  // The items of a bucket: the slots of some, so that these can be fetched side by side, and the first of the others.
  struct Bucket {
    std::uint32_t size = 0;
    std::uint32_t more = none;
    std::array<std::uint32_t, 6> some;
  };
  // Buckets of 2^shift nanoseconds from `start` on; those before `current` are empty for good.
  struct Rung {
    Time start{};
    Time end{};  // of the last bucket
    unsigned shift = 0;
    std::size_t current = 0;
    std::vector<Bucket> buckets;

    // `due` >= start; what is due at `never` belongs to the last one.
    Bucket& bucket_of(Time due) {
      const auto bucket = static_cast<std::uint64_t>((due - start).count()) >> shift;
      return buckets[std::min(bucket, buckets.size() - 1)];
    }
    Time start_of(std::size_t bucket) const { return start + Duration(static_cast<std::int64_t>(bucket << shift)); }
    Time end_of(std::size_t bucket) const { return bucket + 1 == buckets.size() ? end : start_of(bucket + 1); }
  };

  static constexpr std::size_t sorts_at_once = 64;  // a fuller bucket is spread over a rung of its own
  static constexpr std::size_t most_sorted = 256;   // an insertion moves those behind it
  static constexpr std::size_t kept_when_spilling = 64;

  std::uint32_t claim() {
    if (free_ == none) {
      slots_.emplace_back();
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_;
    free_ = slots_[slot].next;
    return slot;
  }

  void insert_later(const Key& key) {
    for (std::size_t i = rungs_; i-- > 0;)
      if (key.turn.due < ladder_[i].end) return add(ladder_[i], key);
    far_.push_back(key);
  }

  void add(Rung& rung, const Key& key) {
    Bucket& bucket = rung.bucket_of(key.turn.due);
    if (bucket.size < bucket.some.size()) {
      bucket.some[bucket.size] = key.slot;
    } else {
      slots_[key.slot].next = bucket.more;
      bucket.more = key.slot;
    }
    ++bucket.size;
  }

  // `visit` may put the entry elsewhere.
  template <class Visit>
  void for_each(const Bucket& bucket, Visit visit) {
    for (std::uint32_t i = 0; i < bucket.size && i < bucket.some.size(); ++i)
      visit(Key{slots_[bucket.some[i]].entry.turn, bucket.some[i]});
    for (std::uint32_t slot = bucket.more; slot != none;) {
      const std::uint32_t next = slots_[slot].next;
      visit(Key{slots_[slot].entry.turn, slot});
      slot = next;
    }
  }

  void fetch(const Bucket& bucket) const {
    for (std::uint32_t i = 0; i < bucket.size && i < bucket.some.size(); ++i)
      __builtin_prefetch(&slots_[bucket.some[i]]);
  }

  void insert_sorted(const Key& key) {
    if (sorted_.size() - head_ >= spill_at_) {
      spill();
      if (key.turn.due >= sorted_until_) return insert_later(key);
    }
    sorted_.push_back(key);
    std::size_t at = sorted_.size() - 1;
    for (; at > head_ && key < sorted_[at - 1]; --at) sorted_[at] = sorted_[at - 1];
    sorted_[at] = key;
  }

  // Puts the later part of what is sorted into a rung, as insertions among many would cost too much.
  void spill() {
    auto from = sorted_.begin() + static_cast<std::ptrdiff_t>(head_ + kept_when_spilling);
    const Time instant = (from - 1)->turn.due;
    while (from != sorted_.end() && from->turn.due == instant) ++from;  // an instant stays whole
    if (from == sorted_.end()) {
      spill_at_ *= 2;
      return;
    }
    const Time start = from->turn.due;
    Rung& rung = add_rung(start, std::exchange(sorted_until_, start), static_cast<std::size_t>(sorted_.end() - from));
    for (auto it = from; it != sorted_.end(); ++it) add(rung, *it);
    sorted_.erase(from, sorted_.end());
    spill_at_ = most_sorted;
  }

  // Sorts the next bucket behind what is sorted. False if nothing is left.
  bool refill() {
    if (head_ > most_sorted && head_ * 2 > sorted_.size()) {
      sorted_.erase(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
    while (true) {
      if (rungs_ == 0) {
        if (far_.empty()) return false;
        if (bring_nearer()) return true;
      }
      Rung& rung = ladder_[rungs_ - 1];
      while (rung.current < rung.buckets.size() && rung.buckets[rung.current].size == 0) ++rung.current;
      if (rung.current == rung.buckets.size()) {
        sorted_until_ = rung.end;
        --rungs_;
        continue;
      }
      const std::size_t place = rung.current++;
      if (rung.current < rung.buckets.size()) fetch(rung.buckets[rung.current]);
      const Bucket bucket = std::exchange(rung.buckets[place], {});
      if (bucket.size <= sorts_at_once || rung.shift == 0) {
        sort(bucket, rung.end_of(place));
        return true;
      }
      spread(bucket, rung.start_of(place), rung.end_of(place));
    }
  }

  void sort(const Bucket& bucket, Time until) {
    const std::size_t before = sorted_.size();
    for_each(bucket, [this](const Key& key) { sorted_.push_back(key); });
    std::sort(sorted_.begin() + static_cast<std::ptrdiff_t>(before), sorted_.end());
    sorted_until_ = until;
    spill_at_ = most_sorted;
  }

  // Takes up what is far off, when no rung is left: true if it was so little that it is sorted, else it is a rung.
  bool bring_nearer() {
    const auto [first, last] = std::minmax_element(far_.begin(), far_.end());
    const Time start = first->turn.due;
    const Time end = last->turn.due == never ? never : last->turn.due + Duration(1);
    const bool few = far_.size() <= sorts_at_once;
    if (few) {
      std::sort(far_.begin(), far_.end());
      sorted_.insert(sorted_.end(), far_.begin(), far_.end());
      sorted_until_ = end;
      spill_at_ = most_sorted;
    } else {
      Rung& rung = add_rung(start, end, far_.size());
      for (const Key& key : far_) add(rung, key);
    }
    far_.clear();
    return few;
  }

  void spread(const Bucket& bucket, Time start, Time end) {
    Rung& rung = add_rung(start, end, bucket.size);
    for_each(bucket, [&](const Key& key) { add(rung, key); });
  }

  // Empty buckets over [start, end) for `size` items: about one each.
  Rung& add_rung(Time start, Time end, std::size_t size) {
    if (rungs_ == ladder_.size()) ladder_.emplace_back();
    Rung& rung = ladder_[rungs_++];
    const auto span = static_cast<std::uint64_t>((end - start).count());
    rung.shift = static_cast<unsigned>(std::bit_width((span - 1) / std::max<std::uint64_t>(size, 1)));
    rung.start = start;
    rung.end = end;
    rung.current = 0;
    rung.buckets.assign(((span - 1) >> rung.shift) + 1, {});
    return rung;
  }

  std::vector<Slot> slots_;
  std::uint32_t free_ = none;
  std::vector<Key> sorted_;  // from head_ on: all that is due before sorted_until_
  std::size_t head_ = 0;
  Turn next_turn_ = last_turn;
  Time sorted_until_{};
  std::size_t spill_at_ = most_sorted;
  std::vector<Rung> ladder_;  // the first rungs_ are in use; the last is the nearest
  std::size_t rungs_ = 0;
  std::vector<Key> far_;  // beyond the ladder
};

}  // namespace hearsay
