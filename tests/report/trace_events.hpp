// A made-up run for the trace formats: messages of two kinds between a few nodes, among them lost, duplicated, corrupt
// and unfinished ones, with a crash, a pause, faults and client operations.
#pragma once

#include <string>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/protocol.hpp"
#include "tests/report/fixtures.hpp"

namespace hearsay::test {

class NotedMessage final : public Message {
 public:
  explicit NotedMessage(std::string note) : Message(0, 100), note_(std::move(note)) {}
  void describe(std::ostream& out) const override { out << note_; }
  const Message* corrupted(std::uint64_t) const override { return nullptr; }

 private:
  std::string note_;
};

class EventWriter {
 public:
  explicit EventWriter(Observer& observer) : observer_(observer) {}

  void advance(std::int64_t nanoseconds) { now_ += Duration(nanoseconds); }

  void emit(Event event) {
    event.at = now_;
    if (observer_.wants(event.kind)) observer_.observe(event);
  }
  void node(EventKind kind, NodeId node, std::uint64_t id = 0) {
    Event e;
    e.kind = kind;
    e.node = node;
    e.id = id;
    emit(e);
  }
  void placed(NodeId node, std::uint64_t digest, std::uint64_t part, const std::vector<NodeId>& owners) {
    Event e;
    e.kind = EventKind::placed;
    e.node = node;
    e.id = digest;
    e.extra = part;
    e.owners = &owners;
    emit(e);
  }
  void message(EventKind kind, NodeId node, NodeId peer, SendId id, KindIndex type = 0, std::uint8_t detail = 0) {
    Event e;
    e.kind = kind;
    e.node = node;
    e.peer = peer;
    e.id = id;
    e.type = type;
    e.size = 100;
    e.detail = detail;
    e.message = &note_;
    emit(e);
  }
  void invoke(NodeId node, OpId id, OperationKind kind) {
    Operation operation;
    operation.id = id;
    operation.kind = kind;
    operation.write = kind == OperationKind::write ? id : no_write;
    operation.key = "key\"" + std::to_string(id);
    operation.value = "\xFF\n";
    Event e;
    e.kind = EventKind::invoke;
    e.node = node;
    e.id = id;
    e.size = 64;
    e.operation = &operation;
    emit(e);
  }
  void respond(NodeId node, OpId id, Outcome outcome) {
    const Response response{outcome, {0, 1}};
    Operation operation;
    operation.id = id;
    operation.write = id;
    Event e;
    e.kind = EventKind::respond;
    e.node = node;
    e.id = id;
    e.detail = static_cast<std::uint8_t>(outcome);
    e.operation = &operation;
    e.response = &response;
    emit(e);
  }
  void fault_begin(std::uint32_t index, Time until, const FaultFiring& firing) {
    emit(Event::fault_begin({}, index, until, firing));
  }
  void other(EventKind kind, std::uint64_t id, std::uint8_t detail = 0, NodeId node = no_node, NodeId peer = no_node,
             std::uint64_t extra = 0) {
    Event e;
    e.kind = kind;
    e.id = id;
    e.detail = detail;
    e.node = node;
    e.peer = peer;
    e.extra = extra;
    emit(e);
  }

 private:
  Observer& observer_;
  Time now_{};
  NotedMessage note_{"says \"hi\"\n\xFF \x1b[31m {\"node1\":9}"};
};

inline constexpr std::uint32_t run_nodes = 4;

// One of everything that event.hpp knows.
inline void play(Observer& observer) {
  EventWriter run(observer);
  for (NodeId n = 0; n < run_nodes; ++n) run.node(EventKind::boot, n);
  run.other(EventKind::dial, 1, 0, 2, 3);
  run.other(EventKind::connected, 1, 0, 2, 3);
  run.invoke(0, 0, OperationKind::write);
  run.node(EventKind::applied, 0, 0);
  run.node(EventKind::digest, 0, 0xfedcba9876543210U);
  for (NodeId to = 1; to < run_nodes; ++to) run.message(EventKind::send, 0, to, to);  // a fan-out at one instant
  run.message(EventKind::send, 0, 1, 4, 1);
  run.advance(1);
  run.respond(0, 0, Outcome::ok);
  run.fault_begin(0, Time(Duration(5'000'000)), {"partition", "\"halves\"\n[0..1]", {}});
  run.advance(1'000'000);
  run.message(EventKind::deliver, 1, 0, 1);
  run.node(EventKind::applied, 1, 0);
  run.message(EventKind::send, 1, 2, 5);
  run.advance(400);  // less than a slice lasts
  run.message(EventKind::deliver, 1, 0, 4, 1, 1);
  run.message(EventKind::drop, 0, 2, 2, 0, static_cast<std::uint8_t>(DropReason::partition));
  run.other(EventKind::fault_effect, 0, static_cast<std::uint8_t>(FaultEffect::dropped));
  run.message(EventKind::duplicate, 1, 2, 6);
  run.message(EventKind::retransmit, 0, 3, 3);
  run.advance(300);
  run.message(EventKind::deliver, 2, 1, 6);
  run.message(EventKind::deliver, 2, 1, 5);
  run.node(EventKind::redundant, 2);
  run.other(EventKind::reapplied, 0, 0, 2);
  run.other(EventKind::replaced, 0, 0, 2, no_node, 1);
  run.message(EventKind::deliver, 3, 2, 999);  // of which nobody saw the sending
  run.node(EventKind::pause, 2);
  run.node(EventKind::crash, 2);
  run.other(EventKind::disconnected, 1, static_cast<std::uint8_t>(ConnectionError::reset), 3, 2);
  run.other(EventKind::member, 0, static_cast<std::uint8_t>(MemberState::suspect), 3, 2);
  run.fault_begin(1, never, {"loss", "10%", {}});
  run.advance(4'000'000);
  run.other(EventKind::fault_end, 0);
  run.node(EventKind::restart, 2);
  run.node(EventKind::recovered, 2, 0);
  run.node(EventKind::pause, 1);
  run.advance(1'000'000'000);
  run.node(EventKind::resume, 1);
  run.node(EventKind::leave, 1);
  run.node(EventKind::join, 1);
  run.node(EventKind::crash, 3);
  run.invoke(0, 1, OperationKind::read);
  run.placed(2, 0xabcU, 7, {2, 3});
  run.other(EventKind::finish, 0);
}

}  // namespace hearsay::test
