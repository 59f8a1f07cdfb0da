// What is put on the agenda with the same delay is due in the order in which it was put there: the latency of a star,
// the period of a timer. So each of the commonest delays has a lane, a queue in which nothing is ever sorted or moved,
// and whose entries lie in memory in the order of their turns. A delay gets a lane when it is that of 16 in 256 items
// that found none; the others belong to the ladder.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/runtime/agenda_entry.hpp"

namespace hearsay {

template <class Item>
class Lanes {
 public:
  using Entry = AgendaEntry<Item>;
  static constexpr std::size_t most = 8;

  Lanes() { turns_.fill(last_turn); }

  // Requires that turns of one delay ascend. Null if the delay has no lane; else the item is to be filled by the
  // caller.
  Item* push(Duration delay, Time due, std::uint64_t order) {
    const std::size_t key = (static_cast<std::uint64_t>(delay.count()) * 0x9e3779b97f4a7c15ULL) >> (64 - key_bits);
    if (known_[key].delay != delay) [[unlikely]] {
      if (!becomes_lane(key, delay)) return nullptr;
    }
    const std::size_t number = known_[key].lane;
    Lane& lane = lanes_[number];
    if (lane.tail - lane.head == lane.places) [[unlikely]]
      grow(lane);
    if (lane.head == lane.tail) turns_[number] = {due, order};
    Entry& entry = lane.at(lane.tail++);
    entry.turn.due = due;  // word by word: see Agenda::push
    entry.turn.order = order;
    return &entry.item;
  }

  // How many lanes there are, and the turn of the first entry of each; last_turn if it is empty.
  std::size_t count() const { return count_; }
  const Turn& turn(std::size_t lane) const { return turns_[lane]; }

  // The i-th entry from the head of a lane; null if there are not so many. Valid until the next push.
  const Entry* peek(std::size_t lane, std::size_t i) const {
    const Lane& l = lanes_[lane];
    return l.head + i < l.tail ? &l.at(l.head + i) : nullptr;
  }

  // Requires that the lane is not empty. Valid until the next push.
  const Entry& pop(std::size_t lane) {
    Lane& l = lanes_[lane];
    const Entry& entry = l.at(l.head++);
    turns_[lane] = l.head == l.tail ? last_turn : l.at(l.head).turn;
    return entry;
  }

  std::size_t size() const {
    std::size_t size = 0;
    for (const Lane& lane : lanes_) size += lane.tail - lane.head;
    return size;
  }

 private:
  static constexpr unsigned key_bits = 6, window_bits = 8;
  static constexpr std::uint32_t hits_of_habit = 16;  // in a window of 2^window_bits pushes

  // Delays by hash: one that has a lane, and one that may get it.
  struct Known {
    Duration delay{-1};
    std::size_t lane = most;
  };
  struct Habit {
    Duration delay{-1};
    std::uint64_t window = 0;
    std::uint32_t hits = 0;
  };
  struct Lane {
    std::vector<Entry> ring;
    std::uint64_t head = 0, tail = 0;
    std::uint64_t places = 0, mask = 0;  // 2^n, and one less
    Known* known = nullptr;

    Entry& at(std::uint64_t i) { return ring[i & mask]; }
    const Entry& at(std::uint64_t i) const { return ring[i & mask]; }
  };

  [[gnu::noinline]] bool becomes_lane(std::size_t key, Duration delay) {
    Habit& habit = habits_[key];
    ++strangers_;
    if (const std::uint64_t window = strangers_ >> window_bits; habit.delay != delay || habit.window != window)
      habit = {delay, window, 0};
    if (++habit.hits < hits_of_habit || known_[key].lane != most) return false;
    const std::size_t number = free_lane();
    if (number == most) return false;
    if (lanes_[number].known != nullptr) *lanes_[number].known = {};
    lanes_[number].known = &known_[key];
    known_[key] = {delay, number};
    return true;
  }

  std::size_t free_lane() {
    if (count_ < most) return count_++;
    std::size_t lane = 0;
    while (lane < most && lanes_[lane].head != lanes_[lane].tail) ++lane;
    return lane;
  }

  void grow(Lane& lane) {
    std::vector<Entry> larger(lane.ring.empty() ? 64 : 2 * lane.ring.size());
    std::size_t size = 0;
    for (; lane.head != lane.tail; ++lane.head) larger[size++] = lane.at(lane.head);
    lane.ring.swap(larger);
    lane.head = 0;
    lane.tail = size;
    lane.places = lane.ring.size();
    lane.mask = lane.places - 1;
  }

  std::array<Turn, most> turns_;
  std::array<Lane, most> lanes_{};
  std::size_t count_ = 0;
  std::array<Known, std::size_t{1} << key_bits> known_{};
  std::array<Habit, std::size_t{1} << key_bits> habits_{};
  std::uint64_t strangers_ = 0;  // pushes that found no lane
};

}  // namespace hearsay
