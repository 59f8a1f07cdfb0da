// The one stream of typed events that a run emits (docs/design.md, section 4): metrics, run hash and trace fold it as
// it passes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/operation.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

// Which fields of Event a kind uses stands beside it; the others are 0, no_node or null.
enum class EventKind : std::uint8_t {
  // clients
  invoke,   // node: target, id: OpId, size, operation
  respond,  // node: target, id: OpId, detail: Outcome, operation, response; once per operation
  // messages between nodes
  send,        // node: sender, peer: receiver, type: kind, size, id: SendId, message
  drop,        // node: sender, peer: receiver, type, size, id: SendId, detail: DropReason, message
  deliver,     // node: receiver, peer: sender, type, size, id: SendId, detail: 1 if corrupt, message
  redundant,   // node: receiver; the delivery that it handles told it nothing new
  duplicate,   // node: sender, peer, type, size, id: SendId of the copy: the network made a copy
  retransmit,  // node: sender, peer, type, size, id: SendId: a stream sends a segment again
  // stream connections
  dial,          // node: dialler, peer, id: ConnectionId
  connected,     // node: dialler, peer, id: ConnectionId
  disconnected,  // node: who is told, peer, id: ConnectionId, detail: ConnectionError
  // replicated state
  applied,    // node, id: WriteId
  recovered,  // node, id: WriteId: applied again from disk in `start`
  reapplied,  // node, id: WriteId
  replaced,   // node, id: WriteId of the loser, extra: WriteId of the winner
  digest,     // node, id: digest of its state
  // nodes
  boot,     // node: present when the run begins
  join,     // node
  leave,    // node
  crash,    // node: its process is gone, killed or with its host
  restart,  // node
  pause,    // node
  resume,   // node
  member,   // node: the observer, peer: about whom, detail: MemberState
  // faults
  fault_begin,   // id: index of the firing, extra: end time in ns (Time::max if open), firing
  fault_end,     // id: index of the firing
  fault_effect,  // id: index of the firing, detail: FaultEffect
  // the run
  finish,  // the last event of every run
  // replicated state that only some nodes ought to hold
  placed,  // node, id: digest of its copy, 0 for none, extra: part, owners
};
inline constexpr std::size_t event_kinds = static_cast<std::size_t>(EventKind::placed) + 1;
static_assert(event_kinds <= 64);
constexpr std::uint64_t bit_of(EventKind kind) { return std::uint64_t{1} << static_cast<unsigned>(kind); }

// Why a message did not arrive; names as in `messages.dropped`.
enum class DropReason : std::uint8_t {
  loss,
  partition,
  reject,
  crash,
  link,
  corrupt,
  withdrawn,
  timeout,
  reset,
  too_large,  // a datagram of more than most_datagram_bytes
};
inline constexpr std::size_t drop_reasons = static_cast<std::size_t>(DropReason::too_large) + 1;

// What one firing of a fault did to one message or node; names as in `faults`.
enum class FaultEffect : std::uint8_t {
  dropped,
  delayed,
  duplicated,
  corrupted,
  stopped,
  slowed,  // a piece of work, or a sync of the disk, that it made take longer
};
inline constexpr std::size_t fault_effects = static_cast<std::size_t>(FaultEffect::slowed) + 1;

// What a fault that fires has chosen. Valid during the callback only.
struct FaultFiring {
  std::string_view verb;
  std::string_view choice;        // spelt out, as a scenario would write it
  std::span<const NodeId> nodes;  // whom it concerns, ascending; empty where it concerns links
  bool counts = true;             // it counts what it touches, so that none means that it did nothing
  std::uint32_t entry = 0;        // of the scenario's `faults`: a repeated one fires several times

  std::string text() const;  // "verb: choice | 1,2,3", for traces
};

enum class MemberState : std::uint8_t;      // sim/core/protocol.hpp
enum class ConnectionError : std::uint8_t;  // sim/core/protocol.hpp

// What the run hash covers of an event, in the order in which it does: 40 bytes without a gap.
struct EventRecord {
  Time at{};
  std::uint64_t id = 0;
  std::uint64_t extra = 0;
  NodeId node = no_node;
  NodeId peer = no_node;
  std::uint32_t size = 0;
  KindIndex type = 0;
  EventKind kind = EventKind::finish;
  std::uint8_t detail = 0;

