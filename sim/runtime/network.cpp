#include "sim/runtime/network.hpp"

#include <utility>

#include "sim/runtime/dispatch.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/streams.hpp"

namespace hearsay {

PacketNetwork::PacketNetwork(const Network& settings, const Parts& parts, std::uint64_t seed)
    : settings_(settings),
      parts_(parts),
      seed_(seed),
      fragment_room_((static_cast<std::uint32_t>(settings.mtu) - ip_header) / 8 * 8) {
  if (settings_.latency || settings_.model == Network::Model::flow)
    parts_.platform.take_over_latencies(settings_.latency.has_value());
  alike_ = settings_.model == Network::Model::latency && parts_.platform.is_star() &&
           (!settings_.latency || settings_.latency->kind == Delay::Kind::constant);
  look_whether_plain();
  if (settings_.model == Network::Model::flow)
    flow_ = make_flow_carrier(parts_.scheduler, parts_.platform,
                              {[this](std::uint32_t slot) { lose_to_link(slot); }, [this] { parts_.bus.look(); }});
}

// --- sending

PacketTraits PacketNetwork::traits_of(const Packet& packet, std::uint32_t bytes) const {
  PacketTraits traits;
  if (packet.kind != Packet::Kind::datagram) traits.transport = Transport::stream;
  if (packet.message) traits.kind = packet.message->kind();
  traits.bytes = bytes;
  traits.at = parts_.scheduler.now();
  return traits;
}

void PacketNetwork::judge_datagram(SendId id, NodeId from, NodeId to, MessagePtr&& message) {
  const std::uint32_t bytes = message->wire_size();
  if (bytes > most_datagram_bytes) return report_drop(from, to, *message, id, DropReason::too_large);
  const bool lossy = merely_lossy(bytes);
  if (!flow_ && (lossy || undisturbed())) {
    if (!lossy || !parts_.links.loses(from, to))
      return launch_datagram(id, from, to, std::move(message), {one_way(from, to, bytes), false});
    report_effect(parts_.links.only_rule(), FaultEffect::dropped);
    return report_drop(from, to, *message, id, DropReason::loss);
  }
  forget_the_past();
  const Verdict verdict = judge_fragments(from, to, *message);
  if (verdict.fate != Verdict::Fate::deliver) {
    report_effect(verdict.culprit, FaultEffect::dropped);
    return report_drop(from, to, *message, id, verdict.reason);
  }
  report_touched(verdict);
  if (!flow_ && plain_ && !verdict.duplicated)
    return launch_datagram(id, from, to, std::move(message),
                           {added_by(verdict, from, to, bytes) + one_way(from, to, bytes), verdict.corrupted});
  Packet packet;
  packet.from = from;
  packet.to = to;
  packet.message = std::move(message);
  packet.id = id;
  packet.epoch = parts_.links.epoch();
  packet.corrupt = verdict.corrupted;
  if (verdict.duplicated) launch_copy(packet, verdict);
  put_on_wire(std::move(packet), bytes, verdict);
}

// RFC 791: lost if any fragment is; there when the last one is. A copy of one fragment is nothing to the receiver.
Verdict PacketNetwork::judge_fragments(NodeId from, NodeId to, const Message& message) {
  const std::uint32_t bytes = message.wire_size(), whole = bytes + udp_header, room = fragment_room_;
  const auto judge = [&](std::uint32_t carried) {
    return parts_.links.judge(from, to, {Transport::datagram, message.kind(), carried, parts_.scheduler.now()});
  };
  if (whole <= room) return judge(bytes);
  Verdict all = judge(room - udp_header);
  for (std::uint32_t begin = room; begin < whole && all.fate == Verdict::Fate::deliver; begin += room) {
    const Verdict one = judge(std::min(room, whole - begin));
    if (one.fate != Verdict::Fate::deliver) return one;
    all.delay = std::max(all.delay, one.delay);
    all.queued = std::max(all.queued, one.queued);
    all.corrupted = all.corrupted || one.corrupted;
  }
  all.duplicated = false;
  return all;
}

void PacketNetwork::launch_copy(const Packet& original, const Verdict& verdict) {
  Packet copy = original;
  copy.id = next_id();
  parts_.bus.emit(
      Event::about_message(parts_.scheduler.now(), EventKind::duplicate, copy.from, copy.to, *copy.message, copy.id));
  put_on_wire(std::move(copy), original.message->wire_size(), verdict);
}

PacketNetwork::Launch PacketNetwork::launch(Packet packet, std::uint32_t bytes) {
  forget_the_past();
  packet.epoch = parts_.links.epoch();
  const Verdict verdict = parts_.links.judge(packet.from, packet.to, traits_of(packet, bytes));
  const Launch launched = on_stream(verdict);
  if (launched == Launch::carried) put_on_wire(std::move(packet), bytes, verdict);
  return launched;
}

// What becomes of a segment. Of a duplicate, the receiver's TCP drops the copy; its checksum throws a corrupt one away.
PacketNetwork::Launch PacketNetwork::on_stream(const Verdict& verdict) {
  if (verdict.fate == Verdict::Fate::deliver) {
    report_touched(verdict);
    return verdict.corrupted ? Launch::lost : Launch::carried;
  }
  report_effect(verdict.culprit, FaultEffect::dropped);
  return verdict.fate == Verdict::Fate::reject ? Launch::rejected : Launch::lost;
}

PacketNetwork::SegmentFate PacketNetwork::judge_segment(NodeId from, NodeId to, std::uint32_t bytes, KindIndex kind) {
  if (parts_.links.quiet()) return {};
  if (parts_.links.only_loses()) {
    if (!parts_.links.loses(from, to)) return {};
    report_effect(parts_.links.only_rule(), FaultEffect::dropped);
    return {Launch::lost};
  }
  const Verdict verdict = parts_.links.judge(from, to, {Transport::stream, kind, bytes, parts_.scheduler.now()});
  return {on_stream(verdict), verdict.delay, verdict.queued};
}

std::optional<Duration> PacketNetwork::judge_acknowledgements(NodeId from, NodeId to, std::size_t count) {
  if (parts_.links.quiet()) return Duration{};
  if (is_cut(from, to)) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const Verdict verdict =
        parts_.links.judge(from, to, {Transport::stream, PacketTraits::no_kind, 0, parts_.scheduler.now()});
    if (verdict.fate == Verdict::Fate::deliver && !verdict.corrupted) return verdict.delay + verdict.queued;
  }
  return std::nullopt;
}

