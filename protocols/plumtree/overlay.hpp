// The overlay that a cluster boots with (`bootstrap: standing`): random Hamiltonian cycles through all servers, which
// every node computes for itself. Two of them make a connected random graph of degree 4, as HyParView's is once it has
// formed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay::plumtree {

// A permutation of 0 .. size-1, drawn by `key`, without a table: a Feistel network whose values beyond `size` are
// permuted again until they are within.
class Permutation {
 public:
  Permutation(std::uint32_t size, std::uint64_t key);
  std::uint32_t at(std::uint32_t position) const;
  std::uint32_t position_of(std::uint32_t value) const;  // the inverse

 private:
  std::uint64_t forward(std::uint64_t value) const;
  std::uint64_t backward(std::uint64_t value) const;

  std::uint32_t size_;
  unsigned half_;  // bits
  std::uint64_t key_;
};

// The neighbours of `self` on `cycles` cycles through itself and `peers`, without repetition, in order of the cycles.
// `peers`: ascending ids that may begin anywhere and go on from the highest to the lowest.
std::vector<NodeId> standing_neighbours(NodeId self, std::span<const NodeId> peers, std::uint32_t cycles,
                                        std::uint64_t seed);

}  // namespace hearsay::plumtree
