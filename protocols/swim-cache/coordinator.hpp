// Keeps the hash ring in step with membership (Architecture 2, Distributed Coordinator).
#pragma once

#include <memory>
#include <vector>

#include "protocols/swim-cache/hash_ring.hpp"
#include "protocols/swim-cache/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class Coordinator {
 public:
  Coordinator(const Params& params, std::shared_ptr<RingPointsStore> points)
      : params_(params), ring_(points, params.racks), settled_(points, params.racks) {}

  // A member came or went; true if that changed the ring.
  bool change(NodeId about, MemberState state);
  // How uneven the ring is now, for the metrics.
  void measure(Context& context) const;

  std::vector<NodeId> owners(const std::string& key) const { return ring_.owners(ring_hash(key), params_.replicas); }
  bool owns(NodeId node, const std::string& key) const;
  // The owners before the last rebalancing.
  std::vector<NodeId> settled_owners(const std::string& key) const {
    return settled_.owners(ring_hash(key), params_.replicas);
  }
  void settle() { settled_ = ring_; }
  bool settled() const { return settled_.digest() == ring_.digest(); }

  const HashRing& ring() const { return ring_; }

 private:
  const Params& params_;
  HashRing ring_;
  HashRing settled_;  // as it was when entries were handed over last
};

}  // namespace hearsay::swim
