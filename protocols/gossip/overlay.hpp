// Who a node's neighbours are: those of the scenario's topology, less the failed ones, and who stands in for these
// ("Production-Level Improvements 2").
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "protocols/gossip/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Overlay {
 public:
  explicit Overlay(const Params& params) : params_(params) {}

  void start(Context& context);

  // Neighbours that are not known to have failed; in an order that depends on what happened alone.
  std::span<const NodeId> active() const { return changed_ ? std::span<const NodeId>(own_list_) : given_; }
  bool is_active(NodeId node) const;
  const std::map<NodeId, NodeId>& failed() const { return failed_; }

  // `random` draws from the active neighbours; requires one.
  NodeId random(Context& context) const {
    return active()[static_cast<std::size_t>(context.random().below(active().size()))];
  }

  // A peer for anti-entropy: with a dynamic overlay any known one that is not taken for failed, so that parts of a
  // cluster whose last links have failed find each other again; else a neighbour. no_node if there is none.
  NodeId any_peer(Context& context) const;

  // What a change asks for: to tell `link` that it is a neighbour now, and `unlink` that it is none any more.
  struct Change {
    NodeId link = no_node;
    NodeId unlink = no_node;
    bool happened = false;
  };
  Change fail(Context& context, NodeId node);  // it does not answer
  Change back(Context& context, NodeId node);  // a failed one is heard of
  Change gone(Context& context, NodeId node);  // it has left in good order
  bool link(Context& context, NodeId node);    // it says that we are its neighbour; false if it was one
  bool unlink(NodeId node);                    // and that we are not any more; true if it was one because of that

 private:
  bool given(NodeId node) const;
  void add(NodeId node);
  void remove(NodeId node);
  NodeId pick(Context& context);
  NodeId stand_in(Context& context);

  const Params& params_;
  std::span<const NodeId> given_;  // of the topology
  std::vector<NodeId> own_list_;   // once it differs
  bool changed_ = false;
  std::map<NodeId, NodeId> failed_;  // neighbours, and who stands in for each: no_node where there was nobody
  std::set<NodeId> adopted_;         // neighbours because they, or we after somebody left, said so
  std::set<NodeId> discovered_;      // peers that are not in the list that this node was started with
  std::set<NodeId> left_;            // peers that have said goodbye
};

}  // namespace hearsay::gossip
