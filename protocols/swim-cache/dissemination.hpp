// Dissemination: what is new rides on the packets of the failure detector and on gossip to random members, each item a
// limited number of times (SWIM, section 4.1; memberlist net.go, state.go gossip).
#pragma once

#include <cstddef>

#include "protocols/swim-cache/broadcast_queue.hpp"
#include "protocols/swim-cache/membership_host.hpp"

namespace hearsay::membership {

class Dissemination {
 public:
  explicit Dissemination(Environment& environment) : env_(environment) {}

  // Draws the phase of its ticks.
  void start(Time now);
  void broadcast(Time now, const Update& update);
  void broadcast(Time now, const Intent& intent);
  // The user has something to gossip.
  void wake(Time now);
  // A tick.
  void gossip(Time now);
  // Sends the packet to a node, filled up with what is to be gossiped.
  void send(NodeId to, Packet packet);
  // Sends it as it is.
  void send_alone(NodeId to, Packet packet);

  // Whether the last broadcast about the member has yet to be sent, the first time or again.
  bool is_update_waiting(NodeId about) const { return updates_.contains(name_of(about)); }
  bool is_intent_waiting(NodeId about) const { return intents_.contains(name_of(about)); }

  std::size_t length() const { return updates_.size(); }  // updates that wait
  // Transmissions of a broadcast: memberlist's by the members that it knows, Serf's by those that Serf knows.
  std::uint32_t limit() const;
  std::uint32_t serf_limit() const;

 private:
  static std::uint64_t name_of(NodeId about) { return std::uint64_t{about} + 1; }
  bool anything() const { return !updates_.empty() || !intents_.empty() || env_.host.has_user_broadcasts(); }
  bool is_target(NodeId node, Time now) const;

  Environment& env_;
  BroadcastQueue<Update> updates_;
  BroadcastQueue<Intent> intents_;
  Time phase_{};
  bool armed_ = false;
};

}  // namespace hearsay::membership