void PacketNetwork::launch_flight(Packet&& packet, std::uint32_t bytes, Duration delay, Duration queued) {
  forget_the_past();
  packet.epoch = parts_.links.epoch();
  Verdict verdict;
  verdict.delay = delay;
  verdict.queued = queued;
  put_on_wire(std::move(packet), bytes, verdict);
}

// fate_on_arrival() has seen to the cuts that meet all segments.
bool PacketNetwork::segment_was_cut(const Packet& flight, KindIndex kind) {
  Verdict verdict;
  if (!parts_.links.was_cut(flight.from, flight.to, flight.epoch, &verdict, {Transport::stream, kind, 0, {}}))
    return false;
  report_effect(verdict.culprit, FaultEffect::dropped);
  return true;
}

Duration PacketNetwork::transmission(NodeId from, NodeId to, std::uint64_t bytes) {
  return transmission(bytes, parts_.platform.route(from, to).bandwidth);
}

Duration PacketNetwork::transmission(std::uint64_t bytes, double bandwidth) {
  Transmission& last = last_transmission_;
  if (bytes != last.bytes || bandwidth != last.bandwidth) last = {bytes, bandwidth, time_to_transmit(bytes, bandwidth)};
  return last.takes;
}

void PacketNetwork::put_on_wire(Packet&& packet, std::uint32_t bytes, const Verdict& verdict) {
  if (crosses_broken_link(packet.from, packet.to)) {
    if (packet.kind == Packet::Kind::datagram)
      drop(packet, DropReason::link);
    else
      parts_.scheduler.at(parts_.scheduler.now(), [this, packet] { streams_->lost(packet); });
    return;
  }
  const NodeId from = packet.from, to = packet.to;
  if (settings_.fifo && packet.kind == Packet::Kind::datagram) fifo_[{from, to}].on_wire.push_back(packet.id);
  carry(std::move(packet), bytes, added_by(verdict, from, to, bytes));
}

