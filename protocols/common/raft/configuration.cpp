#include "protocols/common/raft/configuration.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

namespace hearsay::raft {
namespace {

void insert_node(std::vector<NodeId>& nodes, NodeId node) {
  const auto place = std::lower_bound(nodes.begin(), nodes.end(), node);
  if (place == nodes.end() || *place != node) nodes.insert(place, node);
}

}  // namespace

bool Configuration::is_voter(NodeId node) const { return std::binary_search(voters.begin(), voters.end(), node); }

bool Configuration::is_learner(NodeId node) const { return std::binary_search(learners.begin(), learners.end(), node); }

std::vector<NodeId> Configuration::members() const {
  std::vector<NodeId> all(voters.size() + learners.size());
  std::merge(voters.begin(), voters.end(), learners.begin(), learners.end(), all.begin());
  return all;
}

Configuration Configuration::with_learner(NodeId node) const {
  Configuration changed = without(node);
  insert_node(changed.learners, node);
  return changed;
}

Configuration Configuration::with_voter(NodeId node) const {
  Configuration changed = without(node);
  insert_node(changed.voters, node);
  return changed;
}

Configuration Configuration::without(NodeId node) const {
  Configuration changed = *this;
  std::erase(changed.voters, node);
  std::erase(changed.learners, node);
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
