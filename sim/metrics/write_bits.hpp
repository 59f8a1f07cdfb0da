// One bit per (write, node). Words of 64 writes, all nodes of a block side by side: a new write appends without moving
// the old ones, a walk over the nodes of a write is sequential, and the many writes of one node that causality compares
// are few words.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

class WriteBits {
 public:
  static constexpr std::uint32_t block_writes = 64;

  explicit WriteBits(std::uint32_t nodes) : nodes_(nodes) {}

  // Makes room for writes below `count`; new bits are clear.
  void grow(std::size_t count) {
    while (blocks_.size() * block_writes < count) blocks_.emplace_back(nodes_, 0);
  }

  // All below require a write below what grow() made room for, and a node of the cluster.
  bool test(WriteId write, NodeId node) const { return (word(block_of(write), node) & mask_of(write)) != 0; }

  // True if the bit was clear before.
  bool set(WriteId write, NodeId node) {
    std::uint64_t& bits = word(block_of(write), node);
    const std::uint64_t before = bits;
    bits |= mask_of(write);
    return bits != before;
  }

  std::size_t blocks() const { return blocks_.size(); }
  std::uint64_t word(std::size_t block, NodeId node) const { return blocks_[block][node]; }
  std::uint64_t& word(std::size_t block, NodeId node) { return blocks_[block][node]; }

  void clear_node(NodeId node) {
    for (auto& block : blocks_) block[node] = 0;
  }

  static std::size_t block_of(WriteId write) { return write / block_writes; }
  static std::uint64_t mask_of(WriteId write) { return std::uint64_t{1} << (write % block_writes); }

 private:
  std::uint32_t nodes_;
  std::vector<std::vector<std::uint64_t>> blocks_;
};

}  // namespace hearsay
