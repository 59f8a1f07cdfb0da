// The failure detector: one member a period is pinged, then others are asked to (SWIM, sections 3.1 and 4.3;
// memberlist probeNode; Lifeguard, section IV-A).
#include <utility>

#include "protocols/swim-cache/membership.hpp"

namespace hearsay::membership {

// A probe that is not over keeps the next one waiting, as the ticks of memberlist's probe loop are dropped meanwhile.
void Membership::probe_timer(Time now) {
  host_.set_timer(config_.probe_interval, {TimerKind::probe});
  if (leaving_) return;
  if (probe_.target != no_node) {
    if (probe_.ends > now) return;
    finish_probe(now);
  }
  begin_probe(now);
}

NodeId Membership::next_target(Time now) {
  const auto wanted = [this](NodeId node) { return node != self_ && is_alive(node); };
  if (config_.targets == Targets::random) {
    const auto chosen = table_.random(1, self_, random_, wanted);
    return chosen.empty() ? no_node : chosen.front();
  }
  for (std::size_t checked = 0; checked <= table_.size(); ++checked) {
    if (next_in_order_ >= table_.size()) {
      table_.forget_dead(now - config_.gossip_to_the_dead);
      table_.shuffle(random_);
      next_in_order_ = 0;
    }
    const NodeId node = table_.order()[next_in_order_++];
    if (wanted(node)) return node;
  }
  return no_node;
}

void Membership::begin_probe(Time now) {
  const NodeId target = next_target(now);
  if (target == no_node) return;
  probe_ = {};
  probe_.target = target;
  probe_.number = ++sequence_;
  probe_.begins = now;
  probe_.ends = now + config_.probe_interval * (health_ + 1);
  Packet ping;
  ping.kind = PacketKind::ping;
  ping.sequence = probe_.number;
  // A suspect hears of it at once, so that it can refute (Lifeguard, section IV-C).
  if (table_.at(target).state == MemberState::suspect)
    ping.updates.push_back({target, self_, table_.at(target).incarnation, MemberState::suspect, 0});
  host_.happened(Happening::probe_sent);
  post(target, std::move(ping));
  host_.set_timer(config_.probe_timeout, {TimerKind::probe_timeout, 0, probe_.number});
}

void Membership::probe_timeout(std::uint32_t number) {
  if (probe_.target == no_node || probe_.number != number || probe_.acked) return;
  probe_.timed_out = true;
  const auto alive = [this](NodeId node) {
    return node != probe_.target && table_.at(node).state == MemberState::alive;
  };
  for (const NodeId helper : table_.random(config_.indirect_checks, self_, random_, alive)) {
    Packet request;
    request.kind = PacketKind::ping_req;
    request.sequence = number;
    request.target = probe_.target;
    request.wants_nack = config_.nacks;
    probe_.nacks_wanted += config_.nacks ? 1 : 0;
    post(helper, std::move(request));
  }
  if (config_.stream_fallback) host_.send_stream_ping(probe_.target, number, false);
}

void Membership::acknowledged(Time, std::uint32_t sequence, bool by_stream) {
  if (probe_.target == no_node || probe_.number != sequence || probe_.acked) return;
  if (by_stream) {  // looked at when the period is over: an ack by datagram says more
    probe_.by_stream = true;
    return;
  }
  probe_.acked = true;
  if (probe_.timed_out) host_.happened(Happening::saved_by_others);
  adjust_health(-1);
  probe_.target = no_node;
}

void Membership::finish_probe(Time now) {
  const Probe probe = std::exchange(probe_, {});
  if (probe.by_stream) {
    host_.happened(Happening::saved_by_stream);
    return adjust_health(-1);
  }
  host_.happened(Happening::probe_failed);
  if (probe.nacks_wanted > 0)
    adjust_health(static_cast<int>(probe.nacks_wanted) - static_cast<int>(probe.nacks));
  else
    adjust_health(+1);
  if (!table_.knows(probe.target)) return;
  suspect(now, {probe.target, self_, table_.at(probe.target).incarnation, MemberState::suspect, 0});
}

void Membership::stream_ping(NodeId from, std::uint32_t sequence, bool reply) {
  if (!reply) return host_.send_stream_ping(from, sequence, true);
  acknowledged({}, sequence, true);
}

// --- for others

void Membership::relay(const Packet& packet, NodeId from) {
  Packet ping;
  ping.kind = PacketKind::ping;
  ping.sequence = ++sequence_;
  relays_[ping.sequence] = {from, packet.sequence, packet.wants_nack, false};
  const std::uint32_t number = ping.sequence;
  post(packet.target, std::move(ping));
  host_.set_timer(config_.probe_timeout, {TimerKind::relay_timeout, 0, number});
}

void Membership::relay_timeout(std::uint32_t number) {
  const auto it = relays_.find(number);
  if (it == relays_.end()) return;
  const Relay relay = it->second;
  relays_.erase(it);
  if (relay.acked || !relay.wants_nack) return;
  Packet nack;
  nack.kind = PacketKind::nack;
  nack.sequence = relay.sequence;
  post(relay.origin, std::move(nack));
}

void Membership::packet(Time now, NodeId from, const Packet& packet) {
  switch (packet.kind) {
    case PacketKind::ping: {
      Packet ack;
      ack.kind = PacketKind::ack;
      ack.sequence = packet.sequence;
      post(from, std::move(ack));
      break;
    }
    case PacketKind::ping_req: relay(packet, from); break;
    case PacketKind::nack:
      if (probe_.target != no_node && probe_.number == packet.sequence) ++probe_.nacks;
      break;
    case PacketKind::ack:
      if (const auto it = relays_.find(packet.sequence); it != relays_.end() && !it->second.acked) {
        it->second.acked = true;
        Packet ack;
        ack.kind = PacketKind::ack;
        ack.sequence = it->second.sequence;
        post(it->second.origin, std::move(ack));
      } else {
        acknowledged(now, packet.sequence, false);
      }
      break;
    case PacketKind::gossip: break;
  }
  for (const Update& update : packet.updates) apply(now, update);
  if (config_.intents)
    for (const Intent& intent : packet.intents) intend(now, intent);
}

}  // namespace hearsay::membership
