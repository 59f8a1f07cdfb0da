// Connections: handshake, ends and lookups. The data path is in stream_data.cpp.
#include "sim/runtime/streams.hpp"

#include <algorithm>
#include <utility>

namespace hearsay {

Streams::Streams(const Network& settings, const Parts& parts)
    : settings_(settings.stream),
      mss_(static_cast<std::uint32_t>(settings.mtu) - segment_header_bytes),
      parts_(parts),
      usual_(parts.nodes.size()),
      of_node_(parts.nodes.size()) {
  parts_.network.set_streams(*this);
}

// --- lookups

Streams::Connection* Streams::look_up(ConnectionId id) {
  if (id == no_connection || index_of(id) >= slots_.size()) return nullptr;
  Connection& connection = slots_[index_of(id)];
  if (connection.generation != id >> 32 || connection.end[0] == no_node) return nullptr;
  found_ = {id, &connection};
  return &connection;
}

ConnectionId Streams::between(NodeId from, NodeId to) const { return usual_[from].of(to); }

NodeId Streams::peer_of(ConnectionId id, NodeId end) {
  const Connection* c = find(id);
  return c == nullptr ? no_node : c->end[c->end[0] == end ? 1 : 0];
}

bool Streams::is_open(ConnectionId id, NodeId end) {
  const Connection* c = find(id);
  return c != nullptr && c->open[c->end[0] == end ? 0 : 1];
}

StreamFlow& Streams::flow(ConnectionId id, std::uint8_t d) {
  Connection& c = *find(id);
  auto& flow = c.direction[d].flow;
  if (!flow) {
    const Duration measured = c.handshake > Duration{} ? c.handshake : round_trip(c);
    flow = std::make_unique<StreamFlow>(
        TcpSender::Settings{settings_.congestion, mss_, settings_.min_rto, settings_.max_rto},
        std::max(measured, Duration(1)), parts_.scheduler.now());
  }
  return *flow;
}

Duration Streams::round_trip(const Connection& c) const {
  return parts_.network.usual_latency(c.end[0], c.end[1]) + parts_.network.usual_latency(c.end[1], c.end[0]);
}

void Streams::free_if_dead(ConnectionId id) {
  Connection* c = find(id);
  if (c == nullptr || c->open[0] || c->open[1]) return;
  for (const auto& direction : c->direction)  // an orderly close may still be on its way
    if (direction.flow && !direction.flow->outgoing.empty()) return;
  const std::uint32_t generation = c->generation + 1;
  *c = Connection{};
  c->generation = generation;
  found_ = {no_connection, nullptr};
  free_.push_back(index_of(id));
}

// --- handshake

ConnectionId Streams::reserve(NodeId from, NodeId to) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.grow();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Connection& c = slots_[index];
  c.end = {from, to};
  c.incarnation = {parts_.nodes[from].incarnation, 0};
  c.open = {true, true};
  c.dial_rto = settings_.dial_rto;
  const ConnectionId id = static_cast<ConnectionId>(c.generation) << 32 | (index + 1);
  usual_[from].set(to, id);
  list(from, id);
  return id;
}

void Streams::list(NodeId node, ConnectionId id) {
  auto& connections = of_node_[node];
  if (connections.size() == connections.capacity())  // before it grows, without those that are over
    std::erase_if(connections, [this](ConnectionId known) { return find(known) == nullptr; });
  connections.push_back(id);
}

void Streams::begin_dial(ConnectionId id, bool standing) {
  Connection* c = find(id);
  if (c == nullptr || !c->open[0]) return;
  parts_.bus.emit(Event::connection(parts_.scheduler.now(), EventKind::dial, c->end[0], c->end[1], id));
  if (standing && parts_.nodes[c->end[1]].up()) {
    c->incarnation[1] = parts_.nodes[c->end[1]].incarnation;
    c->established[1] = true;
    list(c->end[1], id);
    if (between(c->end[1], c->end[0]) == no_connection) usual_[c->end[1]].set(c->end[0], id);
    establish_dialler(id, *c);
    return;
  }
  parts_.scheduler.at(parts_.scheduler.now() + settings_.limit, [this, id] {
    const Connection* late = find(id);
    if (late != nullptr && late->open[0] && !late->established[0])
      break_end(id, 0, ConnectionError::timed_out, DropReason::timeout);
  });
  attempt_connect(id);
}

