#include "protocols/interceptor/links.hpp"

#include <algorithm>

namespace hearsay::interceptor {

void Links::start(Context& context) {
  peers_.assign(context.peers().begin(), context.peers().end());
  std::sort(peers_.begin(), peers_.end());
  connections_.assign(peers_.size(), no_connection);
  if (!stream_) return;
  for (std::size_t i = 0; i < peers_.size(); ++i) connections_[i] = context.dial(peers_[i]);
}

void Links::close(Context& context) {
  for (const ConnectionId connection : connections_)
    if (connection != no_connection) context.close(connection);
}

SendId Links::send(Context& context, std::size_t peer, const MessagePtr& message) {
  if (!stream_) return context.send(peers_[peer], message);
  if (connections_[peer] == no_connection) connections_[peer] = context.dial(peers_[peer]);
  return context.send_on(connections_[peer], message);
}

std::optional<std::size_t> Links::find(NodeId node) const {
  const auto it = std::lower_bound(peers_.begin(), peers_.end(), node);
  if (it == peers_.end() || *it != node) return std::nullopt;
  return static_cast<std::size_t>(it - peers_.begin());
}

std::optional<std::size_t> Links::broken(ConnectionId connection, NodeId node) {
  const auto peer = find(node);
  if (!peer || connections_[*peer] != connection) return std::nullopt;
  connections_[*peer] = no_connection;
  return peer;
}

}  // namespace hearsay::interceptor
