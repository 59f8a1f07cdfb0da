// Who takes part: voters, whose majority decides, and learners, which get the log and decide nothing.
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "protocols/common/raft/node_ranges.hpp"
#include "sim/core/ids.hpp"

namespace hearsay::raft {

struct Configuration {
  NodeRanges voters, learners;  // without a node in common

  bool is_voter(NodeId node) const { return voters.contains(node); }
  bool is_learner(NodeId node) const { return learners.contains(node); }
  bool has(NodeId node) const { return is_voter(node) || is_learner(node); }
  std::size_t quorum() const { return voters.size() / 2 + 1; }
  std::vector<NodeId> members() const;  // both, ascending

  // The three changes that a log entry can make, each of one node: the majorities of the old and the new voters have a
  // node in common (Ongaro 2014, section 4.1).
  Configuration with_learner(NodeId node) const;
  Configuration with_voter(NodeId node) const;
  Configuration without(NodeId node) const;

  void describe(std::ostream& out) const;  // "voters 0 1 2 learners 3"
  std::uint64_t hash() const;
  bool operator==(const Configuration&) const = default;
};

}  // namespace hearsay::raft