void Streams::attempt_connect(ConnectionId id) {
  Connection* c = find(id);
  if (c == nullptr || !c->open[0] || c->established[0]) return;
  Packet syn;
  syn.kind = Packet::Kind::connect;
  syn.from = c->end[0];
  syn.to = c->end[1];
  syn.connection = id;
  c->dialled_at = parts_.scheduler.now();
  const auto launched = parts_.network.launch(std::move(syn), bare_segment_bytes);
  if (launched == PacketNetwork::Launch::rejected) {
    reset_later(id, 0, round_trip(*c), ConnectionError::refused);
    return;
  }
  parts_.scheduler.at(parts_.scheduler.now() + c->dial_rto, [this, id] { attempt_connect(id); });
  c->dial_rto *= 2;
}

void Streams::connect_arrived(const Packet& packet) {
  Connection* c = find(packet.connection);
  if (c == nullptr || !c->open[0]) return;
  const NodeStatus& host = parts_.nodes[packet.to];
  if (host.condition == NodeStatus::Condition::crashed) return;  // silence
  if (!host.up()) {
    reset_later(packet.connection, 0, parts_.network.usual_latency(packet.to, packet.from), ConnectionError::refused);
    return;
  }
  const bool accepted = c->established[1] && c->incarnation[1] == host.incarnation;
  if (!accepted && c->established[0]) {
    // A late copy of the SYN: an earlier process has answered the dial. The SYN-ACK of this one is not what the dialler
    // expects; it repeats its acknowledgement, which is answered by a reset (RFC 9293, 3.10.7.4 and 3.10.7.3).
    reset_later(packet.connection, 0, parts_.network.usual_latency(packet.to, packet.from) + round_trip(*c),
                ConnectionError::reset);
    return;
  }
  if (!accepted) {  // new to the process that runs there now
    c->established[1] = c->open[1] = true;
    c->aborted[1] = c->crashed[1] = false;
    c->incarnation[1] = host.incarnation;
    drop_outgoing(*c, 1, DropReason::crash);
    c->direction[1] = {nullptr, c->direction[1].generation + 1};
    list(packet.to, packet.connection);
    const ConnectionId usual = between(packet.to, packet.from);
    const Connection* known = find(usual);
    if (usual == no_connection || (known != nullptr && known->end[0] == packet.from))  // the peer has dialled again
      usual_[packet.to].set(packet.from, packet.connection);
  }
  Packet answer;
  answer.kind = Packet::Kind::connect_answer;
  answer.from = packet.to;
  answer.to = packet.from;
  answer.connection = packet.connection;
  answer.sequence = host.incarnation;
  if (parts_.network.launch(std::move(answer), bare_segment_bytes) == PacketNetwork::Launch::rejected)
    reset_later(packet.connection, 0, parts_.network.usual_latency(packet.to, packet.from), ConnectionError::refused);
}

void Streams::connect_answered(const Packet& packet) {
  Connection* c = find(packet.connection);
  if (c == nullptr || !c->open[0] || c->established[0]) return;
  if (!parts_.nodes[packet.to].up() || parts_.nodes[packet.to].incarnation != c->incarnation[0]) return;
  c->handshake = parts_.scheduler.now() - c->dialled_at;
  const bool stale =
      packet.sequence != c->incarnation[1];  // the process that answered is gone; another one answers, too
  c->incarnation[1] = static_cast<std::uint32_t>(packet.sequence);
  establish_dialler(packet.connection, *c);
  if (stale) reset_later(packet.connection, 0, round_trip(*c), ConnectionError::reset);
}

void Streams::establish_dialler(ConnectionId id, Connection& c) {
  c.established[0] = true;
  const Time now = parts_.scheduler.now();
  parts_.bus.emit(Event::connection(now, EventKind::connected, c.end[0], c.end[1], id));
  parts_.scheduler.at(now, c.end[0], NodeItem::connected(c.end[1], id));
  if (c.direction[0].flow) pump(id, 0);
}

// --- arrivals

void Streams::arrived(Packet packet) {
  switch (packet.kind) {
    case Packet::Kind::connect: connect_arrived(packet); break;
    case Packet::Kind::connect_answer: connect_answered(packet); break;
    case Packet::Kind::flight: flight_arrived(packet); break;
    case Packet::Kind::datagram: break;  // not ours
  }
}

