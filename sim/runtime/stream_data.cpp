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
  if (!c.established[d] || (direction.sender && direction.sender->holds_back()))
    hold(id, d, sequence, std::move(segment));
  else
    transmit(id, d, sequence, segment);
}

Packet Streams::packet_of(const Connection& c, ConnectionId id, std::uint8_t d, std::uint64_t sequence,
                          const Segment& segment) const {
  Packet packet;
  packet.kind = Packet::Kind::segment;
  packet.direction = d;
  packet.from = c.end[d];
  packet.to = c.end[1 - d];
  packet.message = segment.message;
  packet.id = segment.id;
  packet.connection = id;
  packet.sequence = sequence;
  return packet;
}

void Streams::transmit(ConnectionId id, std::uint8_t d, std::uint64_t sequence, const Segment& segment) {
  const Connection& c = *find(id);
  const Duration back = round_trip(c);
  const auto launched = parts_.network.launch(packet_of(c, id, d, sequence, segment), bytes_of(segment.message));
  if (launched == PacketNetwork::Launch::carried) return;
  hold(id, d, sequence, Segment{segment.id, segment.message, false, true});
  if (launched == PacketNetwork::Launch::rejected)
    reset_later(id, d, back, ConnectionError::reset);
  else
    recover(id, d, sequence, parts_.scheduler.now());
}

