#include "sim/runtime/network.hpp"

#include <simgrid/s4u/Link.hpp>

#include "sim/runtime/platform_map.hpp"

namespace hearsay {
namespace {

PacketTraits traits_of(const Packet& packet, std::uint32_t bytes, Time now) {
  PacketTraits traits;
  if (packet.kind != Packet::Kind::datagram) traits.transport = Transport::stream;
  if (packet.message) traits.kind = packet.message->kind();
  traits.bytes = bytes;
  traits.at = now;
  return traits;
}

}  // namespace

PacketNetwork::PacketNetwork(const Network& settings, const Parts& parts, std::uint64_t seed)
    : settings_(settings), parts_(parts), seed_(seed) {
  if (settings_.latency || settings_.model == Network::Model::flow)
    parts_.platform.take_over_latencies(settings_.latency.has_value());
  if (settings_.model == Network::Model::latency)
    carrier_ = make_latency_carrier(parts_.scheduler, parts_.platform);
  else
    carrier_ = make_flow_carrier(parts_.scheduler, parts_.platform,
                                 {[this](std::uint32_t slot) { lose_to_link(slot); }, [this] { parts_.bus.look(); }});
}

// --- sending

void PacketNetwork::fill_datagram(Packet& packet, SendId id, NodeId from, NodeId to, const MessagePtr& message) const {
  packet.kind = Packet::Kind::datagram;
  packet.corrupt = false;
  packet.from = from;
  packet.to = to;
  packet.message = message;
  packet.id = id;
  packet.epoch = parts_.links.epoch();
  packet.connection = no_connection;
}

void PacketNetwork::send_datagram(SendId id, NodeId from, NodeId to, const MessagePtr& message) {
  const bool fits = message->wire_size() <= most_datagram_bytes;
  if (fits && undisturbed()) {
    const std::uint32_t slot = packets_.claim();
    fill_datagram(packets_.at(slot), id, from, to, message);
    carrier_->carry({slot, from, to, message->wire_size(), latency_to_add(from, to), 0});
    return;
  }
  Packet packet;
  fill_datagram(packet, id, from, to, message);
  if (!fits) {
    drop(packet, DropReason::too_large);
    return;
  }
  forget_the_past();
  const Verdict verdict = judge_fragments(packet);
  if (verdict.fate != Verdict::Fate::deliver) {
    report_effect(verdict.culprit, FaultEffect::dropped);
    drop(packet, verdict.reason);
    return;
  }
  packet.corrupt = verdict.corrupted;
  report_touched(verdict);
  if (verdict.duplicated) launch_copy(packet, verdict);
  put_on_wire(std::move(packet), message->wire_size(), verdict);
}

// RFC 791: lost if any fragment is; there when the last one is. A copy of one fragment is nothing to the receiver.
Verdict PacketNetwork::judge_fragments(const Packet& packet) {
  constexpr std::uint32_t ip_header = 20, udp_header = 8;
  const std::uint32_t bytes = packet.message->wire_size();
  const std::uint32_t whole = bytes + udp_header,
                      room = (static_cast<std::uint32_t>(settings_.mtu) - ip_header) / 8 * 8;
  const Time now = parts_.scheduler.now();
  const auto judge = [&](std::uint32_t carried) {
    return parts_.links.judge(packet.from, packet.to, traits_of(packet, carried, now));
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
  const Verdict verdict = parts_.links.judge(packet.from, packet.to, traits_of(packet, bytes, parts_.scheduler.now()));
  if (verdict.fate == Verdict::Fate::deliver && verdict.corrupted) {  // the stream's checksum throws it away
    report_touched(verdict);
    return Launch::lost;
  }
  if (verdict.fate != Verdict::Fate::deliver) {
    report_effect(verdict.culprit, FaultEffect::dropped);
    return verdict.fate == Verdict::Fate::reject ? Launch::rejected : Launch::lost;
  }
  report_touched(verdict);  // of a duplicate, the receiver's TCP drops the copy
  put_on_wire(std::move(packet), bytes, verdict);
  return Launch::carried;
}

PacketNetwork::SegmentFate PacketNetwork::judge_segment(NodeId from, NodeId to, std::uint32_t bytes, KindIndex kind) {
  if (parts_.links.quiet()) return {};
  const Verdict verdict = parts_.links.judge(from, to, {Transport::stream, kind, bytes, parts_.scheduler.now()});
  if (verdict.fate != Verdict::Fate::deliver) {
    report_effect(verdict.culprit, FaultEffect::dropped);
    return {verdict.fate == Verdict::Fate::reject ? Launch::rejected : Launch::lost, {}, {}};
  }
  report_touched(verdict);                               // of a duplicate, the receiver's TCP drops the copy
  if (verdict.corrupted) return {Launch::lost, {}, {}};  // its checksum throws it away
  return {Launch::carried, verdict.delay, verdict.queued};
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

void PacketNetwork::launch_flight(Packet packet, std::uint32_t bytes, Duration delay, Duration queued) {
  forget_the_past();
  packet.epoch = parts_.links.epoch();
  Verdict verdict;
  verdict.delay = delay;
  verdict.queued = queued;
  put_on_wire(std::move(packet), bytes, verdict);
}

// fate_on_arrival() has seen to the cuts that meet all segments.
bool PacketNetwork::segment_was_cut(const Packet& flight, KindIndex kind) {
  if (parts_.links.quiet() && flight.epoch == parts_.links.epoch()) return false;
  Verdict verdict;
  if (!parts_.links.was_cut(flight.from, flight.to, flight.epoch, &verdict, {Transport::stream, kind, 0, {}}))
    return false;
  report_effect(verdict.culprit, FaultEffect::dropped);
  return true;
}

Duration PacketNetwork::transmission(NodeId from, NodeId to, std::uint64_t bytes) {
  const double bandwidth = parts_.platform.route(from, to).bandwidth;
  return bandwidth > 0 ? from_seconds(static_cast<double>(bytes) / bandwidth) : Duration{};
}

void PacketNetwork::put_on_wire(Packet packet, std::uint32_t bytes, const Verdict& verdict) {
  if (crosses_broken_link(packet.from, packet.to)) {
    if (packet.kind == Packet::Kind::datagram)
      drop(packet, DropReason::link);
    else
      parts_.scheduler.at(parts_.scheduler.now(), [this, packet] { streams_->lost(packet); });
    return;
  }
  const NodeId from = packet.from, to = packet.to;
  if (settings_.fifo && packet.kind == Packet::Kind::datagram) packet.sequence = fifo_[{from, to}].sent++;
  // The limit lets the bytes through one by one, so that they go on to the next link while others still queue.
  const Duration held = verdict.queued == Duration{} ? Duration{} : verdict.queued - transmission(from, to, bytes);
  const Duration latency = verdict.delay + std::max(Duration{}, held) + latency_to_add(from, to);
  const std::uint64_t stream = packet.kind == Packet::Kind::flight ? packet.connection << 1 | packet.direction : 0;
  carrier_->carry({packets_.put(std::move(packet)), from, to, bytes, latency, stream});
}

Duration PacketNetwork::latency_to_add(NodeId from, NodeId to) {
  if (settings_.latency) {
    if (settings_.latency->kind == Delay::Kind::constant) return settings_.latency->a;
    return settings_.latency->draw(latency_stream(from));
  }
  return parts_.platform.extra_latency(from, to);
}

RandomStream& PacketNetwork::latency_stream(NodeId from) {
  if (from >= latency_streams_.size()) latency_streams_.resize(from + 1);
  auto& stream = latency_streams_[from];
  if (!stream) stream.emplace(seed_, "network.latency", from);
  return *stream;
}

// --- arriving

std::optional<DropReason> PacketNetwork::fate_on_arrival(const Packet& packet) {
  Verdict verdict;
  if (parts_.links.was_cut(packet.from, packet.to, packet.epoch, &verdict,
                           traits_of(packet, 0, parts_.scheduler.now()))) {
    report_effect(verdict.culprit, FaultEffect::dropped);
    return verdict.reason;
  }
  if (crosses_broken_link(packet.from, packet.to) || met_broken_link(packet)) return DropReason::link;
  if (packet.kind == Packet::Kind::datagram && !parts_.nodes[packet.to].up()) return DropReason::crash;
  return std::nullopt;
}

bool PacketNetwork::arrives_undisturbed(const Packet& packet) const {
  return packet.kind == Packet::Kind::datagram && undisturbed() && packet.epoch == parts_.links.epoch() &&
         parts_.nodes[packet.to].up();
}

void PacketNetwork::arrive(std::uint32_t slot) {
  const Packet& packet = packets_.at(slot);
  if (arrives_undisturbed(packet)) {
    parts_.scheduler.hand_over_last(packet.to, NodeItem::message(slot));
    return;
  }
  const auto reason = fate_on_arrival(packet);
  if (packet.kind != Packet::Kind::datagram) {
    Packet taken = packets_.take(slot);
    if (reason)
      streams_->lost(std::move(taken));
    else
      streams_->arrived(std::move(taken));
    return;
  }
  if (reason) drop(packet, *reason);
  if (settings_.fifo)
    release_in_order(slot, packet, !reason);
  else if (reason)
    packets_.take(slot);
  else
    parts_.scheduler.hand_over_last(packet.to, NodeItem::message(slot));
}

void PacketNetwork::hand_over(std::uint32_t slot, const Packet& packet) {
  parts_.scheduler.hand_over(packet.to, NodeItem::message(slot));
}

// A packet that overtook others waits for them; one that is lost does not hold them up.
void PacketNetwork::release_in_order(std::uint32_t slot, const Packet& packet, bool deliver) {
  Queue& queue = fifo_[{packet.from, packet.to}];
  queue.early[packet.sequence] = {slot, deliver};
  while (!queue.early.empty() && queue.early.begin()->first == queue.released) {
    const auto [ready, wanted] = queue.early.begin()->second;
    queue.early.erase(queue.early.begin());
    ++queue.released;
    const Packet& next = packets_.at(ready);
    if (wanted && parts_.nodes[next.to].up()) {
      hand_over(ready, next);
      continue;
    }
    if (wanted) drop(next, DropReason::crash);  // it died while the packet waited for its turn
    packets_.take(ready);
  }
}

void PacketNetwork::deliver(Packet packet) {
  const std::uint32_t slot = packets_.put(std::move(packet));
  hand_over(slot, packets_.at(slot));
}

Packet PacketNetwork::take(std::uint32_t slot) { return packets_.take(slot); }

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

// --- links of the platform

void PacketNetwork::link_down(const std::string& name, RuleId rule) {
  auto& rules = broken_links_[name];
  rules.push_back(rule);
  if (rules.size() == 1)
    for (auto* link : parts_.platform.links(name)) link->turn_off();
}

void PacketNetwork::link_up(const std::string& name, RuleId rule) {
  const auto it = broken_links_.find(name);
  if (it == broken_links_.end()) return;
  std::erase(it->second, rule);
  if (!it->second.empty()) return;
  repaired_links_.push_back({parts_.links.advance(), name, rule});
  for (auto* link : parts_.platform.links(name)) link->turn_on();
  broken_links_.erase(it);
}

bool PacketNetwork::crosses_broken_link(NodeId from, NodeId to) {
  if (broken_links_.empty()) return false;
  const auto name = parts_.platform.broken_link(from, to);
  if (!name) return false;
  auto it = broken_links_.find(*name);
  if (it == broken_links_.end())
    it = broken_links_.find(name->substr(0, name->rfind('_')));  // its two halves go down together
  if (it != broken_links_.end()) report_effect(it->second.front(), FaultEffect::dropped);
  return true;
}

// A link of its route was down, and has been repaired, while it was on its way.
bool PacketNetwork::met_broken_link(const Packet& packet) {
  for (auto it = repaired_links_.rbegin(); it != repaired_links_.rend() && it->epoch > packet.epoch; ++it)
    if (parts_.platform.crosses(packet.from, packet.to, it->link)) {
      report_effect(it->rule, FaultEffect::dropped);
      return true;
    }
  return false;
}

// What is over concerns only packets that are on the wire.
void PacketNetwork::forget_the_past() {
  if (packets_.in_use() != 0) return;
  parts_.links.forget_ended();
  repaired_links_.clear();
}

void PacketNetwork::lose_to_link(std::uint32_t slot) {
  const Packet& packet = packets_.at(slot);
  crosses_broken_link(packet.from, packet.to);  // names the culprit
  if (packet.kind != Packet::Kind::datagram) {
    streams_->lost(packets_.take(slot));
    return;
  }
  drop(packet, DropReason::link);
  if (settings_.fifo)
    release_in_order(slot, packet, false);
  else
    packets_.take(slot);
}

}  // namespace hearsay