// --- ends

void Streams::close(ConnectionId id, NodeId from) {
  Connection* c = find(id);
  if (c == nullptr) return;
  const std::uint8_t side = c->end[0] == from ? 0 : 1;
  if (!c->open[side]) return;
  usual_[from].erase(c->end[1 - side], id);
  if (side == 0 && !c->established[0]) {  // the dial is given up
    drop_outgoing(*c, 0, DropReason::withdrawn);
    c->open = {false, false};
    free_if_dead(id);
    return;
  }
  submit(id, side, no_send, MessagePtr());
  c->open[side] = false;
}

void Streams::reset_later(ConnectionId id, std::uint8_t side, Duration after, ConnectionError error) {
  parts_.scheduler.at(parts_.scheduler.now() + after, [this, id, side, error] {
    if (find(id) != nullptr) break_end(id, side, error, DropReason::reset);
  });
}

void Streams::break_end(ConnectionId id, std::uint8_t side, ConnectionError error, DropReason reason) {
  Connection* c = find(id);
  if (c == nullptr) return;
  drop_outgoing(*c, side, reason);
  c->aborted[side] = true;
  if (c->open[side]) {
    c->open[side] = false;
    const NodeId node = c->end[side], peer = c->end[1 - side];
    usual_[node].erase(peer, id);
    const Time now = parts_.scheduler.now();
    parts_.bus.emit(Event::disconnected(now, node, peer, id, error));
    if (parts_.nodes[node].up() && parts_.nodes[node].incarnation == c->incarnation[side])
      parts_.scheduler.at(now, node, NodeItem::disconnected(peer, id, error));
  }
  if (side == 0 && !c->established[1]) c->open[1] = false;  // the other end never knew of it
  free_if_dead(id);
}

void Streams::drop(const Connection& c, std::uint8_t d, const StreamFlow::Outgoing& message, DropReason reason) {
  if (message.held) held_.erase(message.id);
  if (message.message && !message.withdrawn)
    parts_.network.report_drop(c.end[d], c.end[1 - d], *message.message, message.id, reason);
}

// What the end `d` has sent and what has not been delivered of it; flights that are on the wire find nothing.
void Streams::drop_outgoing(Connection& c, std::uint8_t d, DropReason reason) {
  StreamFlow* const flow = c.direction[d].flow.get();
  while (flow != nullptr && !flow->outgoing.empty()) drop(c, d, flow->outgoing.take_front(), reason);
}

// What has not been put on the wire altogether.
void Streams::drop_unsent(Connection& c, std::uint8_t d, DropReason reason) {
  StreamFlow* const flow = c.direction[d].flow.get();
  if (flow == nullptr) return;
  while (!flow->outgoing.empty() && flow->outgoing[flow->outgoing.size() - 1].end > flow->sender.sent())
    drop(c, d, flow->outgoing.take_back(), reason);
}

// The host of the sender is gone: once nothing of its own is on the wire, what is not complete stays so.
void Streams::drop_if_over(ConnectionId id, std::uint8_t d) {
  Connection* c = find(id);
  if (c == nullptr || !c->crashed[d] || (c->direction[d].flow && c->direction[d].flow->on_wire > 0)) return;
  drop_outgoing(*c, d, DropReason::crash);
  free_if_dead(id);
}

void Streams::crashed(NodeId node) {
  const auto connections = std::exchange(of_node_[node], {});
  usual_[node].clear();
  for (const ConnectionId id : connections) {
    Connection* c = find(id);
    if (c == nullptr) continue;
    const std::uint8_t side = c->end[0] == node ? 0 : 1;
    drop_unsent(*c, side, DropReason::crash);
    c->open[side] = false;
    c->crashed[side] = true;
    if (side == 0 && !c->established[1]) c->open[1] = false;
    drop_if_over(id, side);
    free_if_dead(id);
  }
}

void Streams::process_ended(NodeId node) {
  const auto connections = of_node_[node];  // its host may crash later, while they are being closed
  for (const ConnectionId id : connections)
    if (find(id) != nullptr) close(id, node);
  usual_[node].clear();
}

}  // namespace hearsay
