// Who a node's neighbours are: those of the scenario's topology, less the failed ones, and who stands in for these
// ("Production-Level Improvements 2").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "protocols/delta-gossip/failed.hpp"
#include "protocols/delta-gossip/neighbours.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Overlay {
 public:
  explicit Overlay(const Params& params) : params_(params) {}

  void start(Context& context) { active_.start(context.neighbours()); }

  // Neighbours that are not known to have failed; in an order that depends on what happened alone.
  const Neighbours& active() const { return active_; }
  bool is_active(NodeId node) const { return active_.contains(node); }
  const Failed& failed() const { return failed_; }
  bool has_failed(NodeId node) const { return !failed_.all().empty() && failed_.contains(node); }

  // `random` draws from the active neighbours; requires one.
  NodeId random(Context& context) const {
    return active_[static_cast<std::size_t>(context.random().below(active_.size()))];
  }

  // A peer for anti-entropy: with a dynamic overlay any known one that is not taken for failed, so that parts of a
  // cluster whose last links have failed find each other again; else a neighbour. no_node if there is none.
  NodeId any_peer(Context& context) const;

  // What a change asks for: to tell `link` that it is a neighbour now, and `unlink` that it is none any more. With
  // `node`, these are all whose standing may have changed.
  struct Change {
    NodeId node = no_node;
    NodeId link = no_node;
    NodeId unlink = no_node;
    bool happened = false;
  };
  Change fail(Context& context, NodeId node);  // it does not answer
  Change back(Context& context, NodeId node);  // a failed one is heard of
  // That incarnation of it has left gracefully.
  Change gone(Context& context, NodeId node, std::uint32_t incarnation);
  // A message of it has come. True if it is a neighbour again that had left: by another incarnation, for messages of
  // the one that left may still be on their way.
  bool met(Context& context, NodeId node, std::uint32_t incarnation) {
    return !(left_.empty() && place_as_in_all(context.peers(), node)) && met_anybody(context, node, incarnation);
  }
  bool link(NodeId node);    // it says that we are its neighbour; false if it was one
  bool unlink(NodeId node);  // and that we are not any more; true if it was one because of that

 private:
  bool is_out(NodeId node) const { return failed_.contains(node) || left_.contains(node); }
  std::vector<std::uint32_t> taken(std::span<const NodeId> peers) const;
  NodeId pick(Context& context);
  NodeId pick_among_given(Context& context);
  std::vector<NodeId> free_discovered() const;
  NodeId stand_in(Context& context);
  void reconsider(NodeId node);
  bool met_anybody(Context& context, NodeId node, std::uint32_t incarnation);

  const Params& params_;
  Neighbours active_;
  std::optional<bool> given_all_;  // every peer was given as a neighbour; nothing: not looked at yet
  Failed failed_;
  std::set<NodeId> adopted_;              // neighbours because they, or we after somebody left, said so
  std::set<NodeId> discovered_;           // peers that are not in the list that this node was started with
  std::map<NodeId, std::uint32_t> left_;  // peers that have left, with the incarnation that did
  std::vector<std::uint32_t> spare_;  // given neighbours that are none now, and have neither failed nor left: ascending
                                      // places in the given list
};

}  // namespace hearsay::gossip
