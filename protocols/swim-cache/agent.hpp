// Membership of one replica: gives the state machine a network, timers and events, or asks the oracle instead. Tells
// whoever listens of each change (Architecture 1, Gossip-Based Membership Management).
#pragma once

#include <memory>
#include <optional>

#include "protocols/swim-cache/dialled_streams.hpp"
#include "protocols/swim-cache/event_bus.hpp"
#include "protocols/swim-cache/member_events.hpp"
#include "protocols/swim-cache/member_set.hpp"
#include "protocols/swim-cache/membership.hpp"
#include "protocols/swim-cache/messages.hpp"
#include "protocols/swim-cache/oracle.hpp"
#include "protocols/swim-cache/params.hpp"
#include "protocols/swim-cache/snapshot.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class Agent final : public membership::Host {
 public:
  Agent(const Params& params, EventBus& bus, std::shared_ptr<Oracle> oracle);
  ~Agent() override;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  void listen(MemberEvents::Listener listener) { events_.listen(std::move(listener)); }
  // Called instead for all that this one boots with.
  void when_booted(std::function<void(const BootView&)> handler) { booted_ = std::move(handler); }
  // Called when another node goes by this node's name.
  void when_name_is_taken(std::function<void(Context&)> handler) { name_taken_ = std::move(handler); }
  void start(Context& context, StartReason reason);
  void leave(Context& context);
  bool has_left() const { return !machine_ || machine_->has_left(); }

  template <membership::PacketKind kind>
  void receive(Context& context, NodeId from, const Datagram<kind>& datagram) {
    Scope scope(*this, context);
    if (machine_) machine_->packet(context.now(), from, datagram.packet);
    const bool fresh = take_events(context, datagram.events, true);
    if (kind == membership::PacketKind::gossip && datagram.packet.updates.empty() && datagram.packet.intents.empty() &&
        !fresh)
      context.redundant();
  }
  void receive(Context& context, const Received& received, const StreamPing& ping);
  void receive(Context& context, const Received& received, const PushPull& exchange);
  void timer(Context& context, TimerKey key);
  // After the user has published something.
  void wake(Context& context);

  bool is_alive(NodeId node) const;
  std::uint32_t alive() const;
  std::uint32_t health() const { return machine_ ? machine_->health() : 0; }
  const MemberSet& members() const { return members_; }  // alive, itself included
  Duration query_limit() const;                          // for which a query waits for answers
  NodeId name() const { return name_; }
  // The node that goes by a name, as far as this one knows; no_node: none.
  NodeId who_is(NodeId name) const;

  // --- membership::Host
  void send(NodeId to, membership::Packet packet) override;
  void send_state(NodeId to, membership::FullState state, bool reply) override;
  void send_stream_ping(NodeId to, std::uint32_t sequence, Duration limit) override;
  void answer_stream_ping(NodeId to, std::uint32_t sequence) override;
  void set_timer(Duration delay, membership::Timer timer) override;
  void member(NodeId about, MemberState state) override;
  void happened(membership::Happening what) override;
  void round_trip(NodeId about, double measured, double estimated) override;
  bool has_user_broadcasts() const override { return bus_.has_broadcasts(); }

 private:
  // The machine's calls go to the context of the handler that runs.
  struct Scope {
    Scope(Agent& a, Context& context) : agent(a) { agent.context_ = &context; }
    ~Scope() {
      agent.context_ = nullptr;
      agent.connection_ = no_connection;
    }
    Agent& agent;
  };

  bool take_events(Context& context, const std::vector<EventPtr>& events,
                   bool gossips);  // true if one is new
  void begin_alone(Context& context, StartReason reason);
  void try_join(Context& context);
  bool rejoin(Context& context);
  void take_snapshot(Context& context);
  void renew_metadata(Context& context);
  void ask_oracle(Context& context);
  void wake_inside(Context& context);
  void gossip_by_oracle(Context& context);
  void change(Context& context, NodeId about, MemberState state);
  void force_leave(Context& context, NodeId about);
  std::uint32_t size_of(const PushPull& exchange) const;

  const Params& params_;
  const membership::Config config_;
  EventBus& bus_;
  std::optional<membership::Membership> machine_;
  std::shared_ptr<Oracle> oracle_;
  MemberEvents events_;
  std::uint64_t oracle_version_ = 0;
  bool oracle_gossips_ = false;
  NodeId self_ = no_node;
  NodeId name_ = no_node;  // another node may go by it, too
  bool running_ = false;
  std::size_t next_seed_ = 0;
  bool waits_ = false;     // at first, if it is the lowest
  std::size_t joins_ = 0;  // exchanges under way through which this node joins
  bool leaving_ = false;
  std::optional<Snapshot> snapshot_;
  std::vector<NodeId> previous_;  // members of the snapshot that have yet to be tried, the next one last
  MemberSet members_;
  DialledStreams streams_;
  std::function<void(const BootView&)> booted_;
  std::function<void(Context&)> name_taken_;
  Context* context_ = nullptr;
  ConnectionId connection_ = no_connection;  // of the message being handled
};

}  // namespace hearsay::swim