  // send, deliver, duplicate, retransmit: about a message on its way from `node` to `peer`, or to `node` from `peer`.
  static EventRecord about_message(Time at, EventKind kind, NodeId node, NodeId peer, const Message& message,
                                   SendId id) {
    return {at, id, 0, node, peer, message.wire_size(), message.kind(), kind, 0};
  }
};
static_assert(sizeof(EventRecord) == 40);

// Made by its named constructors: which fields a kind has is theirs to know.
struct Event : EventRecord {
  static Event invoke(Time at, NodeId target, const Operation& operation);
  static Event respond(Time at, NodeId target, const Operation& operation, const Response& response);
  // As EventRecord::about_message.
  static Event about_message(Time at, EventKind kind, NodeId node, NodeId peer, const Message& message, SendId id);
  // retransmit, of a segment without a message: the end of a stream
  static Event retransmitted_end(Time at, NodeId sender, NodeId peer, std::uint32_t size);
  static Event dropped(Time at, NodeId sender, NodeId receiver, const Message& message, SendId id, DropReason reason);
  static Event redundant(Time at, NodeId receiver) { return of_node(at, EventKind::redundant, receiver); }
  // dial, connected
  static Event connection(Time at, EventKind kind, NodeId dialler, NodeId peer, ConnectionId id);
  static Event disconnected(Time at, NodeId told, NodeId peer, ConnectionId id, ConnectionError error);
  // applied, recovered, reapplied
  static Event write(Time at, EventKind kind, NodeId node, WriteId write);
  static Event replaced(Time at, NodeId node, WriteId loser, WriteId winner);
  static Event digest(Time at, NodeId node, std::uint64_t digest);
  static Event placed(Time at, NodeId node, std::uint64_t part, std::uint64_t digest,
                      const std::vector<NodeId>& owners);
  // boot, join, leave, crash, restart, pause, resume, redundant
  static Event of_node(Time at, EventKind kind, NodeId node);
  static Event member(Time at, NodeId observer, NodeId about, MemberState state);
  static Event fault_begin(Time at, std::uint32_t index, Time until, const FaultFiring& firing);
  static Event fault_end(Time at, std::uint32_t index);
  static Event fault_effect(Time at, std::uint32_t index, FaultEffect effect);
  static Event finish(Time at);

  // Valid during the callback only; not part of the run hash.
  const Message* message = nullptr;
  const Operation* operation = nullptr;
  const Response* response = nullptr;
  const FaultFiring* firing = nullptr;
  const std::vector<NodeId>* owners = nullptr;
  // applied, recovered: the message that the node was handling when it reported the write, which may be earlier than
  // `at` if it waited for its disk or processor; no_node: none. Not part of the run hash.
  NodeId cause = no_node;  // who had sent it
  KindIndex cause_type = 0;
};

// Names for tables, JSON and traces.
std::string_view name_of(EventKind kind);
std::string_view name_of(DropReason reason);
std::string_view name_of(FaultEffect effect);
std::string_view name_of(Outcome outcome);

// Receives events of the kinds it asks for, in order of time; equal times in order of emission. Every run is
//   boot* ... finish
// and the boots, all at time 0, come before anything else. Observers keep constant work an event where they can.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual bool wants(EventKind kind) const = 0;  // constant over the life of the observer
  virtual void observe(const Event& event) = 0;

  // True for an observer that needs records alone, and at which others look only when they sample(): it may get them in
  // blocks, in order and later than they happen, by fold() instead of observe(). They are of all kinds; `unusual` has a
  // bit set for each kind among them, by its number, except that of sends, and of deliveries if none is corrupt.
  virtual bool folds() const { return false; }
  virtual void fold(std::span<const EventRecord> /*records*/, std::uint64_t /*unusual*/) {}

  // True for an observer that does nothing but look at the others now and then. sample() is called instead of
  // observe(), before the first event later than the instant that it returned last (0 at first) and after `finish` with
  // the instant behind it; what happened up to then has been folded.
  virtual bool samples() const { return false; }
  virtual Time sample(Time /*at*/) { return never; }

 protected:
  void fold_one(const EventRecord& record) { fold({&record, 1}, bit_of(record.kind)); }
};

}  // namespace hearsay
