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
        settled_(shared_->points, params.racks),
        replicas_(params.replicas),
        settled_replicas_(params.replicas) {}

  // These are the members of the ring.
  void boot(const BootView& members);
  // A member came or went; true if that changed the ring.
  bool change(NodeId about, MemberState state);
  // With `consensus: raft`, what the log says; true if that changes anything.
  bool assign(const std::vector<NodeId>& members);
  bool set_replicas(std::uint32_t replicas);
  // How uneven the ring is now, for the metrics.
  void measure(Context& context) const;

  std::vector<NodeId> owners(const std::string& key) const { return ring_.owners(ring_hash(key), replicas_); }
  bool owns(NodeId node, const std::string& key) const;
  // The owners before the last rebalancing.
  std::vector<NodeId> settled_owners(const std::string& key) const {
    return settled_.owners(ring_hash(key), settled_replicas_);
  }
  void settle() {
    settled_ = ring_;
    settled_replicas_ = replicas_;
  }

  // R, W and Q, as they are now.
  std::uint32_t replicas() const { return replicas_; }
  std::uint32_t write_quorum() const;
  std::uint32_t read_quorum() const;
  // Equal where each key has the same owners.
  std::uint64_t placement() const {
    return replicas_ == params_.replicas ? ring_.digest() : combine(ring_.digest(), replicas_);
  }
  std::vector<NodeId> members() const { return ring_.members(); }

  const HashRing& ring() const { return ring_; }

 private:
  const Params& params_;
  std::shared_ptr<Shared> shared_;
  HashRing ring_;
  HashRing settled_;  // as it was when entries were handed over last
  std::uint32_t replicas_, settled_replicas_;
};

}  // namespace hearsay::swim
