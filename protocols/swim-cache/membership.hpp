// SWIM membership (Das, Gupta, Motivala 2002) as HashiCorp's memberlist runs it, with what Serf adds to it: a state
// machine without I/O. Inputs are calls; what it wants done goes to a Host, as in foca and raft.
//
// Messages: ping, ack, nack and ping_req are datagrams and carry gossip; full states go over streams. An incarnation of
// a node begins with start(). Its parts: FailureDetector probes, Dissemination spreads, Beliefs holds what is known of
// whom, SerfMembers remembers those that are gone. This class hands inputs to them and exchanges full states.
#pragma once

#include <span>
#include <vector>

#include "protocols/swim-cache/departure.hpp"
#include "protocols/swim-cache/failure_detector.hpp"

namespace hearsay::membership {

class Membership {
 public:
  // Keeps references; they outlive the machine. `name`: what node `self` goes by.
  Membership(const Config& config, Host& host, RandomStream& random, NodeId self, NodeId name)
      : env_{config, host, random, name, self}, awareness_(config.awareness_max) {}
  Membership(const Config& config, Host& host, RandomStream& random, NodeId self)
      : Membership(config, host, random, self, self) {}
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  // --- inputs; `now` never goes back
  // Knows `members`, ascending round the circle of ids and constant as long as this lives, as alive: a cluster that is
  // up. Empty: it is alone. `incarnation` above all that it ever had.
  void start(Time now, std::span<const NodeId> members, std::uint32_t incarnation);
  void join(const std::vector<NodeId>& seeds);  // full state exchange with each of these nodes
  void leave(Time now);                         // begins a departure, which ends when has_left()
  // Says of a member that failed that it has left; `prunes`: all forget it. False if it is not known to have failed.
  bool force_leave(Time now, NodeId about, bool prunes);
  void packet(Time now, NodeId from, const Packet& packet);
  void state(Time now, NodeId from, const FullState& state, bool reply);
  void stream_ping(NodeId from, std::uint32_t sequence, bool reply) { detector_.stream_ping(from, sequence, reply); }
  void timer(Time now, const Timer& timer);
  void set_metadata(Time now) { beliefs_.set_metadata(now); }  // a new version of the node's own metadata
  void wake_gossip(Time now) { dissemination_.wake(now); }     // the user has something to gossip

  // --- what it believes
  std::uint32_t alive() const { return env_.table.alive(); }
  const MemberTable& table() const { return env_.table; }
  bool is_alive(NodeId node) const { return env_.table.is_alive(node); }  // alive or suspect
  // The node that goes by a name, of members that are gone as long as they are remembered; no_node: none is known.
  NodeId who_is(NodeId name) const {
    return env_.table.knows(name) || serf_.remembers(name) ? env_.table.address(name) : no_node;
  }
  std::uint32_t health() const { return awareness_.score(); }
  std::uint32_t incarnation() const { return beliefs_.incarnation(); }
  std::size_t queue_length() const { return dissemination_.length(); }
  std::uint32_t limit() const { return dissemination_.limit(); }            // of transmissions of a broadcast
  std::uint32_t serf_limit() const { return dissemination_.serf_limit(); }  // of an event or query
  const Coordinate& coordinate() const { return detector_.coordinate(); }
  bool has_left() const { return departure_.over(); }
  bool suspects(NodeId node) const { return beliefs_.suspects(node); }

 private:
  FullState full_state(bool joins) const;
  void dispatch(Time now, const Timer& timer);
  void push_pull(bool due);  // false: only sets out for the next one

  Environment env_;
  Awareness awareness_;
  Dissemination dissemination_{env_};
  SerfMembers serf_{env_, dissemination_};
  Beliefs beliefs_{env_, dissemination_, awareness_, serf_};
  FailureDetector detector_{env_, dissemination_, awareness_, beliefs_};
  Departure departure_{env_, dissemination_, serf_, beliefs_};
  bool joining_ = false;  // an exchange through which this node comes is under way
};

}  // namespace hearsay::membership
