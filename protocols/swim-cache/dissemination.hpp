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
  // Sends the packet, filled up with what is to be gossiped.
  void send(NodeId to, Packet packet);

  std::size_t length() const { return updates_.size(); }  // updates that wait
  std::uint32_t limit() const;                            // of transmissions of a broadcast

 private:
  bool anything() const { return !updates_.empty() || !intents_.empty() || env_.host.has_user_broadcasts(); }
  bool is_target(NodeId node, Time now) const;

  Environment& env_;
  BroadcastQueue<Update> updates_;
  BroadcastQueue<Intent> intents_;
  Time phase_{};
  bool armed_ = false;
};

}  // namespace hearsay::membership
