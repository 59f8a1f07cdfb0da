// The part of the agenda that takes items in any order of their turns. A ladder queue (Tang, Goh, Thng 2005: "Ladder
// Queue: An O(1) Priority Queue Structure for Large-Scale Discrete Event Simulation"): what is far off lies unsorted,
// is spread over buckets of time when it comes nearer, and is sorted one bucket at a time. An insertion and a removal
// cost constant time on average whatever the number of items and the distribution of their times; a heap costs its
// depth in cache misses. Entries stay where they are and are looked at twice, when they are pushed and when their turn
// comes; what is moved and sorted in between are keys. Unlike in the paper, buckets are made narrow enough also for
// what will be pushed into them, judging by the pace of what was taken off.
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

#include "sim/agenda/agenda_entry.hpp"
#include "sim/agenda/ladder_buckets.hpp"

namespace hearsay {

template <class Item>
class Ladder {
 public:
  using Entry = AgendaEntry<Item>;

  // A place for an item, to be filled by the caller: it holds what was there before. Valid until the next push.
  // Requires that its turn is not before that of what was popped last.
  Item& push(Time due, std::uint64_t order) {
    const std::uint32_t slot = claim();
    ++size_;
    slots_[slot].entry.turn.due = due;  // word by word: see Agenda::push
    slots_[slot].entry.turn.order = order;
    if (Turn{due, order} < next_turn_) next_turn_ = {due, order};
    if (due < sorted_until_)
      insert_sorted({due, slot});
    else
      insert_later({due, slot});
    return slots_[slot].entry.item;
  }

  // Of the head, last_turn if there is nothing; first_turn while nobody knows.
  const Turn& next_turn() const { return next_turn_; }
  void find_next_turn() { next_turn_ = head_ != sorted_.size() || refill() ? turn_of(sorted_[head_]) : last_turn; }

