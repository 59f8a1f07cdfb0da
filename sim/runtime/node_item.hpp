// What lies on the agenda and, if its node is busy, in the inbox.
#pragma once

#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay {

// An item of the agenda, made by its named constructors. Which fields a kind uses stands beside it.
struct NodeItem {
  enum class Kind : std::uint8_t {
    task,          // of the simulator; ref: its slot
    packet,        // of a stream, or under `flow`, that arrives at the node; ref: its slot in the network; of a stream
                   // also key: ConnectionId, detail: its direction
    datagram,      // that arrives; ref: sender, key: the Message, id: SendId, epoch, detail: 1 if corrupt
    start,         // detail: StartReason
    request,       // key: OpId
    message,       // of a stream; ref: slot of the Packet
    timer,         // ref: incarnation, key
    connected,     // ref: peer, key: ConnectionId
    disconnected,  // ref: peer, key: ConnectionId, detail: ConnectionError
    leave,
    nudge,  // nothing but a reason to look into the inbox again
  } kind = Kind::task;
  std::uint8_t detail = 0;
  NodeId node = no_node;  // whose it is; no_node: the simulator's
  std::uint32_t ref = 0;
  std::uint32_t epoch = 0;  // LinkState::epoch() when it was sent
  std::uint64_t key = 0;
  SendId id = no_send;

  // Word by word: see Agenda::push.
  void set(Kind what, NodeId owner, std::uint32_t reference, std::uint64_t word) {
    kind = what;
    detail = 0;
    node = owner;
    ref = reference;
    key = word;
  }
  // Owns a reference to the message until take_message().
  void set_datagram(NodeId from, NodeId to, SendId send, MessagePtr&& message, std::uint64_t sent_in, bool corrupt) {
    set(Kind::datagram, to, from, reinterpret_cast<std::uintptr_t>(message.release()));
    detail = corrupt ? 1 : 0;
    epoch = static_cast<std::uint32_t>(sent_in);
    id = send;
  }

  static NodeItem of(Kind kind, std::uint32_t ref = 0, std::uint64_t key = 0, std::uint8_t detail = 0) {
    return {kind, detail, no_node, ref, 0, key, no_send};
  }
  static NodeItem packet(std::uint32_t slot, ConnectionId connection = no_connection, std::uint8_t direction = 0) {
    return of(Kind::packet, slot, connection, direction);
  }
  static NodeItem start(StartReason reason) { return of(Kind::start, 0, 0, static_cast<std::uint8_t>(reason)); }
  static NodeItem request(OpId operation) { return of(Kind::request, 0, operation); }
  static NodeItem message_of_stream(std::uint32_t packet) { return of(Kind::message, packet); }
  static NodeItem timer(std::uint32_t incarnation, TimerKey key) { return of(Kind::timer, incarnation, key); }
  static NodeItem connected(NodeId peer, ConnectionId id) { return of(Kind::connected, peer, id); }
  static NodeItem disconnected(NodeId peer, ConnectionId id, ConnectionError error) {
    return of(Kind::disconnected, peer, id, static_cast<std::uint8_t>(error));
  }
  static NodeItem leave() { return of(Kind::leave); }
  static NodeItem nudge() { return of(Kind::nudge); }
  const Message* message() const { return reinterpret_cast<const Message*>(key); }
  MessagePtr take_message() const { return MessagePtr::adopt(message()); }

  bool is_message() const { return kind == Kind::datagram || kind == Kind::message; }
};
static_assert(sizeof(NodeItem) == 32);

}  // namespace hearsay