void Streams::flush(ConnectionId id, std::uint8_t d) {
  Connection* c = find(id);
  if (c == nullptr || !c->direction[d].sender) return;
  for (const auto& [sequence, segment] : c->direction[d].sender->release()) {
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
  if (packet.sequence >= c->direction[d].ends_at) {  // behind what its crashed sender will not send again
    report_lost(packet, DropReason::crash);
    return;
  }
  const NodeStatus& host = parts_.nodes[packet.to];
  const bool listening = host.up() && host.incarnation == c->incarnation[receiver] && c->open[receiver];
  if (!listening) {
    const bool silent = host.condition == NodeStatus::Condition::crashed;
    const Duration back = parts_.network.usual_latency(packet.to, packet.from);
    const bool answered = !silent && !c->crashed[d];
    lost(std::move(packet));
    if (answered) reset_later(id, d, back, ConnectionError::reset);
    return;
  }
  const Time sent_at = packet.sent_at;
  const std::uint64_t sequence = packet.sequence;
  const Segment segment{packet.id, packet.message, true, true};
  accept_in_order(id, d, std::move(packet));
  c = find(id);
  if (c == nullptr) return;  // that was the end of the stream
  Retransmission* const here = c->direction[d].sender.get();
  const auto probe = here != nullptr ? here->probe_arrived(sequence) : std::nullopt;
  if (here != nullptr) here->delivered(sequence);
  if (c->crashed[d]) return;                                 // nobody waits for an acknowledgement
  if (parts_.network.is_cut(c->end[receiver], c->end[d])) {  // the acknowledgement does not get back
    hold(id, d, sequence, segment);
    recover(id, d, sequence, sent_at);
  } else if (probe) {
    parts_.scheduler.at(parts_.scheduler.now() + parts_.network.usual_latency(c->end[receiver], c->end[d]),
                        [this, id, d, generation = *probe, sequence] { acknowledged(id, d, generation, sequence); });
  }
}

void Streams::accept_in_order(ConnectionId id, std::uint8_t d, Packet packet) {
  Reassembly<Packet>& receiver = find(id)->direction[d].receiver;
  if (receiver.pass(packet.sequence)) {
    deliver(id, d, std::move(packet));
    return;
  }
  const std::uint64_t sequence = packet.sequence;
  receiver.insert(sequence, std::move(packet));
  release(id, d);
}

// Delivers what has waited for the segment before it.
void Streams::release(ConnectionId id, std::uint8_t d) {
  for (Connection* c = find(id); c != nullptr; c = find(id)) {  // the end of the stream may free it
    auto packet = c->direction[d].receiver.take();
    if (!packet) return;
    deliver(id, d, std::move(*packet));
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
  if (segment.id != no_send) held_[segment.id] = {id, d, sequence};
  sender(find(id)->direction[d]).hold(sequence, std::move(segment));
}

// A segment sent at `sent_at` was not acknowledged.
void Streams::recover(ConnectionId id, std::uint8_t d, std::uint64_t sequence, Time sent_at) {
  Connection& c = *find(id);
  const auto timers = sender(c.direction[d]).lost(sequence, sent_at, parts_.scheduler.now(), round_trip(c));
  if (timers) arm(id, d, *timers);
}

void Streams::arm(ConnectionId id, std::uint8_t d, const Retransmission::Timers& timers) {
  const std::uint32_t generation = timers.generation;
  parts_.scheduler.at(timers.timeout, [this, id, d, generation] { timeout(id, d, generation); });
  if (!timers.limit) return;
  parts_.scheduler.at(*timers.limit, [this, id, d, generation] {
    const Connection* late = find(id);
    if (late != nullptr && late->direction[d].sender && late->direction[d].sender->limit_reached(generation))
      break_end(id, d, ConnectionError::timed_out, DropReason::timeout);
  });
}

void Streams::timeout(ConnectionId id, std::uint8_t d, std::uint32_t generation) {
  Connection* c = find(id);
  if (c == nullptr || !c->direction[d].sender) return;
  const auto probe = c->direction[d].sender->timeout(generation);
  if (!probe) return;
  Packet packet = packet_of(*c, id, d, probe->sequence, probe->segment);
  packet.repeated = true;
  report_retransmission(*c, d, probe->segment);
  const Duration back = round_trip(*c);
  const auto launched = parts_.network.launch(std::move(packet), bytes_of(probe->segment.message));
  if (launched == PacketNetwork::Launch::rejected)
    reset_later(id, d, back, ConnectionError::reset);
  else if (launched == PacketNetwork::Launch::lost)
    arm(id, d, c->direction[d].sender->lost_again(parts_.scheduler.now()));
}

void Streams::report_retransmission(const Connection& c, std::uint8_t d, const Segment& segment) {
  const Time now = parts_.scheduler.now();
  parts_.bus.emit(segment.message ? Event::about_message(now, EventKind::retransmit, c.end[d], c.end[1 - d],
                                                         *segment.message, segment.id)
                                  : Event::retransmitted_end(now, c.end[d], c.end[1 - d], bare_segment_bytes));
}

void Streams::acknowledged(ConnectionId id, std::uint8_t d, std::uint32_t generation, std::uint64_t sequence) {
  Connection* c = find(id);
  if (c == nullptr || !c->direction[d].sender) return;
  const auto freed = c->direction[d].sender->acknowledged(sequence, generation);
  if (!freed) return;
  held_.erase(*freed);
  flush(id, d);
}

// A segment was lost on the wire; its sender learns of it only by its timer.
void Streams::lost(Packet packet) {
  if (packet.kind != Packet::Kind::segment) return;  // the dialler's timer repeats the handshake
  const ConnectionId id = packet.connection;
  const std::uint8_t d = packet.direction;
  Connection* c = find(id);
  const bool crashed = c != nullptr && c->crashed[d];
  if (crashed || c == nullptr || c->aborted[d]) {
    report_lost(packet, crashed ? DropReason::crash : DropReason::reset);
    if (crashed) end_at(*c, d, packet.sequence);
    return;
  }
  const bool passed = c->direction[d].receiver.has(packet.sequence);
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
  Direction& direction = c->direction[place.direction];
  const auto segment = direction.sender->take(place.sequence);
  if (!segment || segment->delivered) return;
  parts_.network.report_drop(c->end[place.direction], c->end[1 - place.direction], *segment->message, send,
                             DropReason::withdrawn);
  Packet gap;  // its place in the order is passed over
  gap.kind = Packet::Kind::datagram;
  gap.sequence = place.sequence;
  direction.receiver.insert(place.sequence, std::move(gap));
  parts_.scheduler.at(parts_.scheduler.now(), [this, place] { release(place.connection, place.direction); });
}

}  // namespace hearsay
