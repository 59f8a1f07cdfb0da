// What travels between nodes: a datagram, segments of a stream, or a step of a stream's handshake. (Under the latency
// model a datagram is an item of the agenda and no more.)
#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

struct Packet {
  enum class Kind : std::uint8_t {
    datagram,
    flight,          // segments of a stream, or one of its messages that they brought
    connect,         // SYN
    connect_answer,  // SYN-ACK
  } kind = Kind::datagram;
  bool corrupt = false;
  std::uint8_t direction = 0;  // streams: 0 from the dialler, 1 to it
  NodeId from = no_node, to = no_node;
  MessagePtr message;
  SendId id = no_send;
  std::uint64_t epoch = 0;  // LinkState::epoch() when it was sent
  ConnectionId connection = no_connection;
  // Flights: Streams knows them by it; SYN-ACKs: the incarnation that answers; datagrams of a FIFO network: in the
  // pair.
  std::uint64_t sequence = 0;
};

}  // namespace hearsay