  // Requires that there is something. Valid until the next push.
  const Entry& pop() {
    if (head_ == sorted_.size()) refill();
    const std::uint32_t slot = sorted_[head_++].slot;
    --size_;
    ++taken_;
    if (head_ == sorted_.size()) {
      sorted_.clear();
      head_ = 0;
      next_turn_ = first_turn;
    } else {
      next_turn_ = turn_of(sorted_[head_]);
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
  using Key = LadderKey;
  using Bucket = LadderBuckets::Bucket;
  // An entry, and the next free one.
  struct alignas(64) Slot {
    Entry entry;
    std::uint32_t next = none;
  };
  // Buckets of 2^shift nanoseconds from `start` on; those before `current` are empty for good.
  struct Rung {
    Time start{};
    Time end{};  // of the last bucket
    unsigned shift = 0;
    std::size_t current = 0;
    std::size_t count = 0;
    std::vector<Bucket> buckets;  // the first `count` are in use, and all others are empty

    // `due` >= start; what is due at `never` belongs to the last one.
    Bucket& bucket_of(Time due) {
      const auto bucket = static_cast<std::uint64_t>((due - start).count()) >> shift;
      return buckets[std::min(bucket, count - 1)];
    }
    Time start_of(std::size_t bucket) const { return start + Duration(static_cast<std::int64_t>(bucket << shift)); }
    Time end_of(std::size_t bucket) const { return bucket + 1 == count ? end : start_of(bucket + 1); }
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

  const Turn& turn_of(const Key& key) const { return slots_[key.slot].entry.turn; }
  bool before(const Key& a, const Key& b) const {
    if (a.due == b.due) [[unlikely]]
      return turn_of(a).order < turn_of(b).order;
    return a.due < b.due;
  }

  void insert_later(const Key& key) {
    for (std::size_t i = rungs_; i-- > 0;)
      if (key.due < ladder_[i].end) return keys_.add(ladder_[i].bucket_of(key.due), key);
    far_.push_back(key);
  }

  void insert_sorted(const Key& key) {
    if (sorted_.size() - head_ >= spill_at_) {
      spill();
      if (key.due >= sorted_until_) return insert_later(key);
    }
    sorted_.push_back(key);
    std::size_t at = sorted_.size() - 1;
    for (; at > head_ && before(key, sorted_[at - 1]); --at) sorted_[at] = sorted_[at - 1];
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
    const Time start = from->due;
    Rung& rung = add_rung(start, std::exchange(sorted_until_, start), static_cast<std::size_t>(sorted_.end() - from));
    for (auto it = from; it != sorted_.end(); ++it) keys_.add(rung.bucket_of(it->due), *it);
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
      while (rung.current < rung.count && rung.buckets[rung.current].size == 0) ++rung.current;
      if (rung.current == rung.count) {
        sorted_until_ = rung.end;
        --rungs_;
        continue;
      }
      const std::size_t place = rung.current++;
      Bucket& bucket = rung.buckets[place];
      if (bucket.size <= sorts_at_once || rung.shift == 0) {
        sort(bucket, rung.end_of(place));
        return true;
      }
      spread(bucket, rung.start_of(place), rung.end_of(place));
    }
  }

  void sort(Bucket& bucket, Time until) {
    const auto sorted = static_cast<std::ptrdiff_t>(sorted_.size());
    keys_.take_all(bucket, [this](const Key& key) { sorted_.push_back(key); });
    sort(sorted_.begin() + sorted, sorted_.end());
    sorted_until_ = until;
    spill_at_ = most_sorted;
  }

  using Keys = std::vector<Key>;
  void sort(typename Keys::iterator first, typename Keys::iterator last) {
    std::sort(first, last, [this](const Key& a, const Key& b) { return before(a, b); });
  }

  // Takes up what is far off, when no rung is left: true if it was so little that it is sorted, else it is a rung.
  bool bring_nearer() {
    const auto [first, last] = std::ranges::minmax_element(far_, {}, &Key::due);
    const Time start = first->due;
    const Time end = last->due == never ? never : last->due + Duration(1);
    const bool few = far_.size() <= sorts_at_once;
    if (few) {
      sort(far_.begin(), far_.end());
      sorted_.insert(sorted_.end(), far_.begin(), far_.end());
      sorted_until_ = end;
      spill_at_ = most_sorted;
    } else {
      Rung& rung = add_rung(start, end, far_.size());
      for (const Key& key : far_) keys_.add(rung.bucket_of(key.due), key);
    }
    far_.clear();
    return few;
  }

  void spread(Bucket& of_rung, Time start, Time end) {
    Bucket bucket = std::exchange(of_rung, {});  // the rungs may move
    Rung& rung = add_rung(start, end, bucket.size);
    keys_.take_all(bucket, [&](const Key& key) { keys_.add(rung.bucket_of(key.due), key); });
  }

  // How many items will be due in [start, end) if they come as fast as they were taken off lately. At most four times
  // those that are there, or as many if these are very many: a pace says little of a long span, and buckets are memory.
  std::size_t expected(Time start, Time end) {
    if (start > paced_from_) {
      pace_ = static_cast<double>(std::exchange(taken_, 0)) / static_cast<double>((start - paced_from_).count());
      paced_from_ = start;
    }
    const std::size_t most = std::max(size_, std::min(4 * size_, std::size_t{1} << 17));
    return static_cast<std::size_t>(
        std::min(pace_ * static_cast<double>((end - start).count()), static_cast<double>(most)));
  }

  // Empty buckets over [start, end) for `size` items and those that will come: about one each.
  Rung& add_rung(Time start, Time end, std::size_t size) {
    if (rungs_ == ladder_.size()) ladder_.emplace_back();
    Rung& rung = ladder_[rungs_++];
    const auto span = static_cast<std::uint64_t>((end - start).count());
    rung.shift =
        static_cast<unsigned>(std::bit_width((span - 1) / std::max({std::size_t{1}, size, expected(start, end)})));
    rung.start = start;
    rung.end = end;
    rung.current = 0;
    rung.count = ((span - 1) >> rung.shift) + 1;
    if (rung.buckets.size() < rung.count) rung.buckets.resize(rung.count);
    return rung;
  }

  std::vector<Slot> slots_;
  std::uint32_t free_ = none;
  Keys sorted_;  // from head_ on: all that is due before sorted_until_
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::size_t taken_ = 0;  // since paced_from_
  Time paced_from_{};
  double pace_ = 0;  // items taken per nanosecond, before that
  Turn next_turn_ = last_turn;
  Time sorted_until_{};
  std::size_t spill_at_ = most_sorted;
  LadderBuckets keys_;
  std::vector<Rung> ladder_;  // the first rungs_ are in use; the last is the nearest
  std::size_t rungs_ = 0;
  Keys far_;  // beyond the ladder
};

}  // namespace hearsay
