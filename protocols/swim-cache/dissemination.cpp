#include "protocols/swim-cache/dissemination.hpp"

#include <utility>

#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

void Dissemination::start(Time now) { phase_ = now + env_.random.between({}, env_.config.gossip_interval); }

std::uint32_t Dissemination::limit() const { return retransmit_limit(env_.config.retransmit_mult, env_.table.size()); }

void Dissemination::broadcast(Time now, const Update& update) {
  updates_.add(std::uint64_t{update.about} + 1, wire_size(update, env_.config), update);
  wake(now);
}

void Dissemination::broadcast(Time now, const Intent& intent) {
  intents_.add(std::uint64_t{intent.node} + 1, wire_size(intent), intent);
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

bool Dissemination::is_target(NodeId node, Time now) const {
  if (env_.table.is_alive(node)) return true;
  const Time since = env_.table.dead_since(node);
  return since != never && now - since <= env_.config.gossip_to_the_dead;
}

void Dissemination::gossip(Time now) {
  armed_ = false;
  if (env_.leaving) return;
  const auto wanted = [&](NodeId node) { return is_target(node, now); };
  for (const NodeId node : env_.table.random(env_.config.gossip_nodes, env_.self, env_.random, wanted)) {
    if (!anything()) break;
    send(node, {});
  }
  if (anything()) wake(now);
}

// memberlist encodeAndSendMsg
void Dissemination::send(NodeId to, Packet packet) {
  const std::uint32_t first = wire_size(packet, env_.self, to);
  std::uint32_t used = first;
  for (const Update& update : packet.updates) used += wire_size(update, env_.config) + compound_overhead;
  const std::uint32_t budget = env_.config.packet_size - compound_header;
  if (!updates_.empty() && used + compound_overhead < budget)
    for (Update& update : updates_.take(budget - used - compound_overhead, compound_overhead, limit())) {
      used += wire_size(update, env_.config) + compound_overhead;
      packet.updates.push_back(std::move(update));
    }
  if (!intents_.empty() && used + compound_overhead < budget)
    for (Intent& intent : intents_.take(budget - used - compound_overhead, compound_overhead, limit())) {
      used += wire_size(intent) + compound_overhead;
      packet.intents.push_back(intent);
    }
  const std::size_t parts = packet.updates.size() + packet.intents.size();
  if (parts > 0 && packet.kind != PacketKind::gossip) used += compound_header + compound_overhead;
  if (parts > 1 && packet.kind == PacketKind::gossip) used += compound_header;
  if (env_.config.compression) used = compressed_size(packet, used, first);
  packet.bytes = used + checksum_header;
  if (packet.kind == PacketKind::gossip && parts == 0 && !env_.host.has_user_broadcasts()) return;
  env_.host.send(to, std::move(packet));
}

}  // namespace hearsay::membership
