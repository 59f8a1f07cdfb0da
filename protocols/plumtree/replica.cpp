#include "protocols/plumtree/replica.hpp"

#include <type_traits>

namespace hearsay::plumtree {

void Replica::start(Context& context, StartReason reason) {
  context.state_digest(0);
  membership_.start(context, reason);
  update_links(context);
}

void Replica::request(Context& context, const Operation& operation) {
  if (operation.kind == OperationKind::write) tree_.write(context, operation.write, operation.size);
  context.respond(operation.id, {Outcome::ok, tree_.known()});
}

void Replica::message(Context& context, const Received& received) {
  const auto to_tree = [&](const auto& message) {
    const bool neighbour = membership_.is_active(received.from);
    const bool stray = !membership_.is_link(received.from, received.connection);
    membership_.seen(received.from, received.connection);
    if (!neighbour) membership_.correct(context, received.from);
    if constexpr (std::is_same_v<std::decay_t<decltype(message)>, Gossip>) {
      if (neighbour && stray)
        tree_.on_stray(context, received.from, message);
      else
        tree_.on(context, received.from, message);
    } else {
      tree_.on(context, received.from, message);
    }
    if (!neighbour) tree_.link_down(context, received.from);  // its content counts, the link does not
  };
  std::visit(
      [&](const auto& message) {
        if constexpr (requires { membership_.on(context, received, message); })
          membership_.on(context, received, message);
        else
          to_tree(message);
      },
      payload<AnyMessage>(received.message));
  update_links(context);
}

void Replica::timer(Context& context, TimerKey key) {
  const std::uint64_t number = Timers::number(key);
  switch (Timers::purpose(key)) {
    case TimerPurpose::join: membership_.join_timer(context); break;
    case TimerPurpose::shuffle: membership_.shuffle_timer(context); break;
    case TimerPurpose::neighbour: membership_.neighbour_timer(context, number); break;
    case TimerPurpose::missing: tree_.missing_timer(context, static_cast<WriteId>(number)); break;
    case TimerPurpose::announce: tree_.announce_timer(context); break;
  }
  update_links(context);
}

void Replica::connected(Context& context, ConnectionId connection, NodeId peer) {
  membership_.seen(peer, connection);
  update_links(context);
}

void Replica::disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) {
  membership_.disconnected(context, connection, peer, error);
  update_links(context);
}

void Replica::update_links(Context& context) {
  for (const LinkChange& change : membership_.take_changes())
    if (change.up)
      tree_.link_up(context, change.peer);
    else
      tree_.link_down(context, change.peer);
}

}  // namespace hearsay::plumtree
