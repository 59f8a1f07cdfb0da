// The transport `stream`: what TCP shows an application. Source: RFC 9293 (connections) and RFC 6298 (retransmission
// timer).
//
// What is modelled
// - A connection is dialled: SYN and SYN-ACK, one round trip; a lost one is sent again after 1 s, doubling. A host on
//   which nothing listens, or a partition that rejects, answers with a refusal.
// - Messages of one direction arrive in order, once. A lost segment is sent again after the retransmission timeout
//     RTO = max(200 ms, 2 round trips), doubling with each further loss of it, at most 60 s;
//   segments sent before the timeout fires still arrive and wait for the hole to be filled; from then on new ones wait
//   at the sender until the retransmission has been acknowledged.
// - No acknowledgement for `limit` (15 s): the connection breaks with an error at the sender, and what was not
//   delivered is dropped. A crashed host is silent until it is back; then it answers with a reset. Of a process that is
//   killed the kernel closes the connections at once, and answers what comes after that with resets.
// - Closing is orderly: the peer learns of it after what was sent before.
//
// What is simplified: no slow start, congestion or flow control window, and no fast retransmission, so every loss costs
// a timeout; the timeout starts from the platform's latency instead of a smoothed measurement; acknowledgements cost no
// bytes, are not lost singly (they are cumulative), and fail only while the way back is cut; segments are whole
// messages.
#pragma once

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "sim/core/protocol.hpp"
#include "sim/runtime/network.hpp"
#include "sim/runtime/retransmission.hpp"

namespace hearsay {

inline constexpr std::uint32_t bare_segment_bytes = 40;  // IPv4 and TCP headers without options

class Streams final : public StreamEndpoint {
 public:
  struct Parts {  // all must outlive it
    EventBus& bus;
    Scheduler& scheduler;
    PacketNetwork& network;
    const NodeTable& nodes;
  };
  Streams(const StreamSettings& settings, const Parts& parts);

  // A connection that `from` is about to dial; what is sent on it waits. begin_dial() starts it: `standing` at once
  // (the cluster boots), or by handshake.
  ConnectionId reserve(NodeId from, NodeId to);
  void begin_dial(ConnectionId id, bool standing);

  // The open connection by which `from` reaches `to`; no_connection if there is none.
  ConnectionId between(NodeId from, NodeId to) const;

  bool is_open(ConnectionId id, NodeId end) const;
  // Requires is_open(id, from).
  void send(ConnectionId id, NodeId from, SendId send, const MessagePtr& message);
  void close(ConnectionId id, NodeId from);
  void withdraw(SendId send);
  // The other end of a connection that has `end` at one; no_node if it is unknown.
  NodeId peer_of(ConnectionId id, NodeId end) const;

  void crashed(NodeId node);  // the host is down: its ends fall silent
  // The process is over and its host lives: its kernel delivers what was written and closes gracefully.
  void process_ended(NodeId node);

  // StreamEndpoint
  void arrived(Packet packet) override;
  void lost(Packet packet) override;

 private:
  struct Direction {
    std::uint64_t next_sequence = 0;
    std::unique_ptr<Retransmission> sender;  // made when something goes wrong first
    Reassembly<Packet> receiver;
    // Of a sender whose host went down: this segment is lost for good, and so is all behind it.
    std::uint64_t ends_at = std::numeric_limits<std::uint64_t>::max();
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
    std::uint32_t generation = 1;  // of the slot
  };
  struct Place {  // of a held segment
    ConnectionId connection = no_connection;
    std::uint8_t direction = 0;
    std::uint64_t sequence = 0;
  };

  Connection* find(ConnectionId id);
  const Connection* find(ConnectionId id) const;
  void free_if_dead(ConnectionId id);
  void list(NodeId node, ConnectionId id);  // in of_node_
  void forget_usual(NodeId node, NodeId peer, ConnectionId id);
  Retransmission& sender(Direction& direction) const;
  Duration round_trip(const Connection& c) const;

  // handshake
  void attempt_connect(ConnectionId id);
  void connect_arrived(const Packet& packet);
  void connect_answered(const Packet& packet);
  void establish_dialler(ConnectionId id, Connection& c);

  // data
  void submit(ConnectionId id, std::uint8_t d, Segment segment);
  void transmit(ConnectionId id, std::uint8_t d, std::uint64_t sequence, const Segment& segment);
  void segment_arrived(Packet packet);
  void accept_in_order(ConnectionId id, std::uint8_t d, Packet packet);
  void release(ConnectionId id, std::uint8_t d);
  void deliver(ConnectionId id, std::uint8_t d, Packet packet);
  void flush(ConnectionId id, std::uint8_t d);
  void report_retransmission(const Connection& c, std::uint8_t d, const Segment& segment);

  // recovery
  void hold(ConnectionId id, std::uint8_t d, std::uint64_t sequence, Segment segment);
  void recover(ConnectionId id, std::uint8_t d, std::uint64_t sequence, Time sent_at);
  void timeout(ConnectionId id, std::uint8_t d, std::uint32_t generation);
  void arm(ConnectionId id, std::uint8_t d, const Retransmission::Timers& timers);
  void acknowledged(ConnectionId id, std::uint8_t d, std::uint32_t generation, std::uint64_t sequence);
  Packet packet_of(const Connection& c, ConnectionId id, std::uint8_t d, std::uint64_t sequence,
                   const Segment& segment) const;

  // ends
  void reset_later(ConnectionId id, std::uint8_t side, Duration after, ConnectionError error);
  void break_end(ConnectionId id, std::uint8_t side, ConnectionError error, DropReason reason);
  void drop_held(Connection& c, std::uint8_t d, DropReason reason);
  void drop_kept(Connection& c, std::uint8_t d, DropReason reason);
  void end_at(Connection& c, std::uint8_t d, std::uint64_t sequence);
  void drop_early(Connection& c, std::uint8_t d, DropReason reason);
  void report_lost(const Packet& packet, DropReason reason);

  const StreamSettings& settings_;
  Parts parts_;
  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::map<NodeId, ConnectionId>> usual_;  // by node: the connection that send() takes to a peer
  std::vector<std::vector<ConnectionId>> of_node_;     // by node: connections that it dialled or accepted, some stale
  std::map<SendId, Place> held_;
};

}  // namespace hearsay
