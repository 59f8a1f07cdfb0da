// The random order in which a member probes the others (SWIM, section 4.3). In a large cluster that booted together it
// is a keyed permutation of the list that all share, and takes no memory until members come or are forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "protocols/swim-cache/boot_view.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

class ProbeOrder {
 public:
  // Of so many members a list of its own is no burden.
  static constexpr std::size_t own_list = 1024;

  // Begins with these, in the order of the view; shuffle() follows.
  void boot(const BootView& view) {
    view_ = view;
    size_ = view.size();
    permuted_ = size_ > own_list;
    list_.clear();
    if (!permuted_) write_out();
  }

  std::size_t size() const { return size_; }
  // Requires i < size().
  NodeId operator[](std::size_t i) const {
    if (!permuted_) return list_[i];
    const auto it = moved_.find(i);
    return it == moved_.end() ? view_[permutation(i)] : it->second;
  }

  void add_last(NodeId node) {
    if (permuted_)
      moved_[size_] = node;
    else
      list_.push_back(node);
    ++size_;
  }
  // At a random place; who stood there is the last now.
  void add(NodeId node, RandomStream& random) {
    add_last(node);
    const auto place = static_cast<std::size_t>(random.below(size_));
    if (!permuted_) return std::swap(list_.back(), list_[place]);
    const NodeId there = (*this)[place];
    moved_[place] = node;
    moved_[size_ - 1] = there;
  }

  void shuffle(RandomStream& random) {
    if (permuted_ && moved_.empty()) {
      key_ = random.next();
      return;
    }
    write_out();
    random.shuffle_front(list_, list_.size());
  }

  template <class Wanted>
  void erase_if(Wanted gone) {
    write_out();
    std::erase_if(list_, gone);
    size_ = list_.size();
  }

 private:
  // As a list of its own from now on.
  void write_out() {
    if (list_.size() == size_) return;
    std::vector<NodeId> list;
    list.reserve(size_ + 1);
    for (std::size_t i = 0; i < size_; ++i) list.push_back(permuted_ ? (*this)[i] : view_[i]);
    list_ = std::move(list);
    moved_.clear();
    permuted_ = false;
  }

  // A Feistel network of four rounds over the least power of four that holds the view, walked until it is back inside
  // (Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains").
  std::size_t permutation(std::size_t i) const {
    unsigned half = 1;
    while ((std::size_t{1} << 2 * half) < view_.size()) ++half;
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    do {
      std::uint64_t left = i >> half, right = i & mask;
      for (std::uint64_t round = 0; round < 4; ++round)
        left = std::exchange(right, left ^ (scatter(key_ ^ (round << 60 | right)) & mask));
      i = static_cast<std::size_t>(left << half | right);
    } while (i >= view_.size());
    return i;
  }

  BootView view_;
  std::uint64_t key_ = 0;
  bool permuted_ = false;
  std::size_t size_ = 0;
  std::map<std::size_t, NodeId> moved_;  // what stands elsewhere than the permutation says
  std::vector<NodeId> list_;             // unless permuted
};

}  // namespace hearsay
