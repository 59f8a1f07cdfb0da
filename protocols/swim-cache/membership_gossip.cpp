// Dissemination: piggybacking, gossip of what is new, full state exchanges (memberlist net.go, state.go), and Serf's
// reconnection to failed members (serf.go).
#include <utility>

#include "protocols/swim-cache/membership.hpp"
#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

// Fills up what is left of the packet with what is to be gossiped (memberlist encodeAndSendMsg).
void Membership::post(NodeId to, Packet packet) {
  const std::uint32_t first = wire_size(packet, self_, to);
  std::uint32_t used = first;
  for (const Update& update : packet.updates) used += wire_size(update, config_) + compound_overhead;
  const std::uint32_t budget = config_.packet_size - compound_header;
  if (!queue_.empty() && used + compound_overhead < budget)
    for (Update& update : queue_.take(budget - used - compound_overhead, compound_overhead, limit())) {
      used += wire_size(update, config_) + compound_overhead;
      packet.updates.push_back(std::move(update));
    }
  if (!intent_queue_.empty() && used + compound_overhead < budget)
    for (Intent& intent : intent_queue_.take(budget - used - compound_overhead, compound_overhead, limit())) {
      used += wire_size(intent) + compound_overhead;
      packet.intents.push_back(intent);
    }
  const std::size_t parts = packet.updates.size() + packet.intents.size();
  if (parts > 0 && packet.kind != PacketKind::gossip) used += compound_header + compound_overhead;
  if (parts > 1 && packet.kind == PacketKind::gossip) used += compound_header;
  if (config_.compression) used = compressed_size(packet, used, first);
  packet.bytes = used + checksum_header;
  if (packet.kind == PacketKind::gossip && parts == 0 && !host_.has_user_broadcasts()) return;
  host_.send(to, std::move(packet));
}

// Ticks that would find nothing to say are left out; the phase stays.
void Membership::arm_gossip(Time now) {
  if (gossip_armed_) return;
  gossip_armed_ = true;
  if (gossip_phase_ <= now) {
    const auto ticks = (now - gossip_phase_) / config_.gossip_interval + 1;
    gossip_phase_ += config_.gossip_interval * ticks;
  }
  host_.set_timer(gossip_phase_ - now, {TimerKind::gossip});
}

void Membership::wake_gossip(Time now) { arm_gossip(now); }

void Membership::gossip_timer(Time now) {
  gossip_armed_ = false;
  if (leaving_) return;
  const auto wanted = [&](NodeId node) {
    if (is_alive(node)) return true;
    const Time since = table_.dead_since(node);
    return since != never && now - since <= config_.gossip_to_the_dead;
  };
  for (const NodeId node : table_.random(config_.gossip_nodes, self_, random_, wanted)) {
    if (!has_gossip()) break;
    post(node, {});
  }
  if (has_gossip()) arm_gossip(now);
}

void Membership::push_pull_timer() {
  host_.set_timer(push_pull_scale(config_.push_pull_interval, table_.size()), {TimerKind::push_pull});
  if (leaving_) return;
  const auto alive = [this](NodeId node) { return table_.at(node).state == MemberState::alive; };
  for (const NodeId node : table_.random(1, self_, random_, alive)) {
    host_.happened(Happening::push_pull_begun);
    host_.send_state(node, full_state(false), false);
  }
}

// All members together try about one failed member an interval for each failed one (Serf reconnect()).
void Membership::reconnect_timer() {
  host_.set_timer(config_.reconnect_interval, {TimerKind::reconnect});
  std::vector<NodeId> failed;
  for (const auto& [node, what] : failed_)
    if (!what.left) failed.push_back(node);
  if (failed.empty() || leaving_) return;
  const double alive = table_.alive() > 0 ? table_.alive() : 1;
  if (random_.uniform() > static_cast<double>(failed.size()) / alive) return;
  host_.happened(Happening::rejoin_tried);
  join({failed[static_cast<std::size_t>(random_.below(failed.size()))]});
}

void Membership::reap_timer(Time now) {
  host_.set_timer(config_.reap_interval, {TimerKind::reap});
  const std::size_t forgotten = std::erase_if(failed_, [&](const auto& entry) {
    const Duration kept = entry.second.left ? config_.tombstone_timeout : config_.reconnect_timeout;
    if (now - entry.second.since <= kept) return false;
    intents_.forget(entry.first);
    return true;
  });
  intents_.reap(now - config_.intent_timeout);
  for (std::size_t i = 0; i < forgotten; ++i) host_.happened(Happening::forgotten);
}

}  // namespace hearsay::membership
