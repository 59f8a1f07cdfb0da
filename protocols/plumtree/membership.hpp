// HyParView (Leitao, Pereira and Rodrigues, DSN 2007): a small active view, whose links are connections and symmetric,
// for broadcasting, and a large passive view of nodes that stand by. Broken connections are the failure detector.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "protocols/plumtree/messages.hpp"
#include "protocols/plumtree/params.hpp"
#include "protocols/plumtree/timers.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::plumtree {

// A neighbour that came or went.
struct LinkChange {
  NodeId peer;
  bool up;
};

class Membership {
 public:
  explicit Membership(std::shared_ptr<const Params> params) : params_(std::move(params)) {}

  void start(Context& context, StartReason reason);
  void leave(Context& context);

  bool is_active(NodeId node) const;
  std::vector<LinkChange> take_changes() { return std::exchange(changes_, {}); }

  // A message came from an active neighbour on this connection: it is the link whose end is the neighbour's.
  void seen(NodeId from, ConnectionId connection);
  // Whether the link to this active neighbour is known to be this connection. What comes on another one may be from
  // before the neighbour's restart.
  bool is_link(NodeId node, ConnectionId connection) const;
  // Somebody treats this node as its neighbour without being one: the other side is corrected.
  void correct(Context& context, NodeId from);

  void on(Context& context, const Received& from, const Join& join);
  void on(Context& context, const Received& from, const ForwardJoin& join);
  void on(Context& context, const Received& from, const Disconnect& disconnect);
  void on(Context& context, const Received& from, const Neighbour& request);
  void on(Context& context, const Received& from, const NeighbourReply& reply);
  void on(Context& context, const Received& from, const Shuffle& shuffle);
  void on(Context& context, const Received& from, const ShuffleReply& reply);

  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error);
  void join_timer(Context& context);
  void shuffle_timer(Context& context);
  void neighbour_timer(Context& context, std::uint64_t attempt);

 private:
  struct Active {
    NodeId node;
    ConnectionId link = no_connection;  // unknown until something came on it
  };

  void stand(Context& context);
  NodeId contact(Context& context) const;
  void join_at(Context& context, NodeId node);
  std::vector<Active>::iterator find(NodeId node);
  void add_active(Context& context, NodeId node);
  void remove_active(Context& context, NodeId node);
  void drop_random(Context& context);
  // What the passive view may lose first (section 4.4), of which it does not hold the first `gone`: a view of thirty is
  // not looked through for them again with every node that comes.
  struct Expendable {
    std::span<const NodeId> nodes;
    std::size_t gone = 0;
  };
  void add_passive(Context& context, NodeId node) {
    Expendable none;
    add_passive(context, node, none);
  }
  void add_passive(Context& context, NodeId node, Expendable& expendable);
  void remove_passive(NodeId node) { std::erase(passive_, node); }
  bool full() const { return active_.size() >= params_->active_view; }
  NodeId random_active(Context& context, NodeId except) const;
  Nodes sample(Context& context, Nodes from, std::size_t count) const;
  Nodes active_nodes() const;
  void promote(Context& context);
  void ask(Context& context, NodeId node);
  void ask_server(Context& context);
  void give_up_pending(Context& context);
  void look_for_neighbours(Context& context);
  void integrate(Context& context, const Nodes& nodes, const Nodes& sent);
  void report(Context& context) const;

  std::shared_ptr<const Params> params_;
  std::vector<Active> active_;
  Nodes passive_;
  Nodes sent_;                // in the last shuffle of this node
  NodeId pending_ = no_node;  // asked to become a neighbour, not answered yet
  std::uint64_t attempt_ = 0;
  std::uint32_t servers_asked_ = 0;  // in this cycle
  std::set<NodeId> tried_;           // in this search for neighbours
  std::vector<LinkChange> changes_;
  bool booting_ = false;  // it has not joined yet
  bool rejoining_ = false, leaving_ = false;
};

}  // namespace hearsay::plumtree
