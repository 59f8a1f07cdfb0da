#include "protocols/plumtree/overlay.hpp"

#include <algorithm>
#include <bit>

#include "sim/core/random.hpp"

namespace hearsay::plumtree {
namespace {

constexpr int feistel_rounds = 4;

// The servers by rank of their ids.
class Ranks {
 public:
  Ranks(NodeId self, std::span<const NodeId> peers) : self_(self), peers_(peers) {
    // The list descends at most once.
    const auto low = std::partition_point(peers.begin(), peers.end(), [&](NodeId id) { return id >= peers.front(); });
    first_ = static_cast<std::size_t>(low - peers.begin()) % peers.size();
    std::size_t below = 0, beyond = peers.size();
    while (below < beyond) {
      const std::size_t middle = (below + beyond) / 2;
      if (ascending(middle) < self)
        below = middle + 1;
      else
        beyond = middle;
    }
    own_ = static_cast<std::uint32_t>(below);
  }

  std::uint32_t own() const { return own_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(peers_.size() + 1); }
  NodeId at(std::uint32_t rank) const {
    if (rank == own_) return self_;
    return ascending(rank < own_ ? rank : rank - 1);
  }

 private:
  NodeId ascending(std::size_t i) const { return peers_[(first_ + i) % peers_.size()]; }

  NodeId self_;
  std::span<const NodeId> peers_;
  std::size_t first_ = 0;
  std::uint32_t own_ = 0;
};

}  // namespace

Permutation::Permutation(std::uint32_t size, std::uint64_t key)
    : size_(size), half_((static_cast<unsigned>(std::bit_width(size - 1)) + 1) / 2), key_(key) {
  half_ = std::max(half_, 1U);
}

std::uint64_t Permutation::forward(std::uint64_t value) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_) - 1;
  std::uint64_t left = value >> half_, right = value & mask;
  for (int round = 0; round < feistel_rounds; ++round) {
    const std::uint64_t next = left ^ (combine(combine(key_, static_cast<std::uint64_t>(round)), right) & mask);
    left = right;
    right = next;
  }
  return left << half_ | right;
}

std::uint64_t Permutation::backward(std::uint64_t value) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_) - 1;
  std::uint64_t left = value >> half_, right = value & mask;
  for (int round = feistel_rounds; round-- > 0;) {
    const std::uint64_t before = right ^ (combine(combine(key_, static_cast<std::uint64_t>(round)), left) & mask);
    right = left;
    left = before;
  }
  return left << half_ | right;
}

std::uint32_t Permutation::at(std::uint32_t position) const {
  std::uint64_t value = position;
  do value = forward(value);
  while (value >= size_);
  return static_cast<std::uint32_t>(value);
}

std::uint32_t Permutation::position_of(std::uint32_t value) const {
  std::uint64_t position = value;
  do position = backward(position);
  while (position >= size_);
  return static_cast<std::uint32_t>(position);
}

std::vector<NodeId> standing_neighbours(NodeId self, std::span<const NodeId> peers, std::uint32_t cycles,
                                        std::uint64_t seed) {
  std::vector<NodeId> found;
  if (peers.empty()) return found;
  const Ranks ranks(self, peers);
  const std::uint32_t size = ranks.size();
  for (std::uint32_t cycle = 0; cycle < cycles; ++cycle) {
    const Permutation order(size, combine(combine(scatter(seed), size), cycle));
    const std::uint32_t position = order.position_of(ranks.own());
    for (const std::uint32_t step : {1U, size - 1}) {
      const NodeId next = ranks.at(order.at((position + step) % size));
      if (next != self && std::find(found.begin(), found.end(), next) == found.end()) found.push_back(next);
    }
  }
  return found;
}

}  // namespace hearsay::plumtree
