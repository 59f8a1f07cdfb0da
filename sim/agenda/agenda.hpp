// The agenda of the simulation: items in order of (due time, order of insertion). What has a common delay lies in a
// lane, the rest on a ladder; the next item is the least of their heads.
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "sim/agenda/ladder.hpp"
#include "sim/agenda/lanes.hpp"

namespace hearsay {

template <class Item>
class Agenda {
 public:
  using Entry = AgendaEntry<Item>;

  // A place for an item, to be filled by the caller: it holds what was there before. Valid until the next push. Fill it
  // word by word: to copy what has just been written makes the processor wait until the words have become one, which
  // costs up to a quarter of a run. Requires that nothing is pushed that is due before what was popped last.
  Item& push(Time due) {
    const std::uint64_t order = next_order_++;
    if (due < rivals_.due) rivals_ = {due, order};
    Lane<Item>* const lane = lanes_.of(due - reached_);
    return lane != nullptr ? lane->push(due, order) : ladder_.push(due, order);
  }

  // After whatever else is due at the same instant, also what is pushed later; among these in order of `rank` (< 2^63 -
  // 1).
  Item& push_last(Time due, std::uint64_t rank) {
    rivals_ = first_turn;
    return ladder_.push(due, rank | after_all_others);
  }

  // The head; null if there is nothing. Valid until the next push.
  const Entry* head() {
    find_head();
    return lane_ != nullptr ? lane_->peek(0) : ladder_.peek(0);
  }

  // Takes the head off if it is due by then; else null. Valid until the next push.
  [[gnu::always_inline]] const Entry* pop(Time until) {
    const Turn turn = find_head();
    if (turn.due > until || turn.order == last_turn.order) return nullptr;
    reached_ = turn.due;
    return lane_ != nullptr ? &lane_->pop() : &ladder_.pop();
  }

  // --- for the processor's cache
  // The item behind the one popped last, if that came from a lane; else null. If nothing is behind it, what lay there
  // before: it costs no comparison, and is good enough to fetch something by.
  const Item* next_in_lane() const { return lane_ != nullptr ? &lane_->next() : nullptr; }
  // An entry whose turn comes some time after that of the last popped: the i-th in the lane, or on the ladder, that it
  // came from. Null if not so many are known.
  const Entry* behind(std::size_t i) const { return lane_ != nullptr ? lane_->peek(i) : ladder_.glance(i); }
  // Sorts, and has the processor fetch, what will be the i-th on the ladder, if the last popped came from there.
  void look_ahead(std::size_t i) {
    if (lane_ == nullptr) ladder_.look_ahead(i);
  }

  // Goes through the entries in order without taking them. Valid until the next push or pop.
  class Walk {
   public:
    explicit Walk(Agenda& agenda) : agenda_(agenda) {}
    // Null behind the last one.
    const Entry* next() {
      std::size_t* place = &places_[Lanes<Item>::most];
      const Entry* first = agenda_.ladder_.peek(*place);
      std::size_t* in_lane = places_.data();
      for (const Lane<Item>& lane : agenda_.lanes_) {
        const Entry* entry = lane.peek(*in_lane);
        if (entry != nullptr && (first == nullptr || entry->turn < first->turn)) {
          first = entry;
          place = in_lane;
        }
        ++in_lane;
      }
      ++*place;
      return first;
    }

   private:
    Agenda& agenda_;
    std::array<std::size_t, Lanes<Item>::most + 1> places_{};  // in the lanes and on the ladder
  };

 private:
  static constexpr std::uint64_t after_all_others = std::uint64_t{1} << 63;

  // Finds the head and says when its turn is; last_turn if there is nothing. Most often it comes from where the one
  // before it came from.
  Turn find_head() {
    const Turn turn = lane_ != nullptr ? lane_->turn() : ladder_.next_turn();
    return turn < rivals_ && turn.order != first_turn.order ? turn : compare_heads();
  }

  [[gnu::noinline]] Turn compare_heads() {
    if (ladder_.next_turn().order == first_turn.order) ladder_.find_next_turn();
    Turn least = ladder_.next_turn(), second = last_turn;
    Lane<Item>* from = nullptr;
    for (Lane<Item>& lane : lanes_) {
      const Turn turn = lane.turn();
      if (turn < least) {
        second = std::exchange(least, turn);
        from = &lane;
      } else {
        second = std::min(second, turn);
      }
    }
    lane_ = from;
    rivals_ = second;
    return least;
  }

  Lanes<Item> lanes_;
  Ladder<Item> ladder_;
  Time reached_{};
  std::uint64_t next_order_ = first_turn.order + 1;
  Lane<Item>* lane_ = nullptr;  // where the head lay that was looked at last; null: on the ladder
  Turn rivals_ = first_turn;    // what lies elsewhere has this turn or a later one
};

}  // namespace hearsay
