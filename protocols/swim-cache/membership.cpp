#include "protocols/swim-cache/membership.hpp"

#include <utility>

#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

// Periodic work begins at a random phase, as in a cluster that has been up for long. A member that has just started
// waits for a random part of an interval and then for a whole one before its first full state exchange (memberlist
// pushPullTrigger), and an interval before it reconnects and reaps (Serf).
void Membership::start(Time now, std::span<const NodeId> members, std::uint32_t incarnation) {
  const bool fresh = members.empty();
  serf_.start_clock();
  beliefs_.start(now, members, incarnation);
  detector_.start(now);
  dissemination_.start(now);
  if (const Duration interval = env_.config.push_pull_interval; interval > Duration{}) {
    if (fresh)
      env_.host.set_timer(env_.random.between({}, interval), {TimerKind::push_pull, 0, 1});
    else
      env_.host.set_timer(env_.random.between({}, push_pull_scale(interval, env_.table.size())),
                          {TimerKind::push_pull});
  }
  serf_.start_reconnecting(fresh);
  serf_.start_reaping(fresh);
  // A joiner announces itself; the members that boot together know each other.
  if (fresh) beliefs_.announce(now);
}

void Membership::join(const std::vector<NodeId>& seeds) {
  if (env_.table.alive() == 1) joining_ = true;
  for (const NodeId seed : seeds) {
    env_.host.happened(Happening::push_pull_begun);
    env_.host.send_state(seed, full_state(true), false);
  }
}

void Membership::leave(Time now) { departure_.begin(now); }

bool Membership::force_leave(Time now, NodeId about, bool prunes) { return serf_.force_leave(now, about, prunes); }

void Membership::packet(Time now, NodeId from, const Packet& packet) {
  switch (packet.kind) {
    case PacketKind::ping: detector_.ping(from, packet); break;
    case PacketKind::ping_req: detector_.ping_req(from, packet); break;
    case PacketKind::ack: detector_.ack(now, packet); break;
    case PacketKind::nack: detector_.nack(packet); break;
    case PacketKind::gossip: break;
  }
  for (const Update& update : packet.updates) beliefs_.apply(now, update);
  if (env_.config.intents)
    for (const Intent& intent : packet.intents) serf_.hear(now, intent, true);
  departure_.proceed(now);
}

void Membership::timer(Time now, const Timer& timer) {
  dispatch(now, timer);
  departure_.proceed(now);
}

void Membership::dispatch(Time now, const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::probe: return detector_.period(now);
    case TimerKind::probe_timeout: return detector_.probe_timeout(timer.number);
    case TimerKind::relay_timeout: return detector_.relay_timeout(timer.number);
    case TimerKind::gossip: return dissemination_.gossip(now);
    case TimerKind::push_pull: return push_pull(timer.number == 0);
    case TimerKind::reconnect:
      if (const NodeId node = serf_.reconnect(); node != no_node) join({env_.table.address(node)});
      return;
    case TimerKind::reap: return serf_.reap(now);
    case TimerKind::suspicion: return beliefs_.suspicion_timer(now, timer);
    case TimerKind::departure: return departure_.timer(now, timer.number);
  }
}

// --- full states

FullState Membership::full_state(bool joins) const {
  FullState state;
  state.joins = joins;
  state.members.reserve(env_.table.size());
  const ProbeOrder& order = env_.table.order();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const NodeId node = order[i];
    const MemberTable::Entry& entry = env_.table.at(node);
    const NodeId address = env_.table.address(node);
    state.members.push_back(
        {node, entry.incarnation, entry.state, entry.metadata, 0, address == node ? no_node : address});
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

void Membership::push_pull(bool due) {
  env_.host.set_timer(push_pull_scale(env_.config.push_pull_interval, env_.table.size()), {TimerKind::push_pull});
  if (!due) return;
  const auto alive = [this](NodeId node) { return env_.table.at(node).state == MemberState::alive; };
  for (const NodeId node : env_.table.random(1, env_.self, env_.random, alive)) {
    env_.host.happened(Happening::push_pull_begun);
    env_.host.send_state(env_.table.address(node), full_state(false), false);
  }
}

}  // namespace hearsay::membership
