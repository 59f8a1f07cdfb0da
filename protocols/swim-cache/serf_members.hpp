// What Serf adds to memberlist's members: it remembers those that failed and left, tries to join those that failed
// again, and takes note of what members announce of themselves (Serf, serf.go).
#pragma once

#include <map>
#include <vector>

#include "protocols/swim-cache/dissemination.hpp"
#include "protocols/swim-cache/member_intents.hpp"
#include "protocols/swim-cache/membership_host.hpp"

namespace hearsay::membership {

class SerfMembers {
 public:
  SerfMembers(Environment& environment, Dissemination& dissemination)
      : env_(environment), dissemination_(dissemination) {}

  void start_clock() { intents_.clock().tick(); }
  // At a random phase, as in a cluster that has been up for long; or, `fresh`, an interval from now.
  void start_reconnecting(bool fresh);
  void start_reaping(bool fresh);

  // --- what memberlist finds
  void alive(NodeId node);                         // it is heard of
  void came(NodeId node) { intents_.came(node); }  // it was not there before
  void gone(NodeId node, bool left, Time now);
  bool remembers(NodeId node) const { return failed_.contains(node); }
  bool announced_departure(NodeId node) const { return intents_.leaves(node); }

  // --- intents
  void announce(Time now, bool leaves);
  // One that came with a packet is gossiped on, one that came with a full state is not.
  void hear(Time now, const Intent& intent, bool gossips);
  bool force_leave(Time now, NodeId about,
                   bool prunes);  // false if it has not failed
  void merge(Time now, const FullState& state);
  // Serf's part of a full state; `state.members` are there.
  void add_to(FullState& state) const;

  // --- timers
  NodeId reconnect();  // whom to join again, or no_node
  void reap(Time now);

 private:
  struct Failed {
    Time since{};
    bool left = false;
  };

  void has_left(NodeId node);
  void prune(NodeId node);
  MemberIntents::Member state_of(NodeId node) const;
  std::vector<NodeId> failed() const;

  Environment& env_;
  Dissemination& dissemination_;
  MemberIntents intents_;
  std::map<NodeId, Failed> failed_;
};

}  // namespace hearsay::membership
