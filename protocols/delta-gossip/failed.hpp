// The neighbours that have failed, and who stands in for each. Thousands fail at once when half of a cluster is cut
// off, so nothing here walks through all of them unless a stand-in fails itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "sim/core/ids.hpp"

namespace hearsay::gossip {

class Failed {
 public:
  bool contains(NodeId node) const { return helpers_.contains(node); }
  // By node: its stand-in, or no_node where there was nobody.
  const std::map<NodeId, NodeId>& all() const { return helpers_; }
  bool stands_in(NodeId helper) const { return helping_.contains(helper); }

  void put(NodeId node, NodeId helper) {
    take(node);
    helpers_[node] = helper;
    if (helper != no_node) ++helping_[helper];
  }

  // Its stand-in; nothing if it has not failed.
  std::optional<NodeId> take(NodeId node) {
    const auto it = helpers_.find(node);
    if (it == helpers_.end()) return std::nullopt;
    const NodeId helper = it->second;
    helpers_.erase(it);
    if (const auto used = helping_.find(helper); used != helping_.end() && --used->second == 0) helping_.erase(used);
    return helper;
  }

  void replace(NodeId helper, NodeId by) {
    const auto used = helping_.find(helper);
    if (used == helping_.end()) return;
    const std::uint32_t times = used->second;
    helping_.erase(used);
    if (by != no_node) helping_[by] += times;
    for (auto& [node, its] : helpers_)
      if (its == helper) its = by;
  }

 private:
  std::map<NodeId, NodeId> helpers_;         // by failed node
  std::map<NodeId, std::uint32_t> helping_;  // by stand-in: for how many
};

}  // namespace hearsay::gossip
