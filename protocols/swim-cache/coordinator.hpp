// Keeps the hash ring in step with membership (Architecture 2, Distributed Coordinator).
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "protocols/swim-cache/boot_view.hpp"
#include "protocols/swim-cache/hash_ring.hpp"
#include "protocols/swim-cache/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class Coordinator {
 public:
  // What the coordinators of a cluster share: the ring's points, which follow from the node ids, and the ring of those
  // that boot.
  struct Shared {
    explicit Shared(const Params& params)
        : points(std::make_shared<RingPointsStore>(params.virtual_nodes)), booted(points, params.racks) {}
    std::shared_ptr<RingPointsStore> points;
    HashRing booted;
  };

  Coordinator(const Params& params, std::shared_ptr<Shared> shared)
      : params_(params),
        shared_(std::move(shared)),
        ring_(shared_->points, params.racks),
        settled_(shared_->points, params.racks) {}

  // These are the members of the ring.
  void boot(const BootView& members);
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
  std::shared_ptr<Shared> shared_;
  HashRing ring_;
  HashRing settled_;  // as it was when entries were handed over last
};

}  // namespace hearsay::swim
