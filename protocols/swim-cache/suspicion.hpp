// One suspicion of a member: who has confirmed it so far, and when it becomes a death (memberlist suspicion.go;
// Lifeguard, Dadgar et al. 2018, section IV-B).
//
// Example with memberlist's LAN profile, 100 members: shortest = 4 x log10(100) x 1 s = 8 s, longest = 6 x 8 s = 48 s,
// and 2 confirmations are wanted. Suspected at 0 s, the member is dead at 48 s; at 22.762 s once one other member has
// confirmed it; at 8 s with two. A third, and one of a member that has confirmed it already, change nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "protocols/swim-cache/membership_formulas.hpp"
#include "sim/core/ids.hpp"

namespace hearsay::membership {

class Suspicion {
 public:
  // `wanted`: independent confirmations that bring the timeout down to `shortest`.
  Suspicion(NodeId first, std::uint32_t wanted, Duration shortest, Duration longest, Time now)
      : wanted_(wanted), shortest_(shortest), longest_(longest), since_(now), from_{first} {}

  // True if it is news: then the confirmation is gossiped on.
  bool confirm(NodeId from) {
    if (confirmations() >= wanted_ || std::find(from_.begin(), from_.end(), from) != from_.end()) return false;
    from_.push_back(from);
    return true;
  }

  std::uint32_t confirmations() const { return static_cast<std::uint32_t>(from_.size() - 1); }
  Time ends() const { return since_ + suspicion_after(confirmations(), wanted_, shortest_, longest_); }

 private:
  std::uint32_t wanted_;
  Duration shortest_, longest_;
  Time since_;
  std::vector<NodeId> from_;  // the first one's own suspicion does not count as a confirmation
};

}  // namespace hearsay::membership
