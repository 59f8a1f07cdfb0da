// One replica of `plumtree`: hands messages to its membership and its tree, and tells the tree of links.
#pragma once

#include <memory>

#include "protocols/plumtree/membership.hpp"
#include "protocols/plumtree/tree.hpp"

namespace hearsay::plumtree {

class Replica final : public Protocol {
 public:
  explicit Replica(const std::shared_ptr<const Params>& params) : membership_(params), tree_(params) {}

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void connected(Context& context, ConnectionId connection, NodeId peer) override;
  void leave(Context& context) override { membership_.leave(context); }

 private:
  void update_links(Context& context);

  Membership membership_;
  Tree tree_;
};

}  // namespace hearsay::plumtree
