// Runs a protocol that a test writes as a few lambdas, in a process of its own (SimGrid's engine is a singleton), and
// brings back every event of the run.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/protocol.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay::bench {

// What a handler of a script gets: the context, and memory that a crash destroys.
struct Node {
  Context& context;
  std::uint64_t& memory;

  NodeId self() const { return context.self(); }
  SendId datagram(NodeId to, std::uint64_t value = 0, std::uint32_t size = 100) const;
  SendId stream(NodeId to, std::uint64_t value = 0, std::uint32_t size = 100) const;
  SendId stream_on(ConnectionId connection, std::uint64_t value, std::uint32_t size = 100) const;
  // Leaves an event `digest` with this id: a note of what the script saw, at true time.
  void note(std::uint64_t value) const { context.state_digest(value); }
  void after(Duration delay, TimerKey key) const { context.set_timer(delay, key); }
};

// The value that a message of this bench carries.
std::uint64_t value_of(const Message& message);

struct Script {
  std::function<void(Node&, StartReason)> start;
  std::function<void(Node&, const Operation&)> request;
  std::function<void(Node&, const Received&)> message;
  std::function<void(Node&, TimerKey)> timer;
  std::function<void(Node&, ConnectionId, NodeId)> connected;
  std::function<void(Node&, ConnectionId, NodeId, ConnectionError)> disconnected;
  std::function<void(Node&)> leave;
  std::function<bool(std::uint64_t memory)> has_left;  // none: at once
};

struct Seen {  // an event, without pointers
  Time at{};
  EventKind kind = EventKind::finish;
  std::uint8_t detail = 0;
  KindIndex type = 0;
  std::uint32_t size = 0;
  NodeId node = no_node, peer = no_node;
  std::uint64_t id = 0, extra = 0;
  std::uint64_t value = 0;  // that the message carries; scripts only
  NodeId cause = no_node;
  KindIndex cause_type = 0;
};

struct History {
  std::vector<Seen> events;
  std::string run_hash;
  double simulated_s = 0;
  std::uint64_t sent = 0, redundant = 0;
  double client_latency_s = -1;  // the longest
  bool converged = false;
  std::string error;  // what the run threw, or how it died

  std::vector<Seen> of(EventKind kind, NodeId node = no_node) const;  // no_node: of any
  std::vector<std::uint64_t> values(EventKind kind, NodeId node = no_node) const;
  std::vector<std::uint64_t> notes(NodeId node = no_node) const;  // in order
  std::vector<Time> note_times(std::uint64_t value) const;
  std::size_t dropped(DropReason reason) const;
};

// Star of 1 ms latency and 1 Gbps, 10 s; no client disturbs, unless a test sets the workload.
Scenario quiet_scenario(std::uint32_t nodes);
void add_fault(Scenario& scenario, const std::string& verb, Duration at, std::optional<Duration> lasts,
               ParameterValues values);
void set_background(Scenario& scenario, const std::string& verb, ParameterValues values);
ParameterValues one_way(NodeId from, NodeId to);  // of a partition
ParameterValues halves(std::vector<NodeId> a, std::vector<NodeId> b, const std::string& behavior = "drop");
ParameterValues nodes(std::vector<NodeId> ids);

History run(Scenario scenario, const Script& script, std::uint64_t seed = 1);
// A protocol of the registry, with these parameters beside its defaults.
History run_registered(Scenario scenario, const std::string& protocol, const ParameterValues& params = {});

inline Time at(Duration since_start) { return Time(since_start); }

}  // namespace hearsay::bench
