// Consistent hashing with virtual nodes (Karger et al. 1997): a key belongs to the members whose points follow its hash
// on a circle of 2^64.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

// XXH3 (Collet), 64 bits, seed 0.
std::uint64_t ring_hash(std::string_view text);

// The points of nodes 0 .. nodes-1 on the circle, ascending: XXH3 of "node-I#V" for each virtual node V. Immutable, so
// that the rings of a cluster share it.
class RingPoints {
 public:
  struct Point {
    std::uint64_t hash;
    NodeId node;
  };
  RingPoints(std::uint32_t nodes, std::uint32_t virtual_nodes);

  const std::vector<Point>& points() const { return points_; }
  std::uint32_t nodes() const { return nodes_; }
  std::size_t after(std::uint64_t hash) const;  // the first point at or after it, around the end; requires points

 private:
  std::uint32_t nodes_;
  std::vector<Point> points_;
};

// Makes points for ever larger clusters, at most twice as many as are asked for.
class RingPointsStore {
 public:
  explicit RingPointsStore(std::uint32_t virtual_nodes) : virtual_nodes_(virtual_nodes) {}
  std::shared_ptr<const RingPoints> of(std::uint32_t nodes);

 private:
  std::uint32_t virtual_nodes_;
  std::shared_ptr<const RingPoints> last_;
};

class HashRing {
 public:
  // `racks`: node I stands in rack I modulo so many.
  explicit HashRing(std::shared_ptr<RingPointsStore> store, std::uint32_t racks = 1)
      : store_(std::move(store)), racks_(racks) {}

  bool add(NodeId node);     // false if it is there
  bool remove(NodeId node);  // false if it is not there
  bool contains(NodeId node) const { return node < members_->size() && (*members_)[node]; }
  std::uint32_t size() const { return count_; }
  std::vector<NodeId> members() const;  // ascending

  // The `count` different members that own the hash, the primary first; fewer if there are not so many. No two are of
  // one rack as long as other racks have members.
  std::vector<NodeId> owners(std::uint64_t hash, std::uint32_t count) const;
  NodeId primary(std::uint64_t hash) const;  // no_node if the ring is empty

  // Equal for rings of equal members.
  std::uint64_t digest() const { return digest_; }
  // Each member's share of the circle, by node.
  std::vector<double> shares() const;
  // Standard deviation of the members' shares over their mean; 0 for an empty ring.
  double imbalance() const;

 private:
  std::vector<bool>& own();  // members_, to be changed

  std::shared_ptr<RingPointsStore> store_;
  std::uint32_t racks_;
  std::shared_ptr<const RingPoints> points_;
  std::shared_ptr<std::vector<bool>> members_ =
      std::make_shared<std::vector<bool>>();  // copies share it until one changes
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> rack_sizes_;
  std::uint32_t racks_in_use_ = 0;  // that have a member
  std::uint64_t digest_ = 0;
};

}  // namespace hearsay
