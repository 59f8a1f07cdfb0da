#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "sim/transcript/bench.hpp"
#include "sim/transcript/bench_context.hpp"

namespace hearsay::bench {
namespace {

std::string_view name_of(ConnectionError error) {
  static constexpr std::array<std::string_view, 4> names{"refused", "timed_out", "reset", "closed"};
  return names[static_cast<std::size_t>(error)];
}

}  // namespace

// --- what replicas do

SendId Bench::send(NodeId from, NodeId to, MessagePtr message) {
  const MessageKind& kind = protocol_.messages.at(message->kind());
  if (kind.transport == Transport::datagram) {
    note_send(from, to, message);
    ++tally_.sent[std::string(kind.name)];
    tally_.bytes += message->wire_size();
    in_flight_.push_back({Item::Kind::message, ++last_send_, from, to, no_connection, std::move(message)});
    return last_send_;
  }
  for (ConnectionId id = 1; id <= connections_.size(); ++id) {
    const Connection& candidate = connection(id);
    const bool joins = (candidate.dialler == from && candidate.acceptor == to) ||
                       (candidate.acceptor == from && candidate.dialler == to && candidate.standing);
    if (joins && candidate.open && knows(from, candidate)) return send_on(from, id, std::move(message));
  }
  return send_on(from, dial(from, to), std::move(message));
}

SendId Bench::send_on(NodeId from, ConnectionId id, MessagePtr message) {
  const Connection& on = connection(id);
  if (!on.open || !knows(from, on)) return no_send;
  const NodeId to = on.dialler == from ? on.acceptor : on.dialler;
  const MessageKind& kind = protocol_.messages.at(message->kind());
  if (kind.transport != Transport::stream) throw std::logic_error("a datagram on a connection");
  note_send(from, to, message);
  ++tally_.sent[std::string(kind.name)];
  tally_.bytes += message->wire_size();
  in_flight_.push_back({Item::Kind::message, ++last_send_, from, to, id, std::move(message)});
  return last_send_;
}

ConnectionId Bench::dial(NodeId from, NodeId to) {
  connections_.push_back({from, to, nodes_[from]->incarnation, nodes_[to]->incarnation, booting_, true});
  const ConnectionId id = connections_.size();
  note_dial(from, to);
  if (!booting_) in_flight_.push_back({Item::Kind::dial, ++last_send_, from, to, id, {}});
  return id;
}

// --- what the test does

std::string Bench::kind_name(const Item& item) const {
  if (item.kind == Item::Kind::dial) return "dial";
  if (item.kind == Item::Kind::close) return "close";
  return std::string(protocol_.messages.at(item.message->kind()).name);
}

std::vector<SendId> Bench::select(const Filter& filter) const {
  std::vector<SendId> chosen;
  for (const Item& item : in_flight_) {
    if (filter.from && item.from != *filter.from) continue;
    if (filter.to && item.to != *filter.to) continue;
    if (!filter.kind.empty() && kind_name(item) != filter.kind) continue;
    chosen.push_back(item.id);
  }
  if (filter.newest_first) std::reverse(chosen.begin(), chosen.end());
  if (chosen.size() > filter.at_most) chosen.resize(filter.at_most);
  return chosen;
}

Bench::Items::iterator Bench::find(SendId id) {
  return std::find_if(in_flight_.begin(), in_flight_.end(), [id](const Item& item) { return item.id == id; });
}

std::size_t Bench::deliver(const Filter& filter) {
  std::size_t delivered = 0;
  for (const SendId id : select(filter)) {
    const auto item = find(id);  // an earlier delivery may have made an end of it
    if (item != in_flight_.end() && deliver_one(item, std::nullopt)) ++delivered;
  }
  return delivered;
}

std::size_t Bench::settle() {
  std::size_t total = 0;
  for (std::size_t round = deliver({}); round > 0; round = deliver({})) {
    total += round;
    if (total > 1'000'000) throw std::runtime_error("messages never cease");
  }
  return total;
}

std::size_t Bench::drop(const Filter& filter) {
  const auto chosen = select(filter);
  for (const SendId id : chosen) {
    const auto item = find(id);
    if (item->connection != no_connection) throw std::runtime_error("a stream loses nothing: break it, or leave it be");
    line() << "lost: " << item->from << " -> " << item->to << " " << kind_name(*item) << "\n";
    in_flight_.erase(item);
  }
  return chosen.size();
}

std::size_t Bench::duplicate(const Filter& filter) {
  const auto chosen = select(filter);
  for (const SendId id : chosen) {
    const auto item = find(id);
    if (item->connection != no_connection) throw std::runtime_error("a stream duplicates nothing");
    line() << "copied: " << item->from << " -> " << item->to << " " << kind_name(*item) << "\n";
    Item copy = *item;
    copy.id = ++last_send_;
    in_flight_.push_back(std::move(copy));
  }
  return chosen.size();
}

std::size_t Bench::corrupt(const Filter& filter, std::uint64_t bits) {
  const auto chosen = select(filter);
  for (const SendId id : chosen) {
    const auto item = find(id);
    if (item->connection != no_connection) throw std::runtime_error("a stream has a checksum of its own");
    deliver_one(item, bits);
  }
  return chosen.size();
}

void Bench::break_connections(NodeId a, NodeId b, ConnectionError error) {
  const ConnectionId last = connections_.size();  // whoever is notified may dial again
  for (ConnectionId id = 1; id <= last; ++id) {
    const Connection ended = connection(id);
    const bool between = (ended.dialler == a && ended.acceptor == b) || (ended.dialler == b && ended.acceptor == a);
    if (!between || !ended.open) continue;
    end_connection(id);
    if (up(ended.dialler) && nodes_[ended.dialler]->incarnation == ended.dialler_incarnation)
      disconnect(ended.dialler, id, ended.acceptor, error);
    if (ended.standing && up(ended.acceptor) && nodes_[ended.acceptor]->incarnation == ended.acceptor_incarnation)
      disconnect(ended.acceptor, id, ended.dialler, error);
  }
}

void Bench::print_in_flight() {
  if (in_flight_.empty()) line() << "nothing in flight\n";
  for (const Item& item : in_flight_) {
    auto& out = line() << item.from << " -> " << item.to << " " << kind_name(item);
    if (item.message) item.message->describe(out << " ");
    out << "\n";
  }
}

// --- how things arrive

bool Bench::knows(NodeId node, const Connection& on) const {
  const auto incarnation = on.dialler == node ? on.dialler_incarnation : on.acceptor_incarnation;
  return nodes_[node]->incarnation == incarnation;
}

// False if it must wait: a stream to a node that is down retransmits.
bool Bench::deliver_one(Items::iterator item, std::optional<std::uint64_t> flipped) {
  if (item->connection != no_connection) return deliver_stream(item);
  const Item arrived = *item;
  in_flight_.erase(item);
  if (up(arrived.to)) receive(arrived, flipped);
  return true;
}

bool Bench::deliver_stream(Items::iterator item) {
  if (item->kind == Item::Kind::dial) {
    if (!up(item->to)) return false;
    establish(item);
    return true;
  }
  const Connection on = connection(item->connection);
  if (!on.standing || !up(item->to)) return false;
  const Item arrived = *item;
  if (!knows(arrived.to, on)) {  // it restarted: it answers with a reset
    end_connection(arrived.connection);
    disconnect(arrived.from, arrived.connection, arrived.to, ConnectionError::reset);
    return true;
  }
  in_flight_.erase(item);
  if (arrived.kind == Item::Kind::message) {
    receive(arrived, std::nullopt);
  } else {
    end_connection(arrived.connection);
    disconnect(arrived.to, arrived.connection, arrived.from, ConnectionError::closed);
  }
  return true;
}

void Bench::establish(Items::iterator item) {
  const ConnectionId id = item->connection;
  Connection& dialled = connection(id);
  in_flight_.erase(item);
  dialled.standing = true;
  dialled.acceptor_incarnation = nodes_[dialled.acceptor]->incarnation;
  line() << "connected: " << dialled.dialler << " to " << dialled.acceptor << "\n";
  const NodeId acceptor = dialled.acceptor;
  if (!up(dialled.dialler)) return;  // it has left, and what it sent arrives all the same
  handle(dialled.dialler,
         [id, acceptor](Protocol& process, Context& context) { process.connected(context, id, acceptor); });
}

void Bench::receive(const Item& item, std::optional<std::uint64_t> flipped) {
  MessagePtr message = item.message;
  if (flipped) {
    const MessagePtr garbled(message->corrupted(*flipped));
    if (garbled) message = garbled;
  }
  const std::string kind = kind_name(item);
  ++tally_.delivered[kind];
  auto& out = line() << item.from << " -> " << item.to << " " << kind << (flipped ? " (corrupt) " : " ");
  message->describe(out);
  out << "\n";
  const Received received{item.from, item.connection, *message, flipped.has_value()};
  handle(item.to, [&received](Protocol& process, Context& context) { process.message(context, received); });
}

void Bench::end_connection(ConnectionId id) {
  connection(id).open = false;
  std::erase_if(in_flight_, [id](const Item& item) { return item.connection == id; });
}

void Bench::disconnect(NodeId node, ConnectionId id, NodeId peer, ConnectionError error) {
  if (!up(node)) return;
  line() << "disconnected: " << node << " from " << peer << ", " << name_of(error) << "\n";
  handle(node, [&](Protocol& process, Context& context) { process.disconnected(context, id, peer, error); });
}

}  // namespace hearsay::bench
