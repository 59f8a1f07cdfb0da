// Streams: sending and receiving. Acknowledgements and timers are in stream_recovery.cpp.
#include <algorithm>
#include <utility>

#include "sim/runtime/streams.hpp"

namespace hearsay {
namespace {

std::uint32_t bytes_of(const MessagePtr& message) {
  return std::max(message ? message->wire_size() : bare_segment_bytes, 1U);
}

}  // namespace

// --- sending

void Streams::send(ConnectionId id, NodeId from, SendId send, const MessagePtr& message) {
  submit(id, find(id)->end[0] == from ? 0 : 1, send, message);
}

void Streams::submit(ConnectionId id, std::uint8_t d, SendId send, const MessagePtr& message) {
  StreamFlow& flow = this->flow(id, d);
  fetch_lines(&flow, sizeof flow);  // it is seldom in any cache, and would be waited for line by line
  flow.fetch_contents();
  const Time now = parts_.scheduler.now();
  flow.collect(now);
  if (flow.sender.done()) flow.progress = now;
  const std::uint64_t begin = flow.sender.written();
  flow.sender.write(bytes_of(message));
  const std::uint64_t end = flow.sender.written();
  const bool held = send != no_send;  // until it is delivered, dropped or withdrawn
  if (held) held_.insert_or_assign(send, Place{id, d, begin});
  flow.outgoing.push_back({begin, end, send, message, held, false});
  if (find(id)->established[d]) pump(id, d);
}

// Sends what the window allows.
void Streams::pump(ConnectionId id, std::uint8_t d) {
  segments_.clear();
  flow(id, d).sender.send(parts_.scheduler.now(), segments_);
  if (!segments_.empty() && !launch_segments(id, d)) return;
  watch(id, d);
}

// What more is to come is cut into flights no longer than the way back, so that the acknowledgement of the first
// segment is there when the last one has left; or into a few, if one window takes that long anyway.
Duration Streams::longest_flight(const Connection& c, std::uint8_t d) const {
  if (!c.direction[d].flow->waits()) return forever;
  std::uint64_t bytes = 0;
  for (const auto& segment : segments_) bytes += segment.end - segment.begin;
  const Duration all = parts_.network.transmission(c.end[d], c.end[1 - d], bytes);
  return std::max(parts_.network.usual_latency(c.end[1 - d], c.end[d]), all / 4);
}

// Of the message that a segment begins with.
KindIndex Streams::kind_at(const Connection& c, std::uint8_t d, std::uint64_t byte) {
  const StreamFlow::Outgoing* const of = c.direction[d].flow->message_at(byte);
  return of != nullptr && of->message ? of->message->kind() : PacketTraits::no_kind;
}

// False if the connection is being reset.
bool Streams::launch_segments(ConnectionId id, std::uint8_t d) {
  const Connection& c = *find(id);
  report_retransmissions(c, d);
  const NodeId from = c.end[d], to = c.end[1 - d];
  const Duration longest = longest_flight(c, d);
  const bool heeds_kinds = parts_.network.heeds_kinds();
  Draft draft;
  for (const auto& segment : segments_) {
    const auto bytes = static_cast<std::uint32_t>(segment.end - segment.begin);
    const KindIndex kind = heeds_kinds ? kind_at(c, d, segment.begin) : PacketTraits::no_kind;
    const auto fate = parts_.network.judge_segment(from, to, bytes, kind);
    if (fate.launch == PacketNetwork::Launch::rejected) {
      reset_later(id, d, round_trip(c), ConnectionError::reset);
      return false;
    }
    if (fate.launch == PacketNetwork::Launch::lost) {
      miss(id, d, {&segment, 1});
      continue;
    }
    const bool apart = fate.delay != draft.delay || fate.queued - draft.first_queued > longest ||
                       (longest < forever && parts_.network.transmission(from, to, draft.bytes + bytes) > longest);
    if (apart) launch_flight(id, d, draft);
    if (draft.segments.empty()) draft.first_queued = fate.queued;
    draft.segments.push_back(segment);
    draft.bytes += bytes;
    draft.delay = fate.delay;
    draft.queued = fate.queued;
  }
  launch_flight(id, d, draft);
  return true;
}

void Streams::launch_flight(ConnectionId id, std::uint8_t d, Draft& draft) {
  if (draft.segments.empty()) return;
  const Connection& c = *find(id);
  StreamFlow& flow = *c.direction[d].flow;
  const NodeId from = c.end[d], to = c.end[1 - d];
  const Time now = parts_.scheduler.now();
  const Duration wait = std::max(Duration{}, flow.busy_until - now);
  const Duration transmission = parts_.network.transmission(from, to, draft.bytes);
  const TcpSender::Segment& first = draft.segments.front();
  const Duration head = parts_.network.transmission(from, to, first.end - first.begin);
  const Duration spread = std::max(transmission - head, draft.queued - draft.first_queued);
  if (parts_.network.queues_streams()) flow.busy_until = now + wait + transmission;
  ++flow.on_wire;
  Packet packet;
  packet.kind = Packet::Kind::flight;
  packet.direction = d;
  packet.from = from;
  packet.to = to;
  packet.connection = id;
  packet.sequence = flights_.put({std::move(draft.segments), now, spread, c.direction[d].generation});
  parts_.network.launch_flight(std::move(packet), draft.bytes, wait + draft.delay, draft.queued);
  draft = {};
}

void Streams::report_retransmissions(const Connection& c, std::uint8_t d) {
  const Time now = parts_.scheduler.now();
  for (const auto& segment : segments_) {
    if (!segment.again) continue;
    const StreamFlow::Outgoing* const of = c.direction[d].flow->message_at(segment.begin);
    parts_.bus.emit(of != nullptr && of->message
                        ? Event::about_message(now, EventKind::retransmit, c.end[d], c.end[1 - d], *of->message, of->id)
                        : Event::retransmitted_end(now, c.end[d], c.end[1 - d],
                                                   static_cast<std::uint32_t>(segment.end - segment.begin)));
  }
}

// --- receiving

void Streams::flight_arrived(const Packet& packet) {
  const ConnectionId id = packet.connection;
  const std::uint8_t d = packet.direction, receiver = 1 - d;
  const Connection* c = find(id);
  if (c == nullptr || c->aborted[d]) {
    flights_.take(static_cast<std::uint32_t>(packet.sequence));
    return;
  }
  const NodeStatus& host = parts_.nodes[packet.to];
  const bool listening = host.up() && host.incarnation == c->incarnation[receiver] && c->open[receiver];
  if (!listening) {
    const bool answered = host.condition != NodeStatus::Condition::crashed && !c->crashed[d];
    flight_lost(packet);
    if (answered) reset_later(id, d, parts_.network.usual_latency(packet.to, packet.from), ConnectionError::reset);
    return;
  }
  Flight flight = flights_.take(static_cast<std::uint32_t>(packet.sequence));
  if (flight.generation != c->direction[d].generation) return;
  StreamFlow& flow = *c->direction[d].flow;
  --flow.on_wire;
  const auto cut = take_cut_segments(*c, packet, flight);
  if (!cut.empty() && !c->crashed[d]) miss(id, d, cut.all());
  for (const auto& segment : flight.segments) flow.received.insert(segment.begin, segment.end);
  if (!flight.segments.empty()) acknowledge(id, d, std::move(flight));
  deliver_complete(id, d);
  drop_if_over(id, d);
}

// Segments that a cut of the kind of message that they carry has met.
TcpSender::Segments Streams::take_cut_segments(const Connection& c, const Packet& packet, Flight& flight) {
  TcpSender::Segments cut;
  if (parts_.network.uncut_since(static_cast<std::uint32_t>(packet.epoch))) return cut;
  const auto met = [&](const TcpSender::Segment& segment) {
    if (!parts_.network.segment_was_cut(packet, kind_at(c, packet.direction, segment.begin))) return false;
    cut.push_back(segment);
    return true;
  };
  flight.segments.remove_if(met);
  return cut;
}

// A flight was lost on the wire; its sender learns of it only by its timer.
void Streams::lost(Packet packet) {
  if (packet.kind == Packet::Kind::flight) flight_lost(packet);  // the dialler's timer repeats the handshake
}

void Streams::flight_lost(const Packet& packet) {
  const Flight flight = flights_.take(static_cast<std::uint32_t>(packet.sequence));
  const Connection* c = find(packet.connection);
  const std::uint8_t d = packet.direction;
  if (c == nullptr || c->aborted[d] || flight.generation != c->direction[d].generation) return;
  --c->direction[d].flow->on_wire;
  if (c->crashed[d])
    drop_if_over(packet.connection, d);
  else
    miss(packet.connection, d, flight.segments.all());
}

// Delivers the messages that are there altogether, in order.
void Streams::deliver_complete(ConnectionId id, std::uint8_t d) {
  for (Connection* c = find(id); c != nullptr && !c->aborted[d]; c = find(id)) {  // the end of the stream may free it
    StreamFlow& flow = *c->direction[d].flow;
    if (flow.outgoing.empty() || flow.outgoing[0].end > flow.received.next()) return;
    const StreamFlow::Outgoing message = flow.outgoing.take_front();
    if (message.held) held_.erase(message.id);
    if (!message.withdrawn) deliver(id, d, message);
  }
}

void Streams::deliver(ConnectionId id, std::uint8_t d, const StreamFlow::Outgoing& message) {
  if (!message.message) {
    break_end(id, 1 - d, ConnectionError::closed, DropReason::reset);
    return;
  }
  const Connection& c = *find(id);
  Packet packet;
  packet.kind = Packet::Kind::flight;
  packet.direction = d;
  packet.from = c.end[d];
  packet.to = c.end[1 - d];
  packet.message = message.message;
  packet.id = message.id;
  packet.connection = id;
  parts_.network.deliver(std::move(packet));
}

}  // namespace hearsay
