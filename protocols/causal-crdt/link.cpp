#include "protocols/causal-crdt/link.hpp"

#include "protocols/causal-crdt/metrics.hpp"

namespace hearsay::causal {

LinkLayer::LinkLayer(const Params& params)
    : params_(params),
      connections_(params),
      retries_(params, {[this](Context& context, NodeId member, const MessagePtr& message) {
                          return send_effect(context, member, message);
                        },
                        [this](NodeId member) { return connections_.times_heard(member); },
                        [this](Context& context, NodeId member, std::uint64_t before) {
                          connections_.attempt_failed(context, member, before);
                        }}) {}

SendId LinkLayer::send_effect(Context& context, NodeId member, const MessagePtr& message) {
  if (params_.transport == Transport::datagram) return context.send(member, message);
  return connections_.send(context, member, message);
}

void LinkLayer::broadcast(Context& context, const EffectPtr& effect) {
  const auto copies = static_cast<double>(members().size());
  context.count(index(Metric::effects_sent), copies);
  context.count(index(Metric::clock_bytes), copies * effect->clock_bytes());
  retries_.begin(context, effect->origin.dot, envelope(params_, Broadcast{effect}), members());
}

void LinkLayer::send_to_all(Context& context, const MessagePtr& message) {
  for (const NodeId member : members()) send(context, member, message);
}

void LinkLayer::acknowledge(Context& context, const Received& received, const Dot& effect) {
  const MessagePtr message = envelope(params_, Acknowledgement{effect});
  if (params_.transport == Transport::datagram)
    context.send(received.from, message);
  else
    context.send_on(received.connection, message);
}

void LinkLayer::disconnected(Context& context, ConnectionId connection, NodeId member) {
  if (connections_.disconnected(context, connection, member)) retries_.connection_lost(context, member);
}

void LinkLayer::remove(Context& context, const Received& farewell) {
  if (connections_.remove(context, farewell.from, farewell.connection)) retries_.forget(farewell.from);
}

void LinkLayer::leave(Context& context) {
  retries_.flush(context);
  send_to_all(context, make_message<AnyMessage>(Leave{}));
  connections_.close(context);
}

}  // namespace hearsay::causal
