// A set of members: those that booted together, except for a few differences.
#pragma once

#include <algorithm>
#include <vector>

#include "protocols/swim-cache/boot_view.hpp"

namespace hearsay {

class MemberSet {
 public:
  MemberSet() = default;
  explicit MemberSet(const BootView& base) : base_(base) {}

  std::size_t size() const { return base_.size() - less_.size() + more_.size(); }
  bool contains(NodeId node) const { return base_.contains(node) ? !among(less_, node) : among(more_, node); }
  // Requires that it is not empty.
  NodeId lowest() const {
    std::size_t i = 0;
    while (i < base_.size() && among(less_, base_.ascending(i))) ++i;
    if (i == base_.size()) return more_.front();
    return more_.empty() ? base_.ascending(i) : std::min(base_.ascending(i), more_.front());
  }
  // Ascending.
  std::vector<NodeId> list() const {
    std::vector<NodeId> all;
    all.reserve(size());
    std::size_t more = 0;
    for (std::size_t i = 0; i < base_.size(); ++i) {
      const NodeId node = base_.ascending(i);
      while (more < more_.size() && more_[more] < node) all.push_back(more_[more++]);
      if (!among(less_, node)) all.push_back(node);
    }
    all.insert(all.end(), more_.begin() + static_cast<std::ptrdiff_t>(more), more_.end());
    return all;
  }

  // Without effect on one that is there, or is not.
  void insert(NodeId node) { base_.contains(node) ? take(less_, node) : put(more_, node); }
  void erase(NodeId node) { base_.contains(node) ? put(less_, node) : take(more_, node); }

 private:
  static bool among(const std::vector<NodeId>& nodes, NodeId node) {
    return !nodes.empty() && std::binary_search(nodes.begin(), nodes.end(), node);
  }
  static void put(std::vector<NodeId>& nodes, NodeId node) {
    const auto it = std::lower_bound(nodes.begin(), nodes.end(), node);
    if (it == nodes.end() || *it != node) nodes.insert(it, node);
  }
  static void take(std::vector<NodeId>& nodes, NodeId node) {
    const auto it = std::lower_bound(nodes.begin(), nodes.end(), node);
    if (it != nodes.end() && *it == node) nodes.erase(it);
  }

  BootView base_;
  std::vector<NodeId> less_, more_;  // ascending
};

}  // namespace hearsay
