#include "sim/core/event.hpp"

#include <array>
#include <string>

namespace hearsay {
namespace {

Event make(Time at, EventKind kind, NodeId node) {
  Event event;
  event.at = at;
  event.kind = kind;
  event.node = node;
  return event;
}

}  // namespace

Event Event::invoke(Time at, NodeId target, const Operation& operation) {
  Event event = make(at, EventKind::invoke, target);
  event.id = operation.id;
  event.size = operation.size;
  event.operation = &operation;
  return event;
}

Event Event::respond(Time at, NodeId target, const Operation& operation, const Response& response) {
  Event event = make(at, EventKind::respond, target);
  event.detail = static_cast<std::uint8_t>(response.outcome);
  event.id = operation.id;
  event.operation = &operation;
  event.response = &response;
  return event;
}

Event Event::about_message(Time at, EventKind kind, NodeId node, NodeId peer, const Message& message, SendId id) {
  Event event;
  static_cast<EventRecord&>(event) = EventRecord::about_message(at, kind, node, peer, message, id);
  event.message = &message;
  return event;
}

Event Event::retransmitted_end(Time at, NodeId sender, NodeId peer, std::uint32_t size) {
  Event event = make(at, EventKind::retransmit, sender);
  event.size = size;
  event.peer = peer;
  return event;
}

Event Event::dropped(Time at, NodeId sender, NodeId receiver, const Message& message, SendId id, DropReason reason) {
  Event event = about_message(at, EventKind::drop, sender, receiver, message, id);
  event.detail = static_cast<std::uint8_t>(reason);
  return event;
}

Event Event::connection(Time at, EventKind kind, NodeId dialler, NodeId peer, ConnectionId id) {
  Event event = make(at, kind, dialler);
  event.peer = peer;
  event.id = id;
  return event;
}

Event Event::disconnected(Time at, NodeId told, NodeId peer, ConnectionId id, ConnectionError error) {
  Event event = connection(at, EventKind::disconnected, told, peer, id);
  event.detail = static_cast<std::uint8_t>(error);
  return event;
}

Event Event::write(Time at, EventKind kind, NodeId node, WriteId write) {
  Event event = make(at, kind, node);
  event.id = write;
  return event;
}

Event Event::replaced(Time at, NodeId node, WriteId loser, WriteId winner) {
  Event event = write(at, EventKind::replaced, node, loser);
  event.extra = winner;
  return event;
}

Event Event::digest(Time at, NodeId node, std::uint64_t digest) {
  Event event = make(at, EventKind::digest, node);
  event.id = digest;
  return event;
}

Event Event::placed(Time at, NodeId node, std::uint64_t part, std::uint64_t digest, const std::vector<NodeId>& owners) {
  Event event = make(at, EventKind::placed, node);
  event.id = digest;
  event.extra = part;
  event.owners = &owners;
  return event;
}

Event Event::of_node(Time at, EventKind kind, NodeId node) { return make(at, kind, node); }

Event Event::member(Time at, NodeId observer, NodeId about, MemberState state) {
  Event event = make(at, EventKind::member, observer);
  event.detail = static_cast<std::uint8_t>(state);
  event.peer = about;
  return event;
}

Event Event::fault_begin(Time at, std::uint32_t index, Time until, const FaultFiring& firing) {
  Event event = make(at, EventKind::fault_begin, no_node);
  event.id = index;
  event.extra = static_cast<std::uint64_t>(until.time_since_epoch().count());
  event.firing = &firing;
  return event;
}

Event Event::fault_end(Time at, std::uint32_t index) {
  Event event = make(at, EventKind::fault_end, no_node);
  event.id = index;
  return event;
}

Event Event::fault_effect(Time at, std::uint32_t index, FaultEffect effect) {
  Event event = make(at, EventKind::fault_effect, no_node);
  event.detail = static_cast<std::uint8_t>(effect);
  event.id = index;
  return event;
}

Event Event::finish(Time at) { return make(at, EventKind::finish, no_node); }

std::string FaultFiring::text() const {
  std::string text = std::string(verb) + ": " + std::string(choice) + " | ";
  for (std::size_t i = 0; i < nodes.size(); ++i) text += (i != 0 ? "," : "") + std::to_string(nodes[i]);
  return text;
}

std::string_view name_of(EventKind kind) {
  static constexpr std::array<std::string_view, event_kinds> names{
      "invoke",      "respond",   "send",         "drop",    "deliver",   "redundant", "duplicate", "retransmit",
      "dial",        "connected", "disconnected", "applied", "recovered", "reapplied", "replaced",  "digest",
      "boot",        "join",      "leave",        "crash",   "restart",   "pause",     "resume",    "member",
      "fault_begin", "fault_end", "fault_effect", "finish",  "placed"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(DropReason reason) {
  static constexpr std::array<std::string_view, drop_reasons> names{
      "loss", "partition", "reject", "crash", "link", "corrupt", "withdrawn", "timeout", "reset", "too_large"};
  return names[static_cast<std::size_t>(reason)];
}

std::string_view name_of(FaultEffect effect) {
  static constexpr std::array<std::string_view, fault_effects> names{"dropped",   "delayed", "duplicated",
                                                                     "corrupted", "stopped", "slowed"};
  return names[static_cast<std::size_t>(effect)];
}

std::string_view name_of(Outcome outcome) {
  static constexpr std::array<std::string_view, 4> names{"ok", "failed", "rejected", "timed_out"};
  return names[static_cast<std::size_t>(outcome)];
}

}  // namespace hearsay
