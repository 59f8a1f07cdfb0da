// Raft beside the cache (Next Phase 2B, Consensus Integration): critical operations of clients go through a replicated
// log, and so does the ring. The leader is the coordinator: it follows its membership and has the log say who is on the
// ring, who votes, and how many copies there are. The Raft is the one of `raft`, as a part of this protocol.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "protocols/common/inner_context.hpp"
#include "protocols/common/raft/replica.hpp"
#include "protocols/swim-cache/agent.hpp"
#include "protocols/swim-cache/coordinator.hpp"
#include "protocols/swim-cache/params.hpp"

namespace hearsay::swim {

// The workload `register` asks for critical operations, by these methods.
bool is_critical(const Operation& operation);

class Consensus {
 public:
  // `witness`: shared by the replicas of a run.
  Consensus(const Params& params, const Agent& agent, Coordinator& coordinator, std::shared_ptr<raft::Witness> witness);

  // Called when the log has changed the ring or the number of copies.
  void when_ring_changes(std::function<void(Context&)> handler) { ring_changed_ = std::move(handler); }

  // Nothing happens in any of these with `consensus: off`.
  // `recorded`: it begins from a part of a snapshot instead of from its disk.
  void start(Context& context, StartReason reason, const std::optional<raft::Persistent>& recorded = std::nullopt);
  void request(Context& context, const Operation& operation);
  void receive(Context& context, const Received& received, const Agreed& agreed);
  void raft_timer(Context& context, TimerKey key);
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error);
  void leave(Context& context);
  bool has_left() const { return !on() || raft_->has_left(); }
  // Membership has learnt of a change.
  void member(Context& context, NodeId about, MemberState state);
  // The time has come to look whether ring and voters are as membership says.
  void govern(Context& context);

  bool on() const { return raft_.has_value(); }
  bool has_disk(Context& context) const;  // something of an earlier incarnation
  // What a snapshot of the cluster holds of it, if it runs.
  std::optional<raft::Persistent> record() const;
  void begin_again() { witness_->begin_again(); }         // the whole cluster does, from a snapshot
  std::uint64_t digest() const { return inner_.digest; }  // of what is replicated

 private:
  class Inner final : public InnerContext {
   public:
    SendId send(NodeId to, MessagePtr message) override;
    SendId send_on(ConnectionId connection, MessagePtr message) override;
    void set_timer(Duration delay, TimerKey key) override;
    void state_digest(std::uint64_t reported) override { digest = reported; }
    std::uint64_t digest = 0;

   private:
    MetricIndex outer_metric(MetricIndex inner) const override;
  };

  Context& inside(Context& context) {
    inner_.enter(context);
    return inner_;
  }
  void after(Context& context);
  void take_settings(Context& context);
  void arm(Context& context, Duration delay);
  bool is_gone(Time now, NodeId node) const;
  bool propose_ring(Context& context);
  bool propose_voters(Context& context);
  bool propose_copies(Context& context);

  const Params& params_;
  const Agent& agent_;
  Coordinator& coordinator_;
  std::shared_ptr<const raft::Params> raft_params_;
  std::shared_ptr<raft::Witness> witness_;
  std::optional<raft::Replica> raft_;
  Inner inner_;
  std::function<void(Context&)> ring_changed_ = [](Context&) {};
  std::set<NodeId> gone_;  // of whose failure or departure it has heard
  Time trusted_from_{};    // then it takes who is not among its members for gone
  bool led_ = false, armed_ = false;
};

}  // namespace hearsay::swim
