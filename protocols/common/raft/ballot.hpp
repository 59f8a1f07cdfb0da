// The votes of an election that have come so far, the first of each node.
#pragma once

#include <cstddef>
#include <map>

#include "sim/core/ids.hpp"

namespace hearsay::raft {

class Ballot {
 public:
  void clear() {
    votes_.clear();
    granted_ = 0;
  }
  void cast(NodeId voter, bool granted) {
    if (votes_.emplace(voter, granted).second && granted) ++granted_;
  }
  // False if neither side has the votes of `quorum` nodes, whoever they are: asked at each vote, so that a large group
  // looks at who has voted only when that may decide the election.
  bool may_decide(std::size_t quorum) const { return granted_ >= quorum || votes_.size() - granted_ >= quorum; }
  const std::map<NodeId, bool>& votes() const { return votes_; }  // granted, by voter

 private:
  std::map<NodeId, bool> votes_;
  std::size_t granted_ = 0;
};

}  // namespace hearsay::raft
