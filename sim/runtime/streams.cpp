// Connections: handshake, ends and lookups. The data path is in stream_data.cpp.
#include "sim/runtime/streams.hpp"

#include <algorithm>
#include <utility>

namespace hearsay {
namespace {

std::uint32_t index_of(ConnectionId id) { return static_cast<std::uint32_t>(id) - 1; }
std::uint32_t generation_of(ConnectionId id) { return static_cast<std::uint32_t>(id >> 32); }

}  // namespace

Streams::Streams(const StreamSettings& settings, const Parts& parts)
    : settings_(settings), parts_(parts), usual_(parts.nodes.size()), of_node_(parts.nodes.size()) {
  parts_.network.set_streams(*this);
}

// --- lookups

Streams::Connection* Streams::find(ConnectionId id) {
  return const_cast<Connection*>(static_cast<const Streams*>(this)->find(id));
}

const Streams::Connection* Streams::find(ConnectionId id) const {
  if (id == no_connection || index_of(id) >= slots_.size()) return nullptr;
  const auto* connection = slots_[index_of(id)].get();
  if (connection == nullptr || connection->generation != generation_of(id) || connection->end[0] == no_node)
    return nullptr;
  return connection;
}

ConnectionId Streams::between(NodeId from, NodeId to) const {
  const auto it = usual_[from].find(to);
  return it == usual_[from].end() ? no_connection : it->second;
}

NodeId Streams::peer_of(ConnectionId id, NodeId end) const {
  const Connection* c = find(id);
  if (c == nullptr) return no_node;
  return c->end[0] == end ? c->end[1] : c->end[0];
}

bool Streams::is_open(ConnectionId id, NodeId end) const {
  const Connection* c = find(id);
  return c != nullptr && c->open[c->end[0] == end ? 0 : 1];
}

Retransmission& Streams::sender(Direction& direction) const {
  if (!direction.sender)
    direction.sender = std::make_unique<Retransmission>(
        Retransmission::Settings{settings_.min_rto, settings_.max_rto, settings_.limit});
  return *direction.sender;
}

Duration Streams::round_trip(const Connection& c) const {
  return parts_.network.usual_latency(c.end[0], c.end[1]) + parts_.network.usual_latency(c.end[1], c.end[0]);
}

void Streams::free_if_dead(ConnectionId id) {
  Connection* c = find(id);
  if (c == nullptr || c->open[0] || c->open[1]) return;
  for (const auto& direction : c->direction)  // an orderly close may still be on its way
    if (direction.sender && !direction.sender->empty()) return;
  for (const std::uint8_t d : {0, 1}) drop_early(*c, d, DropReason::reset);
  const std::uint32_t generation = c->generation + 1;
  *c = Connection{};
  c->generation = generation;
  free_.push_back(index_of(id));
}

// --- handshake

ConnectionId Streams::reserve(NodeId from, NodeId to) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back(std::make_unique<Connection>());
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Connection& c = *slots_[index];
  c.end = {from, to};
  c.incarnation = {parts_.nodes[from].incarnation, 0};
  c.open = {true, true};
  c.dial_rto = settings_.dial_rto;
  const ConnectionId id = static_cast<ConnectionId>(c.generation) << 32 | (index + 1);
  usual_[from][to] = id;
  list(from, id);
  return id;
}

void Streams::list(NodeId node, ConnectionId id) {
  auto& connections = of_node_[node];
  if (connections.size() == connections.capacity())  // before it grows, without those that are over
    std::erase_if(connections, [this](ConnectionId known) { return find(known) == nullptr; });
  connections.push_back(id);
}

void Streams::forget_usual(NodeId node, NodeId peer, ConnectionId id) {
  const auto usual = usual_[node].find(peer);
  if (usual != usual_[node].end() && usual->second == id) usual_[node].erase(usual);
}

