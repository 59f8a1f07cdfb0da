// One incarnation of one node of `swim-cache`: takes requests, messages and timers to the parts that they are for.
#pragma once

#include <memory>
#include <vector>

#include "protocols/swim-cache/backups.hpp"
#include "protocols/swim-cache/name_vote.hpp"
#include "protocols/swim-cache/rebalancer.hpp"

namespace hearsay::swim {

class Replica final : public Protocol {
 public:
  // What the replicas of a cluster have in common.
  struct Shared {
    explicit Shared(const Params& params)
        : ring(std::make_shared<Coordinator::Shared>(params)),
          oracle(std::make_shared<Oracle>()),
          witness(std::make_shared<raft::Witness>()),
          outside(std::make_shared<BackupStore<Recorded>>()) {}
    std::shared_ptr<Coordinator::Shared> ring;
    std::shared_ptr<Oracle> oracle;
    std::shared_ptr<raft::Witness> witness;
    std::shared_ptr<BackupStore<Recorded>> outside;
  };

  Replica(std::shared_ptr<const Params> params, const Shared& shared);

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override;
  bool has_left() const override { return agent_.has_left() && consensus_.has_left(); }

 private:
  void handle(Context& context, const Received& received);
  void subscribe(NodeId self);
  void member(Context& context, NodeId about, MemberState state);
  void ring_changed(Context& context);
  void work(Context& context) const;  // what handling a message or request takes
  void report(Context& context);
  void report_entries(Context& context);
  void ask_health(Context& context);
  void answer_health(Context& context, const Event& query);
  void reply(Context& context, const Event& query, const QueryAnswer& answer);

  template <membership::PacketKind kind>
  void receive(Context& context, const Received& received, const Datagram<kind>& datagram) {
    agent_.receive(context, received.from, datagram);
  }
  void receive(Context& context, const Received&, const QueryAnswer& answer) { bus_.answer(context, answer); }
  void receive(Context& context, const Received&, const Relay& relay) {
    context.send(relay.to, envelope(QueryAnswer(relay.answer)));
  }
  void receive(Context& context, const Received& r, const StreamPing& ping) { agent_.receive(context, r, ping); }
  void receive(Context& context, const Received& r, const PushPull& state) { agent_.receive(context, r, state); }
  void receive(Context& context, const Received& r, const Put& put) { cache_.receive(context, r.from, put); }
  void receive(Context& context, const Received& r, const PutAck& ack) { cache_.receive(context, r.from, ack); }
  void receive(Context& context, const Received& r, const Get& get) { cache_.receive(context, r.from, get); }
  void receive(Context& context, const Received& r, const GetReply& reply) { cache_.receive(context, r.from, reply); }
  void receive(Context& context, const Received& r, const Update& m) { cache_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const UpdateAck& m) { cache_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const Offer& m) { rebalancer_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const Held& m) { rebalancer_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const Transfer& m) { rebalancer_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const Ranges& m) { rebalancer_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const ClusterMarker& m) { backups_.receive(context, r.from, m); }
  void receive(Context& context, const Received& r, const Agreed& m) { consensus_.receive(context, r, m); }

  std::shared_ptr<const Params> params_;
  EventBus bus_;
  Agent agent_;
  NameVote name_vote_;
  Coordinator coordinator_;
  Store store_;
  Cache cache_;
  Rebalancer rebalancer_;
  Consensus consensus_;
  Backups backups_;
  std::vector<WriteId> heard_;  // writes of user events
  std::uint64_t reported_ = 0;
  std::uint64_t placed_by_ = 0;  // the ring by which entries were reported
  bool started_ = false;
};

}  // namespace hearsay::swim
