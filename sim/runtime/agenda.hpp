// The agenda of the simulation: items in order of (due time, order of insertion). What has a common delay lies in a
// lane, the rest on a ladder; the next item is the least of their heads.
#pragma once

#include "sim/runtime/ladder.hpp"
#include "sim/runtime/lanes.hpp"

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
    if (Item* item = lanes_.push(due - reached_, due, order)) return *item;
    return ladder_.push(due, order);
  }

  // After whatever else is due at the same instant, also what is pushed later; among these in order of `rank` (< 2^63 -
  // 1).
  Item& push_last(Time due, std::uint64_t rank) { return ladder_.push(due, rank | after_all_others); }

  std::size_t size() const { return lanes_.size() + ladder_.size(); }

  // The head; null if there is nothing. Valid until the next push.
  const Entry* head() {
    find_head();
    return source_ == the_ladder ? ladder_.peek(0) : lanes_.peek(source_, 0);
  }

  // Takes the head off if it is due by then; else null. Valid until the next push.
  [[gnu::always_inline]] const Entry* pop(Time until) {
    const Turn turn = find_head();
    if (turn.due > until || turn.order == last_turn.order) return nullptr;
    const Entry& entry = source_ == the_ladder ? ladder_.pop() : lanes_.pop(source_);
    reached_ = turn.due;
    return &entry;
  }

  // --- for the processor's cache
  // An entry whose turn comes some time after that of the last popped: the i-th in the lane, or on the ladder, that it
  // came from. Null if not so many are known.
  const Entry* behind(std::size_t i) const {
    return source_ == the_ladder ? ladder_.glance(i) : lanes_.peek(source_, i);
  }
  // Sorts, and has the processor fetch, what will be the i-th on the ladder, if the last popped came from there.
  void look_ahead(std::size_t i) {
    if (source_ == the_ladder) ladder_.look_ahead(i);
  }

  // Goes through the entries in order without taking them. Valid until the next push or pop.
  class Walk {
   public:
    explicit Walk(Agenda& agenda) : agenda_(agenda) {}
    // Null behind the last one.
    const Entry* next() {
      const Entry* first = agenda_.ladder_.peek(places_[the_ladder]);
      std::size_t source = the_ladder;
      for (std::size_t lane = 0; lane < agenda_.lanes_.count(); ++lane) {
        const Entry* entry = agenda_.lanes_.peek(lane, places_[lane]);
        if (entry == nullptr || (first != nullptr && first->turn < entry->turn)) continue;
        first = entry;
        source = lane;
      }
      ++places_[source];
      return first;
    }

   private:
    Agenda& agenda_;
    std::array<std::size_t, Lanes<Item>::most + 1> places_{};
  };

 private:
  static constexpr std::uint64_t after_all_others = std::uint64_t{1} << 63;
  static constexpr std::size_t the_ladder = Lanes<Item>::most;

  // Where it lies, and when its turn is; last_turn if there is nothing.
  Turn find_head() {
    while (true) {
      Turn least = ladder_.next_turn();
      std::size_t source = the_ladder;
      for (std::size_t lane = 0; lane < lanes_.count(); ++lane) {
        const Turn turn = lanes_.turn(lane);
        const bool earlier = turn < least;
        least.due = earlier ? turn.due : least.due;
        least.order = earlier ? turn.order : least.order;
        source = earlier ? lane : source;
      }
      source_ = source;
      if (least.order != first_turn.order) return least;
      ladder_.find_next_turn();
    }
  }

  Lanes<Item> lanes_;
  Ladder<Item> ladder_;
  Time reached_{};
  std::uint64_t next_order_ = first_turn.order + 1;
  std::size_t source_ = the_ladder;  // of the head that was looked at last
};

}  // namespace hearsay
