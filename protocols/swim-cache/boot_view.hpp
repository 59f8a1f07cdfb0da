// Who boots together, as each of them knows it from the start. The list of the others is the context's, which all nodes
// share: what a member keeps of it are differences.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "protocols/common/id_circle.hpp"
#include "sim/core/ids.hpp"

namespace hearsay {

class BootView {
 public:
  BootView() = default;  // nobody
  // `others`: as Context::peers(), of which each is named once; constant as long as this is used.
  BootView(std::span<const NodeId> others, NodeId self)
      : others_(others),
        self_(self),
        lowest_(static_cast<std::size_t>(
            std::ranges::partition_point(others, [&](NodeId id) { return id >= others.front(); }) - others.begin())) {
    if (lowest_ == others.size()) lowest_ = 0;
    std::size_t low = 0, high = others.size();
    while (low < high) {  // how many are below it
      const std::size_t middle = (low + high) / 2;
      if (ascending_other(middle) < self)
        low = middle + 1;
      else
        high = middle;
    }
    rank_ = low;
  }

  std::size_t size() const { return self_ == no_node ? 0 : others_.size() + 1; }
  bool contains(NodeId node) const { return node == self_ ? size() > 0 : place_of(others_, node).has_value(); }
  // The others in the order of the list, then itself. Requires i < size().
  NodeId operator[](std::size_t i) const { return i < others_.size() ? others_[i] : self_; }
  // By id. Requires i < size().
  NodeId ascending(std::size_t i) const {
    if (i == rank_) return self_;
    return ascending_other(i < rank_ ? i : i - 1);
  }

 private:
  NodeId ascending_other(std::size_t i) const {
    const std::size_t place = lowest_ + i;
    return others_[place < others_.size() ? place : place - others_.size()];
  }

  std::span<const NodeId> others_;
  NodeId self_ = no_node;
  std::size_t lowest_ = 0;  // where the lowest of them stands
  std::size_t rank_ = 0;    // of itself
};

}  // namespace hearsay
