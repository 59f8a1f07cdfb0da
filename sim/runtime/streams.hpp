// The transport `stream`: what TCP shows an application. Source: RFC 9293 (connections); sim/transport names those of
// recovery and of the window.
//
// What is modelled
// - A connection is dialled: SYN and SYN-ACK, one round trip; a lost one is sent again after 1 s, doubling. A host on
//   which nothing listens, or a partition that rejects, answers with a refusal.
// - Messages of one direction arrive in order, once. They are cut into segments of at most one MSS. The window decides
//   how many travel at once, losses and missing acknowledgements decide on the window. What the window lets go at one
//   instant travels as one flight: one event when it arrives. Its acknowledgements are an event of their own only if
//   something waits for them: more data, or a segment that was lost.
// - No acknowledgement for `limit` (15 s): the connection breaks with an error at the sender, and what was not
//   delivered is dropped. A crashed host is silent until it is back; then it answers with a reset. Of a process that is
//   killed the kernel closes the connections at once, and answers what comes after that with resets.
// - Closing is orderly: the peer learns of it after what was sent before.
//
// What is simplified: no receive window; segments of one flight meet the same latency, unless a fault delays them
// singly; acknowledgements take no bytes, and come when the first segment of a flight would have been acknowledged; the
// retransmission timer runs only while something is lost, so that a sudden delay makes no spurious timeout.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/core/fetch.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/stable_list.hpp"
#include "sim/runtime/network.hpp"
#include "sim/runtime/usual_connections.hpp"
#include "sim/transport/stream_flow.hpp"

namespace hearsay {

inline constexpr std::uint32_t bare_segment_bytes = 40;    // IPv4 and TCP headers without options
inline constexpr std::uint32_t segment_header_bytes = 52;  // with timestamps

class Streams {
 public:
  struct Parts {  // all must outlive it
    EventBus& bus;
    Scheduler& scheduler;
    PacketNetwork& network;
    const NodeTable& nodes;
  };
  Streams(const Network& settings, const Parts& parts);

  // A connection that `from` is about to dial; what is sent on it waits. begin_dial() starts it: `standing` at once
  // (the cluster boots), or by handshake.
  ConnectionId reserve(NodeId from, NodeId to);
  void begin_dial(ConnectionId id, bool standing);

  // The open connection by which `from` reaches `to`; no_connection if there is none.
  ConnectionId between(NodeId from, NodeId to) const;

  bool is_open(ConnectionId id, NodeId end);
  // Requires is_open(id, from).
  void send(ConnectionId id, NodeId from, SendId send, const MessagePtr& message);
  void close(ConnectionId id, NodeId from);
  void withdraw(SendId send);
  // The other end of a connection that has `end` at one; no_node if it is unknown.
  NodeId peer_of(ConnectionId id, NodeId end);

  void crashed(NodeId node);  // the host is down: its ends fall silent
  // The process is over and its host lives: its kernel delivers what was written and closes gracefully.
  void process_ended(NodeId node);

  // For the processor's cache, of a connection on which something is about to arrive: itself, and some items later what
  // it points at. Inlined: see fetch_lines().
  [[gnu::always_inline]] void fetch(ConnectionId id) const {
    if (id != no_connection) fetch_lines(&slots_[index_of(id)], sizeof(Connection));
  }
  // Both flows, as mostly something is sent back.
  [[gnu::always_inline]] void fetch_flows(ConnectionId id) const {
    if (id == no_connection) return;
    for (const Direction& of : slots_[index_of(id)].direction) fetch_lines(of.flow.get(), sizeof(StreamFlow));
  }
  [[gnu::always_inline]] void fetch_contents(ConnectionId id, std::uint8_t direction) const {
    if (id == no_connection) return;
    if (const StreamFlow* const flow = slots_[index_of(id)].direction[direction].flow.get()) flow->fetch_contents();
  }

  // From the network: the packets that arrive, and those that don't.
  void arrived(Packet packet);
  void lost(Packet packet);

