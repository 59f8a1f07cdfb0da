// The one stream of typed events that a run emits (docs/design.md, section 4): metrics, run hash and trace fold it as
// it passes.
#pragma once

#include <cstdint>
#include <string_view>

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
  crash,    // node
  restart,  // node
  pause,    // node
  resume,   // node
  member,   // node: the observer, peer: about whom, detail: MemberState
  // faults
  fault_begin,   // id: index of the firing, extra: end time in ns (Time::max if open), text: verb and what it chose
  fault_end,     // id: index of the firing
  fault_effect,  // id: index of the firing, detail: FaultEffect
  // the run
  finish,  // the last event of every run
};
inline constexpr std::size_t event_kinds = static_cast<std::size_t>(EventKind::finish) + 1;

// Why a message did not arrive; names as in `messages.dropped`.
enum class DropReason : std::uint8_t { loss, partition, reject, crash, link, corrupt, withdrawn, timeout, reset };
inline constexpr std::size_t drop_reasons = static_cast<std::size_t>(DropReason::reset) + 1;

// What one firing of a fault did to one message or node; names as in `faults`.
enum class FaultEffect : std::uint8_t { dropped, delayed, duplicated, corrupted, stopped };
inline constexpr std::size_t fault_effects = static_cast<std::size_t>(FaultEffect::stopped) + 1;

struct Event {
  Time at{};
  EventKind kind = EventKind::finish;
  std::uint8_t detail = 0;
  KindIndex type = 0;
  std::uint32_t size = 0;
  NodeId node = no_node;
  NodeId peer = no_node;
  std::uint64_t id = 0;
  std::uint64_t extra = 0;
  // Valid during the callback only; not part of the run hash.
  const Message* message = nullptr;
  const Operation* operation = nullptr;
  const Response* response = nullptr;
  std::string_view text{};
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
};

}  // namespace hearsay
