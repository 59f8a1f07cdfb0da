// A set of nodes kept as ranges of consecutive ids, so that ten thousand voters take the memory, and the time to look
// one up or to copy them, of a few.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay::raft {

class NodeRanges {
 public:
  struct Range {
    NodeId first = 0, last = 0;  // both included
    bool operator==(const Range&) const = default;
  };

  class Iterator {  // over the nodes, ascending
   public:
    using value_type = NodeId;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(const Range* range) : range_(range) {}
    NodeId operator*() const { return range_->first + offset_; }
    Iterator& operator++() {
      if (range_->first + offset_ == range_->last) {
        ++range_;
        offset_ = 0;
      } else {
        ++offset_;
      }
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Range* range_ = nullptr;
    NodeId offset_ = 0;
  };

  NodeRanges() = default;
  NodeRanges(std::initializer_list<NodeId> nodes) {
    for (const NodeId node : nodes) insert(node);
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool contains(NodeId node) const;
  // Without effect on one that is there, or is not. Nodes inserted in ascending order take constant time each.
  void insert(NodeId node);
  void erase(NodeId node);

  Iterator begin() const { return Iterator(ranges_.data()); }
  Iterator end() const { return Iterator(ranges_.data() + ranges_.size()); }
  const std::vector<Range>& ranges() const { return ranges_; }  // ascending, with a gap between each two

  bool operator==(const NodeRanges&) const = default;

 private:
  std::vector<Range> ranges_;
  std::size_t size_ = 0;
};

}  // namespace hearsay::raft