 private:
  struct Direction {
    std::unique_ptr<StreamFlow> flow;  // made when something is sent first
    std::uint32_t generation = 0;      // an acceptor that restarts begins a new flow
  };
  struct Connection {
    std::array<NodeId, 2> end{no_node, no_node};  // 0: dialler, 1: acceptor
    std::array<std::uint32_t, 2> incarnation{};
    std::array<bool, 2> open{};          // the application may send
    std::array<bool, 2> established{};   // the handshake is done at this end
    std::array<bool, 2> aborted{};       // this end broke: what it sent does not count any more
    std::array<bool, 2> crashed{};       // its host went down: what is on the wire arrives, nothing is sent again
    std::array<Direction, 2> direction;  // 0: from the dialler
    Duration dial_rto{};
    Time dialled_at{};             // the last attempt
    Duration handshake{};          // how long it took; 0: it stood at once
    std::uint32_t generation = 1;  // of the slot
  };
  struct Place {  // of a message that has not been delivered
    ConnectionId connection = no_connection;
    std::uint8_t direction = 0;
    std::uint64_t begin = 0;  // its first byte
  };
  struct Flight {  // segments that travel together
    TcpSender::Segments segments;
    Time sent_at{};
    Duration spread{};  // from the arrival of the first to that of the last
    std::uint32_t generation = 0;
  };
  struct Draft {  // of a flight
    TcpSender::Segments segments;
    std::uint32_t bytes = 0;
    Duration delay{};
    Duration first_queued{}, queued{};  // of the first and of the last
  };

  // Null if it is over. Mostly asked for one connection several times in a row.
  Connection* find(ConnectionId id) { return id == found_.first ? found_.second : look_up(id); }
  Connection* look_up(ConnectionId id);
  static std::uint32_t index_of(ConnectionId id) { return static_cast<std::uint32_t>(id) - 1; }
  void free_if_dead(ConnectionId id);
  void list(NodeId node, ConnectionId id);  // in of_node_
  StreamFlow& flow(ConnectionId id, std::uint8_t d);
  Duration round_trip(const Connection& c) const;

  // handshake
  void attempt_connect(ConnectionId id);
  void connect_arrived(const Packet& packet);
  void connect_answered(const Packet& packet);
  void establish_dialler(ConnectionId id, Connection& c);

  // sending
  void submit(ConnectionId id, std::uint8_t d, SendId send, const MessagePtr& message);
  void pump(ConnectionId id, std::uint8_t d);
  static KindIndex kind_at(const Connection& c, std::uint8_t d, std::uint64_t byte);
  bool launch_segments(ConnectionId id, std::uint8_t d);
  void launch_flight(ConnectionId id, std::uint8_t d, Draft& draft);
  Duration longest_flight(const Connection& c, std::uint8_t d) const;
  void report_retransmissions(const Connection& c, std::uint8_t d);

  // receiving
  void flight_arrived(const Packet& packet);
  TcpSender::Segments take_cut_segments(const Connection& c, const Packet& packet, Flight& flight);
  void flight_lost(const Packet& packet);
  void miss(ConnectionId id, std::uint8_t d, std::span<const TcpSender::Segment> segments);
  void deliver_complete(ConnectionId id, std::uint8_t d);
  void deliver(ConnectionId id, std::uint8_t d, const StreamFlow::Outgoing& message);

  // acknowledgements and timers
  void acknowledge(ConnectionId id, std::uint8_t d, Flight&& flight);
  void watch(ConnectionId id, std::uint8_t d);
  void look(ConnectionId id, std::uint8_t d, std::uint32_t generation);

  // ends
  void reset_later(ConnectionId id, std::uint8_t side, Duration after, ConnectionError error);
  void break_end(ConnectionId id, std::uint8_t side, ConnectionError error, DropReason reason);
  void drop_outgoing(Connection& c, std::uint8_t d, DropReason reason);
  void drop_unsent(Connection& c, std::uint8_t d, DropReason reason);
  void drop(const Connection& c, std::uint8_t d, const StreamFlow::Outgoing& message, DropReason reason);
  void drop_if_over(ConnectionId id, std::uint8_t d);

  const StreamSettings& settings_;
  std::uint32_t mss_;
  Parts parts_;
  StableList<Connection, 64> slots_;
  std::pair<ConnectionId, Connection*> found_{no_connection, nullptr};  // by find(), last
  std::vector<std::uint32_t> free_;
  std::vector<UsualConnections> usual_;             // by node: the connection that send() takes to a peer
  std::vector<std::vector<ConnectionId>> of_node_;  // by node: connections that it dialled or accepted, some stale
  PooledHashMap<SendId, Place> held_;               // looked up only
  Slab<Flight> flights_;
  std::vector<TcpSender::Segment> segments_;  // that are about to be sent
};

}  // namespace hearsay
