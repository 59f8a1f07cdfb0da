// A set of (stream, number) pairs kept as intervals: the holes that a causal queue has given up waiting for.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "protocols/common/vector_clock.hpp"

namespace hearsay {

class IntervalSet {
 public:
  // Adds first..last of `stream`. Requires that none of them is in the set.
  void add(StreamId stream, std::uint64_t first, std::uint64_t last) {
    if (first <= last) intervals_.emplace(std::pair(stream, first), last);
  }

  // Takes one number out; false if it is not in the set.
  bool remove(StreamId stream, std::uint64_t number) {
    auto it = intervals_.upper_bound({stream, number});
    if (it == intervals_.begin()) return false;
    --it;
    const auto first = it->first.second;
    const auto last = it->second;
    if (it->first.first != stream || number > last) return false;
    intervals_.erase(it);
    if (first < number) intervals_.emplace(std::pair(stream, first), number - 1);
    if (number < last) intervals_.emplace(std::pair(stream, number + 1), last);
    return true;
  }

  bool empty() const { return intervals_.empty(); }
  // (stream, first) -> last, ascending.
  const std::map<std::pair<StreamId, std::uint64_t>, std::uint64_t>& intervals() const { return intervals_; }

 private:
  std::map<std::pair<StreamId, std::uint64_t>, std::uint64_t> intervals_;
};

}  // namespace hearsay
