#include "protocols/swim-cache/membership.hpp"

#include <algorithm>
#include <utility>

#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

// Periodic work begins at a random phase (memberlist's triggerFunc and pushPullTrigger).
void Membership::start(Time now, const std::vector<NodeId>& members, std::uint32_t incarnation) {
  serf_.start_clock();
  beliefs_.start(now, members, incarnation);
  detector_.start(now);
  dissemination_.start(now);
  const Duration interval = env_.config.push_pull_interval;
  if (interval > Duration{})
    env_.host.set_timer(env_.random.between({}, push_pull_scale(interval, env_.table.size())), {TimerKind::push_pull});
  serf_.start_reconnecting();
  serf_.start_reaping();
  // A joiner tells of itself; the members that boot together know each other.
  if (members.empty()) beliefs_.announce(now);
}

void Membership::join(const std::vector<NodeId>& seeds) {
  if (env_.table.alive() == 1) joining_ = true;
  for (const NodeId seed : seeds) {
    env_.host.happened(Happening::push_pull_begun);
    env_.host.send_state(seed, full_state(true), false);
  }
}

std::vector<NodeId> Membership::departure_targets() {
  std::vector<NodeId> others = env_.table.order();
  std::erase_if(others, [this](NodeId node) { return node == env_.self || !is_alive(node); });
  const std::size_t count = std::min<std::size_t>(others.size(), limit());
  env_.random.shuffle_front(others, count);
  others.resize(count);
  return others;
}

// memberlist queues the message and waits until it has gone out, and Serf gossips its own for a while before that; a
// node that must go at once sends each to as many.
void Membership::leave(Time now) {
  env_.leaving = true;
  if (env_.config.intents) {
    const Intent intent = serf_.departure();
    for (const NodeId node : departure_targets()) {
      Packet packet;
      packet.intents = {intent};
      packet.bytes = wire_size(intent) + checksum_header;
      env_.host.send(node, std::move(packet));
    }
  }
  const std::uint32_t incarnation = beliefs_.incarnation();
  const Update update{env_.self, env_.self, incarnation, MemberState::left, 0};
  const std::vector<NodeId> others = departure_targets();
  env_.table.change(env_.self, incarnation, MemberState::left, now);
  for (const NodeId node : others) {
    Packet packet;
    packet.updates = {update};
    packet.bytes = wire_size(update, env_.config) + checksum_header;
    env_.host.send(node, std::move(packet));
  }
}

void Membership::packet(Time now, NodeId from, const Packet& packet) {
  switch (packet.kind) {
    case PacketKind::ping: detector_.ping(from, packet); break;
    case PacketKind::ping_req: detector_.ping_req(from, packet); break;
    case PacketKind::ack: detector_.ack(packet); break;
    case PacketKind::nack: detector_.nack(packet); break;
    case PacketKind::gossip: break;
  }
  for (const Update& update : packet.updates) beliefs_.apply(now, update);
  if (env_.config.intents)
    for (const Intent& intent : packet.intents) serf_.hear(now, intent);
}

void Membership::timer(Time now, const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::probe: return detector_.period(now);
    case TimerKind::probe_timeout: return detector_.probe_timeout(timer.number);
    case TimerKind::relay_timeout: return detector_.relay_timeout(timer.number);
    case TimerKind::gossip: return dissemination_.gossip(now);
    case TimerKind::push_pull: return push_pull();
    case TimerKind::reconnect:
      if (const NodeId node = serf_.reconnect(); node != no_node) join({node});
      return;
    case TimerKind::reap: return serf_.reap(now);
    case TimerKind::suspicion: return beliefs_.suspicion_timer(now, timer);
  }
}

// --- full states

FullState Membership::full_state(bool joins) const {
  FullState state;
  state.joins = joins;
  state.members.reserve(env_.table.size());
  for (const NodeId node : env_.table.order()) {
    const MemberTable::Entry& entry = env_.table.at(node);
    state.members.push_back({node, entry.incarnation, entry.state, entry.metadata, 0});
  }
  serf_.add_to(state);
  return state;
}

void Membership::state(Time now, NodeId from, const FullState& state, bool reply) {
  if (!reply) env_.host.send_state(from, full_state(false), true);
  for (const MemberRecord& record : state.members) beliefs_.merge(now, record);
  if (!env_.config.intents) return;
  serf_.merge(now, state);
  if (reply && std::exchange(joining_, false)) serf_.announce(now, false);
}

void Membership::push_pull() {
  env_.host.set_timer(push_pull_scale(env_.config.push_pull_interval, env_.table.size()), {TimerKind::push_pull});
  if (env_.leaving) return;
  const auto alive = [this](NodeId node) { return env_.table.at(node).state == MemberState::alive; };
  for (const NodeId node : env_.table.random(1, env_.self, env_.random, alive)) {
    env_.host.happened(Happening::push_pull_begun);
    env_.host.send_state(node, full_state(false), false);
  }
}

}  // namespace hearsay::membership
