// One incarnation of one server: the library's user on either side of a call.
#pragma once

#include <memory>

#include "protocols/common/rpc/caller.hpp"
#include "protocols/rpc-fanout/params.hpp"
#include "protocols/rpc-fanout/patterns.hpp"
#include "protocols/rpc-fanout/server.hpp"
#include "protocols/rpc-fanout/store.hpp"

namespace hearsay::rpc_fanout {

class Replica final : public Protocol {
 public:
  explicit Replica(std::shared_ptr<const Params> params);

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void connected(Context& context, ConnectionId connection, NodeId peer) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override;

 private:
  void answered(Context& context, const Received& received, const Reply& reply);

  std::shared_ptr<const Params> params_;
  Store store_;
  rpc::Caller caller_;
  Server server_;
  Patterns patterns_;
};

}  // namespace hearsay::rpc_fanout