// A limit of bandwidth lets the bytes through one by one, so that they go on to the next link while others still queue.
Duration PacketNetwork::added_by(const Verdict& verdict, NodeId from, NodeId to, std::uint32_t bytes) {
  if (verdict.queued == Duration{}) return verdict.delay;
  return verdict.delay + std::max(Duration{}, verdict.queued - transmission(from, to, bytes));
}

void PacketNetwork::carry(Packet&& packet, std::uint32_t bytes, Duration delay) {
  const NodeId from = packet.from, to = packet.to;
  if (flow_) {
    const std::uint64_t stream = packet.kind == Packet::Kind::flight ? packet.connection << 1 | packet.direction : 0;
    flow_->carry({packets_.put(std::move(packet)), from, to, bytes, delay + latency_to_add(from, to), stream});
  } else if (packet.kind == Packet::Kind::datagram) {
    launch_datagram(packet.id, from, to, std::move(packet.message), {delay + one_way(from, to, bytes), packet.corrupt});
  } else {
    const ConnectionId connection = packet.connection;
    const std::uint8_t direction = packet.direction;
    parts_.scheduler.at(parts_.scheduler.now() + delay + one_way(from, to, bytes), to,
                        NodeItem::packet(packets_.put(std::move(packet)), connection, direction));
  }
}

Duration PacketNetwork::one_way_now(NodeId from, NodeId to, std::uint32_t bytes) {
  const Duration takes = latency_to_add(from, to) + travel(from, to, bytes);
  if (alike_ && from != to && bytes <= most_datagram_bytes) usual_of(bytes) = {bytes, takes};
  return takes;
}

// The route's latency, and size over the bandwidth of its narrowest link; messages do not compete.
Duration PacketNetwork::travel(NodeId from, NodeId to, std::uint32_t bytes) {
  const Route& route = parts_.platform.route(from, to);
  return route.latency + transmission(bytes, route.bandwidth);
}

Duration PacketNetwork::latency_to_add(NodeId from, NodeId to) {
  if (!settings_.latency) return parts_.platform.extra_latency(from, to);
  if (settings_.latency->kind == Delay::Kind::constant) return settings_.latency->a;
  while (from >= latencies_.size()) latencies_.emplace_back(seed_, latencies_.size());
  return latencies_[from].next(*settings_.latency);
}

// --- what can be known

Duration PacketNetwork::usual_latency(NodeId from, NodeId to) {
  if (settings_.latency) return settings_.latency->typical();
  constexpr std::uint32_t usual_bytes = 1000;
  return parts_.platform.transfer_latency(from, to, usual_bytes) + parts_.platform.extra_latency(from, to);
}

bool PacketNetwork::is_cut(NodeId from, NodeId to) const {
  return !parts_.links.quiet() &&
         parts_.links.is_cut(from, to, nullptr, {Transport::stream, PacketTraits::no_kind, 0, {}});
}

// --- reports

void PacketNetwork::report_drop(NodeId from, NodeId to, const Message& message, SendId id, DropReason reason) {
  parts_.bus.emit(Event::dropped(parts_.scheduler.now(), from, to, message, id, reason));
}

void PacketNetwork::drop(const Packet& packet, DropReason reason) {
  report_drop(packet.from, packet.to, *packet.message, packet.id, reason);
}

void PacketNetwork::report_touched(const Verdict& verdict) {
  for (const auto& [rule, effect] : verdict.touched) report_effect(rule, effect);
}

void PacketNetwork::report_effect(RuleId rule, FaultEffect effect) {
  if (rule != background_rule) parts_.bus.emit(Event::fault_effect(parts_.scheduler.now(), rule, effect));
}

}  // namespace hearsay
