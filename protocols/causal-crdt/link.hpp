// The link layer: carries effects to every member, and other messages once ("Core Components 3").
#pragma once

#include "protocols/causal-crdt/connections.hpp"
#include "protocols/causal-crdt/messages.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/causal-crdt/retries.hpp"

namespace hearsay::causal {

class LinkLayer {
 public:
  explicit LinkLayer(const Params& params);

  void start(Context& context, StartReason reason) { connections_.start(context, reason); }
  // Sends what waits for a retry, tells all members that this one goes, and closes.
  void leave(Context& context);

  const std::vector<NodeId>& members() const { return connections_.members(); }
  void add(Context& context, const Received& announcement) {
    connections_.add(context, announcement.from, announcement.connection);
  }
  void remove(Context& context, const Received& farewell);

  // To every member, with retries.
  void broadcast(Context& context, const EffectPtr& effect);
  // Those that no connection reaches, at once.
  void redial(Context& context) { connections_.redial(context); }
  // Once, for what is asked again anyway if it does not arrive.
  void send(Context& context, NodeId member, const MessagePtr& message) { connections_.send(context, member, message); }
  // Over the connection by which the request came: it works now, while ours may not stand yet.
  void reply(Context& context, const Received& request, const MessagePtr& message) {
    context.send_on(request.connection, message);
  }
  void send_to_all(Context& context, const MessagePtr& message);

  // Answers the effect that was received.
  void acknowledge(Context& context, const Received& received, const Dot& effect);
  void acknowledged(NodeId member, const Dot& effect) { retries_.acknowledged(member, effect); }

  // Each true if a member is there again that was not: time for anti-entropy.
  bool heard(Context& context, NodeId from) { return connections_.heard(context, from); }
  bool connected(Context& context, ConnectionId connection, NodeId member) {
    return connections_.connected(context, connection, member);
  }
  void disconnected(Context& context, ConnectionId connection, NodeId member);

  void attempts_timer(Context& context, std::uint64_t number) { retries_.timer(context, number); }
  void reconnect_timer(Context& context, NodeId member, std::uint32_t dials) {
    connections_.reconnect_timer(context, member, dials);
  }
  void dial_timer(Context& context, NodeId member, std::uint32_t dials) {
    connections_.dial_timer(context, member, dials);
  }
  void first_dials_timer(Context& context) { connections_.first_dials_timer(context); }

 private:
  SendId send_effect(Context& context, NodeId member, const MessagePtr& message);

  const Params& params_;
  Connections connections_;
  Retries retries_;
};

}  // namespace hearsay::causal
