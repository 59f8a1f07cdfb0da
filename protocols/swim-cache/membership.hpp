// SWIM membership (Das, Gupta, Motivala 2002) as HashiCorp's memberlist runs it, with Serf's reconnection to failed
// members: a state machine without I/O. Inputs are calls; what it wants done goes to a Host, as in foca and raft.
//
// Messages: ping, ack, nack and ping_req are datagrams and carry gossip; full states go over streams. An incarnation of
// a node begins with start().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "protocols/swim-cache/broadcast_queue.hpp"
#include "protocols/swim-cache/member_intents.hpp"
#include "protocols/swim-cache/member_table.hpp"
#include "protocols/swim-cache/membership_config.hpp"
#include "protocols/swim-cache/membership_messages.hpp"
#include "protocols/swim-cache/suspicion.hpp"

namespace hearsay::membership {

enum class TimerKind : std::uint8_t {
  probe,          // the next period of the failure detector
  probe_timeout,  // no direct ack yet; number: of the probe
  relay_timeout,  // of a ping for somebody else; number: its sequence
  gossip,
  push_pull,
  reconnect,
  reap,
  suspicion,  // node: who is suspected, number: which suspicion
};

struct Timer {
  TimerKind kind = TimerKind::probe;
  NodeId node = 0;
  std::uint32_t number = 0;
};

// What happened, for metrics.
enum class Happening : std::uint8_t {
  probe_sent,
  probe_failed,     // no ack by any way until the end of the period
  saved_by_others,  // a ping-req brought the ack that the ping did not
  saved_by_stream,
  suspected,  // this node began to suspect a member
  confirmed,
  refuted,  // this node was suspected or declared dead, and said that it is alive
  declared_dead,
  rejoin_tried,
  push_pull_begun,
  forgotten,
  metadata_learnt,  // a member has told of new metadata of its own
  left_silently,    // a member that was silent, or declared dead, had announced its departure
};

class Host {
 public:
  virtual ~Host() = default;
  virtual void send(NodeId to, Packet packet) = 0;
  virtual void send_state(NodeId to, FullState state, bool reply) = 0;
  virtual void send_stream_ping(NodeId to, std::uint32_t sequence, bool reply) = 0;
  virtual void set_timer(Duration delay, Timer timer) = 0;
  virtual void member(NodeId about, MemberState state) = 0;
  virtual void happened(Happening what) = 0;
  // The user has broadcasts of its own, which the host puts into packets.
  virtual bool has_user_broadcasts() const = 0;
};

class Membership {
 public:
  // Keeps references; they outlive the machine.
  Membership(const Config& config, Host& host, RandomStream& random, NodeId self)
      : config_(config), host_(host), random_(random), self_(self) {}

  // --- inputs; `now` never goes back
  // Knows `members` as alive: a cluster that is up. Empty: it is alone. `incarnation` above all that it ever had.
  void start(Time now, const std::vector<NodeId>& members, std::uint32_t incarnation);
  void join(const std::vector<NodeId>& seeds);  // full state exchange with each
  void leave(Time now);                         // tells at once as many as would have been told in time
  void packet(Time now, NodeId from, const Packet& packet);
  void state(Time now, NodeId from, const FullState& state, bool reply);
  void stream_ping(NodeId from, std::uint32_t sequence, bool reply);
  void timer(Time now, const Timer& timer);
  void set_metadata(Time now);  // a new version of the node's own metadata
  void wake_gossip(Time now);   // the user has something to gossip

  // --- what it believes
  std::uint32_t alive() const { return table_.alive(); }
  const MemberTable& table() const { return table_; }
  bool is_alive(NodeId node) const;  // alive or suspect
  std::uint32_t health() const { return health_; }
  std::uint32_t incarnation() const { return incarnation_; }
  std::size_t queue_length() const { return queue_.size(); }
  std::uint32_t limit() const;  // of transmissions of a broadcast
  bool suspects(NodeId node) const { return suspicions_.contains(node); }

 private:
  struct Probe {
    NodeId target = no_node;
    std::uint32_t number = 0;
    Time begins{}, ends{};
    std::uint32_t nacks_wanted = 0, nacks = 0;
    bool acked = false, by_stream = false, timed_out = false;
  };
  struct Relay {
    NodeId origin = no_node;
    std::uint32_t sequence = 0;  // of the origin
    bool wants_nack = false, acked = false;
  };
  struct Failed {  // Serf's memory of those that memberlist forgets
    Time since{};
    bool left = false;
  };

  // membership.cpp
  void apply(Time now, const Update& update);
  void alive(Time now, const Update& update);
  void suspect(Time now, const Update& update);
  void dead(Time now, const Update& update);
  void refute(Time now, std::uint32_t accused);
  void broadcast(Time now, const Update& update);
  void adjust_health(int by);
  void merge(Time now, const MemberRecord& record);
  void suspicion_timer(Time now, const Timer& timer);
  FullState full_state(bool joins) const;
  void arm_suspicion(Time now, NodeId node);

  // membership_intents.cpp
  void announce(Time now, bool leaves);
  void intend(Time now, const Intent& intent);
  void tell(Time now, const Intent& intent);
  void merge_intents(Time now, const FullState& state);
  void send_departure();
  std::vector<NodeId> departure_targets();
  bool has_gossip() const { return !queue_.empty() || !intent_queue_.empty() || host_.has_user_broadcasts(); }

  // membership_probe.cpp
  void probe_timer(Time now);
  void begin_probe(Time now);
  void finish_probe(Time now);
  void probe_timeout(std::uint32_t number);
  void acknowledged(Time now, std::uint32_t sequence, bool by_stream);
  NodeId next_target(Time now);
  void relay(const Packet& packet, NodeId from);
  void relay_timeout(std::uint32_t number);

  // membership_gossip.cpp
  void post(NodeId to, Packet packet);
  void gossip_timer(Time now);
  void arm_gossip(Time now);
  void push_pull_timer();
  void reconnect_timer();
  void reap_timer(Time now);

  const Config& config_;
  Host& host_;
  RandomStream& random_;
  NodeId self_;
  std::uint32_t incarnation_ = 0;
  std::uint16_t metadata_ = 0;
  std::uint32_t health_ = 0;
  bool leaving_ = false;
  MemberTable table_;
  std::size_t next_in_order_ = 0;
  std::uint32_t sequence_ = 0;
  Probe probe_;
  std::map<std::uint32_t, Relay> relays_;
  struct Suspected {
    Suspicion suspicion;
    std::uint32_t number;
  };
  std::map<NodeId, Suspected> suspicions_;
  std::uint32_t suspicion_number_ = 0;
  BroadcastQueue<Update> queue_;
  Time gossip_phase_{};
  bool gossip_armed_ = false;
  std::map<NodeId, Failed> failed_;
  MemberIntents intents_;
  BroadcastQueue<Intent> intent_queue_;
  bool joining_ = false;  // an exchange through which this node comes is under way
};

}  // namespace hearsay::membership
