// What is put on the agenda with the same delay is due in the order in which it was put there: the latency of a star,
// the period of a timer. So each of the commonest delays has a lane, a queue in which nothing is ever sorted or moved,
// and whose entries lie in memory in the order of their turns. A delay gets a lane when it is that of 4 among a sample
// of 256 items that found none; the others belong to the ladder.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sim/agenda/agenda_entry.hpp"

namespace hearsay {

template <class Item>
class Lane {
 public:
  using Entry = AgendaEntry<Item>;

  // The item is to be filled by the caller. Requires that turns ascend.
  Item& push(Time due, std::uint64_t order) {
    if (size_ == most_) [[unlikely]]
      grow();
    ++size_;
    Entry* const entry = tail_;
    tail_ = after(entry);
    tail_->turn = last_turn;
    entry->turn.due = due;  // word by word: see Agenda::push
    entry->turn.order = order;
    return entry->item;
  }

  std::size_t size() const { return size_; }
  // Of the first entry; last_turn if there is none. Requires that something was pushed once.
  const Turn& turn() const { return head_->turn; }

  // Of the entry there, or of what lay there before if it is empty.
  const Item& next() const { return head_->item; }

  // The i-th entry from the first; null if there are not so many. Valid until the next push.
  const Entry* peek(std::size_t i) const {
    if (i >= size_) return nullptr;
    const Entry* const entry = head_ + i;
    return entry < end_ ? entry : entry - (most_ + 1);
  }

  // Requires that it is not empty. Valid until the next push.
  const Entry& pop() {
    --size_;
    const Entry& entry = *head_;
    head_ = after(head_);
    return entry;
  }

 private:
  Entry* after(Entry* entry) const { return entry + 1 == end_ ? ring_.get() : entry + 1; }

  [[gnu::noinline]] void grow() {
    const std::size_t places = std::max<std::size_t>(64, 2 * (most_ + 1));
    auto larger = std::make_unique<Entry[]>(places);
    Entry* to = larger.get();
    for (std::size_t i = 0; i < size_; ++i) *to++ = *peek(i);
    ring_ = std::move(larger);
    end_ = ring_.get() + places;
    head_ = ring_.get();
    tail_ = to;
    most_ = places - 1;
  }

  std::unique_ptr<Entry[]> ring_;  // behind the last entry lies one whose turn is last_turn
  Entry *end_ = nullptr, *head_ = nullptr, *tail_ = nullptr;
  std::size_t size_ = 0, most_ = 0;
};

template <class Item>
class Lanes {
 public:
  static constexpr std::size_t most = 8;

  Lanes() = default;
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // The lane of a delay, null if it has none: for an item that is put there.
  Lane<Item>* of(Duration delay) {
    Known& known = known_[(static_cast<std::uint64_t>(delay.count()) * 0x9e3779b97f4a7c15ULL) >> (64 - key_bits)];
    if (known.delay == delay) [[likely]]
      return known.lane;
    // One in four is looked at, spread so that delays which take turns do not hide each other.
    return (++strangers_ * 0x9e3779b97f4a7c15ULL) >> (64 - sample_bits) == 0 ? becomes_lane(known, delay) : nullptr;
  }

  // Those in use.
  Lane<Item>* begin() { return lanes_.begin(); }
  Lane<Item>* end() { return lanes_.begin() + count_; }

 private:
  static constexpr unsigned key_bits = 6, window_bits = 8, sample_bits = 2;
  static constexpr std::uint32_t hits_of_habit = 4;  // in a window of 2^window_bits pushes

  // Delays by hash: one that has a lane, and one that may get it.
  struct Known {
    Duration delay{-1};
    Lane<Item>* lane = nullptr;
  };
  struct Habit {
    Duration delay{-1};
    std::uint64_t window = 0;
    std::uint32_t hits = 0;
  };

  [[gnu::noinline]] Lane<Item>* becomes_lane(Known& known, Duration delay) {
    Habit& habit = habits_[static_cast<std::size_t>(&known - known_.data())];
    const std::uint64_t window = strangers_ >> window_bits;
    if (habit.delay != delay || habit.window != window) habit = {delay, window, 0};
    if (++habit.hits < hits_of_habit || known.lane != nullptr) return nullptr;
    Lane<Item>* const lane = free_lane();
    if (lane == nullptr) return nullptr;
    Known*& owner = owners_[static_cast<std::size_t>(lane - begin())];
    if (owner != nullptr) *owner = {};
    owner = &known;
    known = {delay, lane};
    return lane;
  }

  Lane<Item>* free_lane() {
    if (count_ < most) return &lanes_[count_++];
    Lane<Item>* const free = std::find_if(begin(), end(), [](const auto& lane) { return lane.size() == 0; });
    return free == end() ? nullptr : free;
  }

  std::array<Lane<Item>, most> lanes_{};
  std::size_t count_ = 0;
  std::array<Known, std::size_t{1} << key_bits> known_{};
  std::array<Habit, std::size_t{1} << key_bits> habits_{};
  std::array<Known*, most> owners_{};  // of the lanes
  std::uint64_t strangers_ = 0;        // pushes that found no lane
};

}  // namespace hearsay
