// The neighbours that a node has now: the list that it was given, without some of them, and others besides. Keeps the
// differences only, for on a full overlay the list names every node there is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "protocols/common/id_circle.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

namespace hearsay::gossip {

class Neighbours {
 public:
  // `given`: as Context::neighbours, and constant as long as this lives.
  void start(std::span<const NodeId> given) { given_ = given; }

  // Those given come first, in their order; then others, in the order in which they were added.
  std::size_t size() const { return given_.size() - removed_.size() + added_.size(); }
  bool empty() const { return size() == 0; }
  NodeId operator[](std::size_t position) const;
  bool contains(NodeId node) const {
    return (removed_.empty() && place_as_in_all(given_, node)) || contains_by_search(node);
  }

  std::span<const NodeId> given() const { return given_; }
  bool is_given(NodeId node) const { return place_of(given_, node).has_value(); }

  void add(NodeId node);     // no effect on one that is there
  void remove(NodeId node);  // no effect on one that is not

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = NodeId;
    using difference_type = std::ptrdiff_t;
    using pointer = const NodeId*;
    using reference = NodeId;
    Iterator(const Neighbours& list, std::size_t position) : list_(&list), position_(position) {}
    NodeId operator*() const { return (*list_)[position_]; }
    Iterator& operator++() {
      ++position_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return position_ == other.position_; }

   private:
    const Neighbours* list_;
    std::size_t position_;
  };
  // Valid until the next change.
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  bool contains_by_search(NodeId node) const;

  std::span<const NodeId> given_;
  std::vector<std::uint32_t> removed_;  // places in given_, ascending
  std::vector<NodeId> added_;
  std::vector<NodeId> added_ascending_;
};

// As many different ones, drawn at random: what RandomStream::shuffle_front moves to the front of the whole list, at
// the cost of those alone. Requires count <= list.size().
std::vector<NodeId> sample(const Neighbours& list, std::size_t count, RandomStream& random);

// What stands at `position` if the places `without`, which ascend, are passed over.
std::size_t place_without(const std::vector<std::uint32_t>& without, std::size_t position);

}  // namespace hearsay::gossip
