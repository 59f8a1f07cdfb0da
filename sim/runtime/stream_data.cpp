// Streams: the data path. Segments in order, retransmission after RFC 6298 as streams.hpp simplifies it.
#include <algorithm>
#include <utility>

#include "sim/runtime/streams.hpp"

namespace hearsay {
namespace {

std::uint32_t bytes_of(const MessagePtr& message) { return message ? message->wire_size() : bare_segment_bytes; }

}  // namespace

// --- sending

void Streams::send(ConnectionId id, NodeId from, SendId send, const MessagePtr& message) {
  submit(id, find(id)->end[0] == from ? 0 : 1, Segment{send, message});
}

void Streams::submit(ConnectionId id, std::uint8_t d, Segment segment) {
  Connection& c = *find(id);
  Direction& direction = c.direction[d];
  const std::uint64_t sequence = direction.next_sequence++;
  if (!c.established[d] || (direction.trouble && direction.trouble->collapsed))
    hold(id, d, sequence, std::move(segment));
  else
    transmit(id, d, sequence, segment);
}

void Streams::transmit(ConnectionId id, std::uint8_t d, std::uint64_t sequence, const Segment& segment) {
  const Connection& c = *find(id);
  Packet packet;
  packet.kind = Packet::Kind::segment;
  packet.direction = d;
  packet.from = c.end[d];
  packet.to = c.end[1 - d];
  packet.message = segment.message;
  packet.id = segment.id;
  packet.connection = id;
  packet.sequence = sequence;
  const Duration back = round_trip(c);
  const auto launched = parts_.network.launch(std::move(packet), bytes_of(segment.message));
  if (launched == PacketNetwork::Launch::carried) return;
  hold(id, d, sequence, Segment{segment.id, segment.message, false, true});
  if (launched == PacketNetwork::Launch::rejected)
    reset_later(id, d, back, ConnectionError::reset);
  else
    recover(id, d, sequence, parts_.scheduler.now());
}

void Streams::flush(ConnectionId id, std::uint8_t d) {
  Connection* c = find(id);
  if (c == nullptr || !c->direction[d].trouble) return;
  const auto waiting = std::exchange(c->direction[d].trouble->held, {});
  for (const auto& [sequence, segment] : waiting) {
    held_.erase(segment.id);
    if (segment.delivered) continue;
    if (segment.sent) report_retransmission(*c, d, segment);
    transmit(id, d, sequence, segment);
  }
  free_if_dead(id);
}

// --- receiving

void Streams::segment_arrived(Packet packet) {
  const ConnectionId id = packet.connection;
  const std::uint8_t d = packet.direction, receiver = 1 - d;
  Connection* c = find(id);
  if (c == nullptr || c->aborted[d]) {
    report_lost(packet, DropReason::reset);
    return;
  }
  const NodeStatus& host = parts_.nodes[packet.to];
  const bool listening = host.up() && host.incarnation == c->incarnation[receiver] && c->open[receiver];
  if (!listening) {
    const bool silent = host.condition == NodeStatus::Condition::crashed;
    const Duration back = parts_.network.usual_latency(packet.to, packet.from);
    lost(std::move(packet));
    if (!silent) reset_later(id, d, back, ConnectionError::reset);
    return;
  }
  const Time sent_at = packet.sent_at;
  const std::uint64_t sequence = packet.sequence;
  const Segment segment{packet.id, packet.message, true, true};
  accept_in_order(id, d, std::move(packet));
  c = find(id);
  if (c == nullptr) return;  // that was the end of the stream
  auto& trouble_here = c->direction[d].trouble;
  const bool retransmitted = trouble_here && trouble_here->collapsed && trouble_here->probe == sequence;
  if (trouble_here && trouble_here->held.contains(sequence)) trouble_here->held[sequence].delivered = true;
  if (parts_.network.is_cut(c->end[receiver], c->end[d])) {  // the acknowledgement does not get back
    hold(id, d, sequence, segment);
    recover(id, d, sequence, sent_at);
  } else if (retransmitted) {
    parts_.scheduler.at(
        parts_.scheduler.now() + parts_.network.usual_latency(c->end[receiver], c->end[d]),
        [this, id, d, generation = trouble_here->generation, sequence] { acknowledged(id, d, generation, sequence); });
  }
}

void Streams::accept_in_order(ConnectionId id, std::uint8_t d, Packet packet) {
  Direction& direction = find(id)->direction[d];
  if (packet.sequence < direction.next_delivery) return;  // a retransmission of what was delivered
  if (packet.sequence > direction.next_delivery) {
    trouble(direction).early.try_emplace(packet.sequence, std::move(packet));
    return;
  }
  ++direction.next_delivery;
  deliver(id, d, std::move(packet));
  release(id, d);
}

// Delivers what has waited for the segment before it.
void Streams::release(ConnectionId id, std::uint8_t d) {
  for (Connection* c = find(id); c != nullptr; c = find(id)) {
    Direction& direction = c->direction[d];
    if (!direction.trouble) return;
    auto& early = direction.trouble->early;
    const auto first = early.begin();
    if (first == early.end() || first->first != direction.next_delivery) return;
    Packet packet = std::move(first->second);
    early.erase(first);
    ++direction.next_delivery;
    deliver(id, d, std::move(packet));
  }
}

void Streams::deliver(ConnectionId id, std::uint8_t d, Packet packet) {
  if (packet.message) {
    parts_.network.deliver(std::move(packet));
    return;
  }
  if (packet.kind != Packet::Kind::segment) return;  // a withdrawn segment's place
  break_end(id, 1 - d, ConnectionError::closed, DropReason::reset);
}

// --- recovery

void Streams::hold(ConnectionId id, std::uint8_t d, std::uint64_t sequence, Segment segment) {
  Trouble& t = trouble(find(id)->direction[d]);
  const auto [it, fresh] = t.held.try_emplace(sequence, std::move(segment));
  if (it->second.id != no_send) held_[it->second.id] = {id, d, sequence};
}

// A segment sent at `sent_at` was not acknowledged: the timer runs, or its retransmission has failed.
void Streams::recover(ConnectionId id, std::uint8_t d, std::uint64_t sequence, Time sent_at) {
  Connection& c = *find(id);
  Trouble& t = trouble(c.direction[d]);
  if (t.recovering) {
    if (t.collapsed && sequence == t.probe) back_off(id, d, sent_at);
    return;
  }
  t.recovering = true;
  t.rto = std::max(settings_.min_rto, 2 * round_trip(c));
  const std::uint32_t generation = ++t.generation;
  const Time now = parts_.scheduler.now();
  parts_.scheduler.at(std::max(now, sent_at + t.rto), [this, id, d, generation] { timeout(id, d, generation); });
  parts_.scheduler.at(std::max(now, sent_at + settings_.limit), [this, id, d, generation] {
    const Connection* late = find(id);
    if (late == nullptr || !late->direction[d].trouble) return;
    const Trouble& still = *late->direction[d].trouble;
    if (still.recovering && still.generation == generation)
      break_end(id, d, ConnectionError::timed_out, DropReason::timeout);
  });
}

void Streams::back_off(ConnectionId id, std::uint8_t d, Time sent_at) {
  Trouble& t = *find(id)->direction[d].trouble;
  t.rto = std::min(2 * t.rto, settings_.max_rto);
  parts_.scheduler.at(std::max(parts_.scheduler.now(), sent_at + t.rto),
                      [this, id, d, generation = t.generation] { timeout(id, d, generation); });
}

void Streams::timeout(ConnectionId id, std::uint8_t d, std::uint32_t generation) {
  Connection* c = find(id);
  if (c == nullptr || !c->direction[d].trouble) return;
  Trouble& t = *c->direction[d].trouble;
  if (!t.recovering || t.generation != generation) return;
  if (t.held.empty()) {  // all that was lost has been withdrawn
    t.recovering = t.collapsed = false;
    ++t.generation;
    return;
  }
  t.collapsed = true;
  const auto& [sequence, segment] = *t.held.begin();
  t.probe = sequence;
  Packet packet;
  packet.kind = Packet::Kind::segment;
  packet.direction = d;
  packet.from = c->end[d];
  packet.to = c->end[1 - d];
  packet.message = segment.message;
  packet.id = segment.id;
  packet.connection = id;
  packet.sequence = sequence;
  packet.repeated = true;
  report_retransmission(*c, d, segment);
  const Duration back = round_trip(*c);
  const auto launched = parts_.network.launch(std::move(packet), bytes_of(segment.message));
  if (launched == PacketNetwork::Launch::rejected)
    reset_later(id, d, back, ConnectionError::reset);
  else if (launched == PacketNetwork::Launch::lost)
    back_off(id, d, parts_.scheduler.now());
}

void Streams::report_retransmission(const Connection& c, std::uint8_t d, const Segment& segment) {
  Event event;
  event.at = parts_.scheduler.now();
  event.kind = EventKind::retransmit;
  event.node = c.end[d];
  event.peer = c.end[1 - d];
  event.type = segment.message ? segment.message->kind() : 0;
  event.size = bytes_of(segment.message);
  event.id = segment.id;
  event.message = segment.message.get();
  parts_.bus.emit(event);
}

void Streams::acknowledged(ConnectionId id, std::uint8_t d, std::uint32_t generation, std::uint64_t sequence) {
  Connection* c = find(id);
  if (c == nullptr || !c->direction[d].trouble) return;
  Trouble& t = *c->direction[d].trouble;
  if (!t.recovering || t.generation != generation) return;
  if (const auto it = t.held.find(sequence); it != t.held.end()) {
    held_.erase(it->second.id);
    t.held.erase(it);
  }
  t.recovering = t.collapsed = false;
  ++t.generation;
  flush(id, d);
}

// A segment was lost on the wire; nobody tells its sender, whose timer finds out.
void Streams::lost(Packet packet) {
  if (packet.kind != Packet::Kind::segment) return;  // the dialler's timer repeats the handshake
  const ConnectionId id = packet.connection;
  const std::uint8_t d = packet.direction;
  const Connection* c = find(id);
  const NodeStatus& sender = parts_.nodes[packet.from];
  const bool crashed =
      sender.condition == NodeStatus::Condition::crashed || sender.incarnation != packet.from_incarnation;
  if (crashed || c == nullptr || c->aborted[d]) {
    report_lost(packet, crashed ? DropReason::crash : DropReason::reset);
    if (c != nullptr && c->incarnation[d] != sender.incarnation)  // it has left and come back: its old ends are void
      break_end(id, d, ConnectionError::reset, DropReason::crash);
    return;
  }
  const Direction& direction = c->direction[d];
  const bool passed = packet.sequence < direction.next_delivery ||
                      (direction.trouble && direction.trouble->early.contains(packet.sequence));
  hold(id, d, packet.sequence, Segment{packet.id, packet.message, passed, true});
  recover(id, d, packet.sequence, packet.sent_at);
}

// --- withdrawal

void Streams::withdraw(SendId send) {
  const auto it = held_.find(send);
  if (it == held_.end()) return;
  const Place place = it->second;
  held_.erase(it);
  Connection* c = find(place.connection);
  if (c == nullptr) return;
  Trouble& t = *c->direction[place.direction].trouble;
  const auto segment = t.held.find(place.sequence);
  if (segment == t.held.end()) return;
  if (!segment->second.delivered) {
    parts_.network.report_drop(c->end[place.direction], c->end[1 - place.direction], *segment->second.message, send,
                               DropReason::withdrawn);
    Packet gap;  // its place in the order is passed over
    gap.kind = Packet::Kind::datagram;
    gap.sequence = place.sequence;
    t.early.try_emplace(place.sequence, std::move(gap));
    parts_.scheduler.at(parts_.scheduler.now(), [this, place] { release(place.connection, place.direction); });
  }
  t.held.erase(segment);
}

}  // namespace hearsay
