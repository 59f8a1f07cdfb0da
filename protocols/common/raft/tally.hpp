// How many of a group's members have a figure above a threshold, as a leader asks at every answer that it gets. Counted
// again when the threshold moves or the members change, which is once for all answers to one message.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hearsay::raft {

class Tally {
 public:
  // `figure_of(member)`: its figure. Requires that moved() was told of each change since the last call, or forget().
  template <class Members, class FigureOf>
  std::size_t above(std::uint64_t threshold, const Members& members, FigureOf figure_of) {
    if (threshold_ == threshold) return count_;
    threshold_ = threshold;
    count_ = static_cast<std::size_t>(
        std::ranges::count_if(members, [&](const auto& member) { return figure_of(member) > threshold; }));
    return count_;
  }

  // A member's figure has changed.
  void moved(std::uint64_t from, std::uint64_t to) {
    if (!threshold_) return;
    if (from > *threshold_) --count_;
    if (to > *threshold_) ++count_;
  }
  // Members have come or gone.
  void forget() { threshold_.reset(); }

 private:
  std::optional<std::uint64_t> threshold_;  // nothing: not counted
  std::size_t count_ = 0;
};

}  // namespace hearsay::raft
