// Contacts under a connection limit (Demers et al. 1987, section 1.4, "Connection limit" and "Hunting"): a node calls
// before it exchanges values; a peer that has admitted `connection_limit` calls in its round rejects; who is rejected
// calls another neighbour, up to `hunt_limit` times.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "protocols/delta-gossip/parts.hpp"

namespace hearsay::gossip {

class Contacts {
 public:
  explicit Contacts(Parts& parts) : parts_(parts), params_(parts.params) {}

  bool limited() const { return params_.connection_limit > 0; }

  // Calls of the round before are forgotten, made and admitted ones alike.
  void begin_round();
  void call(Context& context, NodeId node) { call(context, node, 0); }

  // A peer calls: it is answered.
  void called(Context& context, Peer& peer);
  // Whether the peer's consent answers a call of this round. True once.
  bool admitted(const Peer& peer) { return waiting_.erase(peer.id) > 0; }
  // The peer rejects a call: another neighbour for which `eligible(node)` holds is called, if there is one left.
  template <class Eligible>
  void rejected(Context& context, const Peer& peer, Eligible eligible) {
    const auto call_made = waiting_.extract(peer.id);
    if (call_made.empty() || call_made.mapped() >= params_.hunt_limit) return;
    std::vector<NodeId> left;
    for (const NodeId node : parts_.overlay.active())
      if (!tried_.contains(node) && eligible(node)) left.push_back(node);
    if (left.empty()) return;
    call(context, left[static_cast<std::size_t>(context.random().below(left.size()))], call_made.mapped() + 1);
  }

 private:
  void call(Context& context, NodeId node, std::uint32_t hunts);
  void say(Context& context, Peer& peer, Hello::Kind kind);

  Parts& parts_;
  const Params& params_;
  std::uint32_t admitted_ = 0;               // calls of peers, in this round
  std::set<NodeId> tried_;                   // called in this round
  std::map<NodeId, std::uint32_t> waiting_;  // calls without an answer, and how many rejections led to each
};

}  // namespace hearsay::gossip
