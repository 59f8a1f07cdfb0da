#include "protocols/common/raft/configuration.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

namespace hearsay::raft {

std::vector<NodeId> Configuration::members() const {
  std::vector<NodeId> all(voters.size() + learners.size());
  std::ranges::merge(voters, learners, all.begin());
  return all;
}

Configuration Configuration::with_learner(NodeId node) const {
  Configuration changed = without(node);
  changed.learners.insert(node);
  return changed;
}

Configuration Configuration::with_voter(NodeId node) const {
  Configuration changed = without(node);
  changed.voters.insert(node);
  return changed;
}

Configuration Configuration::without(NodeId node) const {
  Configuration changed = *this;
  changed.voters.erase(node);
  changed.learners.erase(node);
  return changed;
}

void Configuration::describe(std::ostream& out) const {
  out << "voters";
  for (const NodeId node : voters) out << " " << node;
  if (!learners.empty()) out << " learners";
  for (const NodeId node : learners) out << " " << node;
}

std::uint64_t Configuration::hash() const {
  std::uint64_t h = combine(voters.size(), learners.size());
  for (const NodeId node : voters) h = combine(h, node);
  for (const NodeId node : learners) h = combine(h, node);
  return h;
}

}  // namespace hearsay::raft
