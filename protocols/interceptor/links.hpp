// The client side of a server: one connection to every other server, dialled when it starts and kept ("Server Setup 2",
// clientCfg). A broken one is dialled again by the next call.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "protocols/interceptor/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::interceptor {

class Links {
 public:
  explicit Links(const Params& params) : stream_(params.transport == Transport::stream) {}

  // Takes the static configuration of servers and dials them.
  void start(Context& context);
  // In good order.
  void close(Context& context);

  std::size_t size() const { return peers_.size(); }
  SendId send(Context& context, std::size_t peer, const MessagePtr& message);
  // Position of a server, if it is in the configuration.
  std::optional<std::size_t> find(NodeId node) const;
  // The peer whose connection this was, if it is one of ours; it is forgotten.
  std::optional<std::size_t> broken(ConnectionId connection, NodeId node);

 private:
  bool stream_;
  std::vector<NodeId> peers_;              // ascending
  std::vector<ConnectionId> connections_;  // by position; no_connection while broken
};

}  // namespace hearsay::interceptor