void Streams::begin_dial(ConnectionId id, bool standing) {
  Connection* c = find(id);
  if (c == nullptr || !c->open[0]) return;
  parts_.bus.emit(Event::connection(parts_.scheduler.now(), EventKind::dial, c->end[0], c->end[1], id));
  if (standing && parts_.nodes[c->end[1]].up()) {
    c->incarnation[1] = parts_.nodes[c->end[1]].incarnation;
    c->established[1] = true;
    list(c->end[1], id);
    usual_[c->end[1]].try_emplace(c->end[0], id);
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
  if (!c->established[1] || c->incarnation[1] != host.incarnation) {  // new to the process that runs there now
    c->established[1] = c->open[1] = true;
    c->aborted[1] = c->crashed[1] = false;
    c->incarnation[1] = host.incarnation;
    c->direction[1].next_sequence = 0;
    c->direction[1].receiver.restart();
    c->direction[1].ends_at = std::numeric_limits<std::uint64_t>::max();
    list(packet.to, packet.connection);
    auto [usual, fresh] = usual_[packet.to].try_emplace(packet.from, packet.connection);
    const Connection* known = fresh ? nullptr : find(usual->second);
    if (known != nullptr && known->end[0] == packet.from)
      usual->second = packet.connection;  // the peer has dialled again
  }
  Packet answer;
  answer.kind = Packet::Kind::connect_answer;
  answer.from = packet.to;
  answer.to = packet.from;
  answer.connection = packet.connection;
  if (parts_.network.launch(std::move(answer), bare_segment_bytes) == PacketNetwork::Launch::rejected)
    reset_later(packet.connection, 0, parts_.network.usual_latency(packet.to, packet.from), ConnectionError::refused);
}

void Streams::connect_answered(const Packet& packet) {
  Connection* c = find(packet.connection);
  if (c == nullptr || !c->open[0] || c->established[0]) return;
  if (!parts_.nodes[packet.to].up() || parts_.nodes[packet.to].incarnation != c->incarnation[0]) return;
  establish_dialler(packet.connection, *c);
}

void Streams::establish_dialler(ConnectionId id, Connection& c) {
  c.established[0] = true;
  const Time now = parts_.scheduler.now();
  parts_.bus.emit(Event::connection(now, EventKind::connected, c.end[0], c.end[1], id));
  parts_.scheduler.at(now, c.end[0], NodeItem::connected(c.end[1], id));
  flush(id, 0);
}

// --- arrivals

void Streams::arrived(Packet packet) {
  switch (packet.kind) {
    case Packet::Kind::connect: connect_arrived(packet); break;
    case Packet::Kind::connect_answer: connect_answered(packet); break;
    case Packet::Kind::segment: segment_arrived(std::move(packet)); break;
    case Packet::Kind::datagram: break;  // not ours
  }
}

// --- ends

void Streams::close(ConnectionId id, NodeId from) {
  Connection* c = find(id);
  if (c == nullptr) return;
  const std::uint8_t side = c->end[0] == from ? 0 : 1;
  if (!c->open[side]) return;
  forget_usual(from, c->end[1 - side], id);
  if (side == 0 && !c->established[0]) {  // the dial is given up
    drop_held(*c, 0, DropReason::withdrawn);
    c->open = {false, false};
    free_if_dead(id);
    return;
  }
  submit(id, side, Segment{});
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
  drop_held(*c, side, reason);
  c->aborted[side] = true;
  if (c->open[side]) {
    c->open[side] = false;
    const NodeId node = c->end[side], peer = c->end[1 - side];
    forget_usual(node, peer, id);
    const Time now = parts_.scheduler.now();
    parts_.bus.emit(Event::disconnected(now, node, peer, id, error));
    if (parts_.nodes[node].up() && parts_.nodes[node].incarnation == c->incarnation[side])
      parts_.scheduler.at(now, node, NodeItem::disconnected(peer, id, error));
  }
  if (side == 0 && !c->established[1]) c->open[1] = false;  // the other end never knew of it
  free_if_dead(id);
}

// What the end `d` has sent and what has not been delivered of it, at either end; in-flight packets find `aborted`.
void Streams::drop_held(Connection& c, std::uint8_t d, DropReason reason) {
  drop_kept(c, d, reason);
  drop_early(c, d, reason);
  c.direction[d].receiver.drop([](const Packet&) { return true; });  // the places of withdrawn ones
}

void Streams::drop_kept(Connection& c, std::uint8_t d, DropReason reason) {
  if (!c.direction[d].sender) return;
  for (const auto& [sequence, segment] : c.direction[d].sender->abandon()) {
    held_.erase(segment.id);
    if (segment.message && !segment.delivered)
      parts_.network.report_drop(c.end[d], c.end[1 - d], *segment.message, segment.id, reason);
  }
}

// What waits at the receiver behind a segment that nobody sends again is lost with it.
void Streams::end_at(Connection& c, std::uint8_t d, std::uint64_t sequence) {
  Direction& direction = c.direction[d];
  direction.ends_at = std::min(direction.ends_at, sequence);
  direction.receiver.drop([this, &direction](const Packet& packet) {
    if (packet.sequence < direction.ends_at) return false;
    report_lost(packet, DropReason::crash);
    return true;
  });
}

void Streams::drop_early(Connection& c, std::uint8_t d, DropReason reason) {
  c.direction[d].receiver.drop([this, reason](const Packet& packet) {
    if (!packet.message) return false;  // the place of a withdrawn one: it stays passed over
    parts_.network.report_drop(packet.from, packet.to, *packet.message, packet.id, reason);
    return true;
  });
}

// A packet that counts no more; a retransmission is accounted for where its original is held.
void Streams::report_lost(const Packet& packet, DropReason reason) {
  if (packet.message && !packet.repeated)
    parts_.network.report_drop(packet.from, packet.to, *packet.message, packet.id, reason);
}

void Streams::crashed(NodeId node) {
  const auto connections = std::exchange(of_node_[node], {});
  usual_[node].clear();
  for (const ConnectionId id : connections) {
    Connection* c = find(id);
    if (c == nullptr) continue;
    const std::uint8_t side = c->end[0] == node ? 0 : 1;
    const Direction& sent = c->direction[side];
    const auto missing = sent.sender ? sent.sender->first_missing() : std::nullopt;
    drop_kept(*c, side, DropReason::crash);
    if (missing) end_at(*c, side, *missing);
    drop_early(*c, 1 - side, DropReason::crash);
    c->open[side] = false;
    c->crashed[side] = true;
    if (side == 0 && !c->established[1]) c->open[1] = false;
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
