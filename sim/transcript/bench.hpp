// A bench for protocols: several replicas without an engine. Nothing moves unless the test moves it: messages stay in
// flight until they are delivered, and time stands still until it is advanced. What the replicas do is written down,
// one line per effect.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/core/protocol.hpp"
#include "sim/metrics/protocol_metrics.hpp"

namespace hearsay::bench {

// Which of what is in flight: empty fields match anything.
struct Filter {
  std::optional<NodeId> from, to;
  std::string kind;  // a message kind, "dial" or "close"
  std::size_t at_most = static_cast<std::size_t>(-1);
  bool newest_first = false;
};

struct Tally {
  std::map<std::string, std::size_t> sent;       // by message kind
  std::map<std::string, std::size_t> delivered;  // by message kind
  std::size_t bytes = 0;                         // sent
  std::size_t redundant = 0;
};

class Bench {
 public:
  // `out` gets the transcript and outlives the bench. `edges`: the overlay, in both directions; empty: all peers are
  // neighbours. Throws ParameterError as ProtocolInfo::configure does.
  Bench(const ProtocolInfo& protocol, const ParameterValues& values, std::uint32_t nodes, std::uint64_t seed,
        std::ostream& out, const EdgeList& edges = {});
  ~Bench();

  // --- clients
  // One client, which carries what answers give it to carry.
  WriteId write(NodeId node, const std::string& key, const std::string& value, std::uint32_t size = 0);
  // A write with a method, as the workload `crdt` has them.
  WriteId call(NodeId node, const std::string& method, const std::string& key, const std::string& value);
  void read(NodeId node, const std::string& key);
  // An operation of another workload than `broadcast` and `kv`; `method` outlives the bench.
  void invoke(NodeId node, std::string_view method, OperationKind kind, const std::string& key,
              const std::string& value);

  // From now on another client asks, which has been given nothing yet; or one that carries `token`.
  void client(SessionPtr token = nullptr) { carried_ = std::move(token); }
  const SessionPtr& carried() const { return carried_; }

  // --- network; each returns how many messages it touched
  std::size_t deliver(const Filter& filter);  // those that are in flight now
  std::size_t settle();  // until nothing that can be delivered is in flight; throws if that never ends
  std::size_t drop(const Filter& filter);  // datagrams
  std::size_t duplicate(const Filter& filter);
  std::size_t corrupt(const Filter& filter, std::uint64_t bits);  // datagrams: delivers them with flipped bits
  // Ends the connections between two nodes, with what is on them; both sides are told.
  void break_connections(NodeId a, NodeId b, ConnectionError error);

  // --- time and nodes
  void advance(Duration by);  // timers fire in order; messages stay where they are
  void crash(NodeId node, DiskMode mode);
  void restart(NodeId node);
  NodeId join();
  void join_again(NodeId node);  // one that has left
  void leave(NodeId node);       // it goes on until Protocol::has_left()
  void skew(NodeId node, Duration by) { nodes_.at(node)->skew += by; }

