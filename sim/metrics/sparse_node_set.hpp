// A set of nodes that is cheap while it has few members: a sorted list, and bits once these take less room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

class SparseNodeSet {
 public:
  bool contains(NodeId node) const {
    if (!bits_.empty()) return bits_[node];
    return std::ranges::binary_search(few_, node);
  }

  // Takes the node in, or out if it was in. Requires node < capacity, the number of ids that may ever occur.
  void flip(NodeId node, std::uint32_t capacity) {
    if (!bits_.empty()) {
      bits_[node] = !bits_[node];
      return;
    }
    const auto place = std::ranges::lower_bound(few_, node);
    if (place != few_.end() && *place == node)
      few_.erase(place);
    else
      few_.insert(place, node);
    if (few_.size() <= capacity / 32) return;
    bits_.assign(capacity, false);
    for (const NodeId member : few_) bits_[member] = true;
    few_ = {};
  }

 private:
  std::vector<NodeId> few_;  // ascending; empty if there are bits
  std::vector<bool> bits_;
};

}  // namespace hearsay
