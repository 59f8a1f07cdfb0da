#include "protocols/swim-cache/dissemination.hpp"

#include <utility>

#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

void Dissemination::start(Time now) { phase_ = now + env_.random.between({}, env_.config.gossip_interval); }

std::uint32_t Dissemination::limit() const { return retransmit_limit(env_.config.retransmit_mult, env_.table.size()); }

std::uint32_t Dissemination::serf_limit() const {
  return retransmit_limit(env_.config.retransmit_mult, env_.serf_size());
}

void Dissemination::broadcast(Time now, const Update& update) {
  updates_.add(name_of(update.about), wire_size(update, env_.config), update);
  wake(now);
}

void Dissemination::broadcast(Time now, const Intent& intent) {
  intents_.add(name_of(intent.node), wire_size(intent), intent);
  wake(now);
}

// Ticks that would find nothing to say are left out; the phase stays.
void Dissemination::wake(Time now) {
  if (armed_) return;
  armed_ = true;
  if (phase_ <= now) {
    const auto ticks = (now - phase_) / env_.config.gossip_interval + 1;
    phase_ += env_.config.gossip_interval * ticks;
  }
  env_.host.set_timer(phase_ - now, {TimerKind::gossip});
}

// Who has died may have been cut off and comes to hear of it; who has left is gone (memberlist gossip()).
bool Dissemination::is_target(NodeId node, Time now) const {
  const MemberTable& table = env_.table;
  if (table.is_alive(node)) return true;
  return table.at(node).state == MemberState::dead && now - table.dead_since(node) <= env_.config.gossip_to_the_dead;
}

void Dissemination::gossip(Time now) {
  armed_ = false;
  const auto wanted = [&](NodeId node) { return is_target(node, now); };
  for (const NodeId node : env_.table.random(env_.config.gossip_nodes, env_.self, env_.random, wanted)) {
    if (!anything()) break;
    send(env_.table.address(node), {});
  }
  if (anything()) wake(now);
}

// memberlist encodeAndSendMsg, getBroadcasts: its own messages first, then Serf's.
void Dissemination::send(NodeId to, Packet packet) {
  packet.room = env_.config.packet_size - compound_header - wire_size(packet, env_.self, to);
  for (Update& update : updates_.take(packet.room, compound_overhead, limit())) {
    packet.room -= wire_size(update, env_.config) + compound_overhead;
    packet.updates.push_back(std::move(update));
  }
  for (const Intent& intent : intents_.take(packet.room, compound_overhead, serf_limit())) {
    packet.room -= wire_size(intent) + compound_overhead;
    packet.intents.push_back(intent);
  }
  const bool nothing = packet.updates.empty() && packet.intents.empty() && !env_.host.has_user_broadcasts();
  if (packet.kind == PacketKind::gossip && nothing) return;
  packet.checksum = packet.kind == PacketKind::gossip;
  env_.host.send(to, std::move(packet));
}

void Dissemination::send_alone(NodeId to, Packet packet) {
  packet.room = 0;
  packet.checksum = true;
  env_.host.send(to, std::move(packet));
}

}  // namespace hearsay::membership