  // --- what is so now
  NodeId nodes() const { return static_cast<NodeId>(nodes_.size()); }  // that were ever there
  const Tally& tally() const { return tally_; }
  bool agreed() const;   // all live nodes report the same state
  void print_states();   // groups of live nodes by state
  void print_counts();   // messages so far
  void print_metrics();  // those that are not 0, of all nodes together
  void print_in_flight();
  double metric(const std::string& name) const;
  Outcome outcome(OpId operation) const { return outcomes_.at(operation); }  // throws if it is not answered
  // What a read was answered; throws if it was not.
  const std::vector<WriteId>& seen(OpId operation) const { return seen_.at(operation); }
  OpId last_operation() const { return operations_ - 1; }
  const std::set<WriteId>& applied(NodeId node) const { return nodes_.at(node)->applied; }
  std::size_t in_flight() const { return in_flight_.size(); }
  std::size_t open_connections() const {
    return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                  [](const Connection& connection) { return connection.open; }));
  }

 private:
  class NodeContext;
  friend class NodeContext;

  struct Node {
    std::unique_ptr<Protocol> process;  // null while down
    std::unique_ptr<NodeContext> context;
    Storage disk;
    std::uint32_t incarnation = 0;
    Duration skew{};
    std::vector<NodeId> peers, neighbours;
    std::optional<std::uint64_t> digest;
    std::set<WriteId> applied;  // by this incarnation
    bool leaving = false;       // it has been told to leave
    bool lingers = false;       // and has not left at once
  };
  struct Connection {
    NodeId dialler = no_node, acceptor = no_node;
    std::uint32_t dialler_incarnation = 0, acceptor_incarnation = 0;
    bool standing = false, open = true;
  };
  struct Item {
    enum class Kind : std::uint8_t { message, dial, close } kind = Kind::message;
    SendId id = no_send;
    NodeId from = no_node, to = no_node;
    ConnectionId connection = no_connection;
    MessagePtr message;
  };
  struct Timer {
    NodeId node;
    std::uint32_t incarnation;
    TimerKey key;
  };
  using Items = std::list<Item>;

  void start(NodeId node, StartReason reason);
  void stop(NodeId node, DiskMode mode);
  void handle(NodeId node, const std::function<void(Protocol&, Context&)>& handler);
  void request(NodeId node, const Operation& operation);
  Operation operation(OperationKind kind, const std::string& key, const std::string& value, std::uint32_t size);
  bool up(NodeId node) const { return nodes_[node]->process != nullptr; }
  std::string kind_name(const Item& item) const;
  std::vector<SendId> select(const Filter& filter) const;
  Items::iterator find(SendId id);
  bool deliver_one(Items::iterator item, std::optional<std::uint64_t> flipped);
  bool deliver_stream(Items::iterator item);
  void establish(Items::iterator item);
  void receive(const Item& item, std::optional<std::uint64_t> flipped);
  SendId send(NodeId from, NodeId to, MessagePtr message);
  SendId send_on(NodeId from, ConnectionId connection, MessagePtr message);
  ConnectionId dial(NodeId from, NodeId to);
  void end_connection(ConnectionId connection);
  void disconnect(NodeId node, ConnectionId connection, NodeId peer, ConnectionError error);
  Connection& connection(ConnectionId id) { return connections_.at(static_cast<std::size_t>(id - 1)); }
  bool knows(NodeId node, const Connection& connection) const;

  // The transcript. Sends of one message to several nodes, one after the other, take one line.
  std::ostream& line();
  std::ostream& open_line();
  void note_send(NodeId from, NodeId to, const MessagePtr& message);
  void note_dial(NodeId from, NodeId to);
  void flush_line();
  std::string state_name(std::uint64_t digest);

  const ProtocolInfo& protocol_;
  ReplicaFactory make_;
  std::uint64_t seed_;
  std::ostream& out_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Connection> connections_;  // by ConnectionId - 1
  Items in_flight_;                      // oldest first
  SendId last_send_ = 0;
  Time now_{};
  std::map<std::pair<Time, std::uint64_t>, Timer> timers_;
  std::uint64_t timers_set_ = 0;
  bool booting_ = true;
  bool exited_ = false;  // the process whose handler runs has ended of itself
  OpId operations_ = 0;
  WriteId writes_ = 0;
  std::map<OpId, Outcome> outcomes_;
  std::map<OpId, std::vector<WriteId>> seen_;
  SessionPtr carried_;
  std::set<std::string> methods_;  // those that operations point at
  ProtocolMetrics metrics_;
  Tally tally_;
  std::vector<std::uint64_t> states_;  // digests in order of appearance

  std::string heading_;  // of the timer that is firing, until it has an effect

  struct PendingLine {
    NodeId from = no_node;
    std::vector<NodeId> to;
    MessagePtr message;  // null: a dial
  } pending_;
};

}  // namespace hearsay::bench
