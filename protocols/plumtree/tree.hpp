// Plumtree (Leitao, Pereira and Rodrigues, SRDS 2007): links are eager, and carry payloads, or lazy, and announce them.
// A payload that comes twice makes its link lazy, so the eager ones become a spanning tree; an announced payload that
// does not come is asked for, and the link that announced it becomes eager.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocols/plumtree/messages.hpp"
#include "protocols/plumtree/params.hpp"
#include "protocols/plumtree/timers.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::plumtree {

class Tree {
 public:
  explicit Tree(std::shared_ptr<const Params> params) : params_(std::move(params)) {}

  // NeighborUp and NeighborDown of algorithm 3.
  void link_up(Context& context, NodeId peer);
  void link_down(Context& context, NodeId peer);

  void write(Context& context, WriteId write, std::uint32_t size);
  void on(Context& context, NodeId from, const Gossip& gossip);
  // `on` for a payload that did not come over the link to `from`: with `exchange` it is announced to `from`, who may
  // have restarted after sending it, and whose new link was made before it was here to be announced.
  void on_stray(Context& context, NodeId from, const Gossip& gossip);
  void on(Context& context, NodeId from, const IHave& ihave);
  void on(Context& context, NodeId from, const Graft& graft);
  void on(Context& context, NodeId from, const Prune& prune);
  void missing_timer(Context& context, WriteId write);
  void announce_timer(Context& context);

  std::vector<WriteId> known() const;

 private:
  struct Payload {
    std::uint32_t size = 0, round = 0;
  };
  struct Announced {
    NodeId peer;
    std::uint32_t round;  // that its payload would have
  };

  bool learn(Context& context, WriteId write, std::uint32_t size, std::uint32_t round);
  void push(Context& context, const Gossip& gossip, NodeId from);
  void make_eager(Context& context, NodeId peer);
  void make_lazy(Context& context, NodeId peer);
  std::optional<Announced> nearest(WriteId write) const;
  void optimise(Context& context, const Announced& nearest, const Gossip& gossip, NodeId from);
  void report(Context& context) const;

  std::shared_ptr<const Params> params_;
  std::set<NodeId> eager_, lazy_;
  std::map<WriteId, Payload> received_;
  // Announced and not received: who announced it, first of all first.
  std::map<WriteId, std::deque<Announced>> missing_;
  std::set<WriteId> waiting_;  // those of them that have a timer
  // Announcements to come, by whom they are for: a link that becomes eager meanwhile did not carry the payload.
  std::map<NodeId, std::vector<Announcement>> queue_;
  std::uint64_t digest_ = 0;
};

}  // namespace hearsay::plumtree
