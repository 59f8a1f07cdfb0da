// Hand-written event streams: records events with the operations and responses that they point to, then plays them to a
// MetricsCollector as the runtime would. Times are in milliseconds.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/random.hpp"
#include "sim/metrics/collector.hpp"

namespace hearsay {

class History {
 public:
  // Boots nodes 0 .. booted-1 at time 0; `nodes` ids may occur in all.
  History(std::uint32_t nodes, std::uint32_t booted, Duration duration = std::chrono::seconds(10))
      : setup_{nodes, duration, {{"gossip"}, {"ack"}}} {
    for (NodeId node = 0; node < booted; ++node) add(0, EventKind::boot, node);
  }
  explicit History(std::uint32_t nodes) : History(nodes, nodes) {}
  History(History&&) = default;  // not copied: events point into it

  Event& add(std::int64_t ms, EventKind kind, NodeId node = no_node, std::uint64_t id = 0) {
    Event event;
    event.at = Time(std::chrono::milliseconds(ms));
    event.kind = kind;
    event.node = node;
    event.id = id;
    return events_.emplace_back(event);
  }

  // Operations; they return the operation's number. Writes are numbered apart, from 0.
  OpId write(std::int64_t ms, NodeId node, ClientId client = 0, const std::string& key = "") {
    Operation operation = next(OperationKind::write, client, key);
    operation.write = writes_++;
    if (key.empty()) operation.key = "w" + std::to_string(operation.write);
    return invoke(ms, node, operation);
  }
  OpId read(std::int64_t ms, NodeId node, ClientId client = 0, const std::string& key = "") {
    return invoke(ms, node, next(OperationKind::read, client, key));
  }
  OpId final_read(std::int64_t ms, NodeId node) {
    Operation operation = next(OperationKind::read, 0, "");
    operation.final_read = true;
    return invoke(ms, node, operation);
  }
  // Of a workload whose answers are judged by value: a write has a method, and so may a read.
  OpId ask(std::int64_t ms, OperationKind kind, std::string_view method, const std::string& key,
           const std::string& value = "", ClientId client = 0, bool final_read = false) {
    Operation operation = next(kind, client, key);
    if (kind == OperationKind::write) operation.write = writes_++;
    operation.method = method;
    operation.value = value;
    operation.final_read = final_read;
    return invoke(ms, 0, operation);
  }
  void answer(std::int64_t ms, OpId id, const std::string& value) {
    respond(ms, id);
    responses_.back().value = value;
  }
  void undo(std::int64_t ms, OpId id) {
    respond(ms, id, Outcome::failed);
    responses_.back().undone = true;
  }

  void respond(std::int64_t ms, OpId id, Outcome outcome = Outcome::ok, std::vector<WriteId> seen = {}) {
    responses_.push_back({outcome, std::move(seen), whole_reads});
    Event& event = add(ms, EventKind::respond, targets_[id], id);
    event.detail = static_cast<std::uint8_t>(outcome);
    event.operation = &operations_[id];
    event.response = &responses_.back();
  }
  // A write that is acknowledged and applied at its node at once; returns its WriteId.
  WriteId write_now(std::int64_t ms, NodeId node, ClientId client = 0, const std::string& key = "") {
    const OpId id = write(ms, node, client, key);
    const WriteId written = operations_[id].write;
    applied(ms, node, written);
    respond(ms, id);
    return written;
  }
  // A read that is answered at once.
  void read_now(std::int64_t ms, std::vector<WriteId> seen, ClientId client = 0, const std::string& key = "") {
    respond(ms, read(ms, 0, client, key), Outcome::ok, std::move(seen));
  }

  void applied(std::int64_t ms, NodeId node, WriteId write) { add(ms, EventKind::applied, node, write); }
  void digest(std::int64_t ms, NodeId node, std::uint64_t digest) { add(ms, EventKind::digest, node, digest); }
  // The copy that the node has of the key's value.
  void placed(std::int64_t ms, NodeId node, const std::string& key, std::uint64_t digest, std::vector<NodeId> owners) {
    chosen_.push_back(std::move(owners));
    Event& event = add(ms, EventKind::placed, node, digest);
    event.extra = hash_text(key);
    event.owners = &chosen_.back();
  }
  void replaced(std::int64_t ms, NodeId node, WriteId loser, WriteId winner) {
    add(ms, EventKind::replaced, node, loser).extra = winner;
  }
  void fault_begin(std::int64_t ms, std::uint64_t index, std::string_view verb, std::string_view choice = "",
                   std::vector<NodeId> nodes = {}, bool counts = true) {
    chosen_.push_back(std::move(nodes));
    firings_.push_back({verb, choice, chosen_.back(), counts});
    add(ms, EventKind::fault_begin, no_node, index).firing = &firings_.back();
  }
  void fault_end(std::int64_t ms, std::uint64_t index) { add(ms, EventKind::fault_end, no_node, index); }
  void message(std::int64_t ms, EventKind kind, SendId id, KindIndex type = 0, std::uint32_t size = 0,
               std::uint8_t detail = 0) {
    Event& event = add(ms, kind, 0, id);
    event.peer = 1;
    event.type = type;
    event.size = size;
    event.detail = detail;
  }

  // Plays the history up to now; the collector can be asked for its progress.
  std::unique_ptr<MetricsCollector> play() const {
    auto collector = std::make_unique<MetricsCollector>(setup_);
    for (const Event& event : events_) {
      for (Observer* observer : collector->observers()) {
        if (observer->wants(event.kind)) observer->observe(event);
      }
    }
    return collector;
  }
  void play_to(Observer& observer) const {
    for (const Event& event : events_)
      if (observer.wants(event.kind)) observer.observe(event);
  }
  RunResult finish(std::int64_t ms) {
    add(ms, EventKind::finish);
    RunResult result;
    play()->fill(result);
    return result;
  }

  void track_members() { setup_.tracks_members = true; }

  bool whole_reads = false;  // answers from now on hold all that the replica has of their key

  const std::deque<Event>& events() const { return events_; }
  std::uint32_t nodes() const { return setup_.nodes; }
  const Operation& operation(OpId id) const { return operations_[id]; }
  OpId operations() const { return static_cast<OpId>(operations_.size()); }
  WriteId writes() const { return writes_; }

 private:
  Operation next(OperationKind kind, ClientId client, const std::string& key) const {
    Operation operation;
    operation.id = static_cast<OpId>(operations_.size());
    operation.kind = kind;
    operation.client = client;
    operation.key = key;
    return operation;
  }
  OpId invoke(std::int64_t ms, NodeId node, const Operation& operation) {
    operations_.push_back(operation);
    targets_.push_back(node);
    add(ms, EventKind::invoke, node, operation.id).operation = &operations_.back();
    return operation.id;
  }

  MetricsSetup setup_;
  std::deque<Event> events_;  // deques: what events point to stays where it is
  std::deque<Operation> operations_;
  std::deque<Response> responses_;
  std::deque<std::vector<NodeId>> chosen_;
  std::deque<FaultFiring> firings_;
  std::vector<NodeId> targets_;
  WriteId writes_ = 0;
};

// A count that a MetricObserver has.
inline std::uint64_t observed_count(const RunResult& result, const std::string& field) {
  return std::get<std::uint64_t>(result.observed.at(field).data);
}

}  // namespace hearsay
