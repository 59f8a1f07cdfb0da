// What the receiver of a stream has of it: everything up to a byte, and what arrived beyond a hole.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>

namespace hearsay {

class Reassembly {
 public:
  // The first byte that is missing.
  std::uint64_t next() const { return next_; }

  // The bytes from `begin` up to `end`, which may have been there already. Requires begin < end.
  void insert(std::uint64_t begin, std::uint64_t end) {
    if (begin > next_) {
      std::uint64_t& known = early_[begin];
      known = std::max(known, end);
      return;
    }
    next_ = std::max(next_, end);
    while (!early_.empty() && early_.begin()->first <= next_) {
      next_ = std::max(next_, early_.begin()->second);
      early_.erase(early_.begin());
    }
  }

 private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, std::uint64_t> early_;  // begin, end
};

}  // namespace hearsay
