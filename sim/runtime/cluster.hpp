// The nodes of a run and what they share: who is up, who is whose neighbour, how a message of theirs goes out.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/metrics/protocol_metrics.hpp"
#include "sim/runtime/client_driver.hpp"
#include "sim/runtime/event_bus.hpp"
#include "sim/runtime/fixed_array.hpp"
#include "sim/runtime/network.hpp"
#include "sim/runtime/node_status.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/replica_host.hpp"
#include "sim/runtime/streams.hpp"
#include "sim/scenario/topology.hpp"

namespace hearsay {

class Cluster final : public Dispatcher, public Inboxes {
 public:
  struct Setup {  // all must outlive it
    const Scenario& scenario;
    const ProtocolInfo& protocol;
    const ReplicaFactory& replicas;
    std::uint64_t seed;
  };
  Cluster(const Setup& setup, EventBus& bus, PlatformMap& platform, LinkState& links);

  // The nodes of `absent` are not there yet; the others boot.
  void boot(const std::vector<NodeId>& absent);
  void set_clients(ClientDriver& clients) { clients_ = &clients; }

  // --- changes of nodes, from the simulator's context; without effect on nodes in the wrong state
  // Crashes, kills and pauses of one node may overlap; it is back when the last has ended. False if nothing was
  // stopped.
  bool crash(NodeId node, DiskMode disk);  // the host, and with it the process
  bool kill(NodeId node);  // the process alone: its host answers for it, its disk keeps what was written
  void restart(NodeId node);
  bool pause(NodeId node);
  void resume(NodeId node);
  void join(NodeId node);
  void leave(NodeId node);
  void left(NodeId node);  // the node's leave handler is done: it is no member any more
  void gone(NodeId node);  // its process ends

  const NodeStatus& status(NodeId node) const { return status_[node]; }
  bool is_member(NodeId node) const { return status_[node].member(); }
  ReplicaHost& node(NodeId id) { return nodes_[id]; }

  // --- what nodes use
  const Scenario& scenario() const { return setup_.scenario; }
  const ProtocolInfo& protocol() const { return setup_.protocol; }
  const ReplicaFactory& replicas() const { return setup_.replicas; }
  std::uint64_t seed() const { return setup_.seed; }
  EventBus& bus() { return bus_; }
  Scheduler& scheduler() { return scheduler_; }
  PacketNetwork& network() { return network_; }
  Streams& streams() { return streams_; }
  ClientDriver& clients() { return *clients_; }
  PlatformMap& platform() { return platform_; }
  ProtocolMetrics& metrics() { return metrics_; }
  std::span<const NodeId> neighbours_of(NodeId node) const;
  std::span<const NodeId> boot_peers_of(NodeId node) const;
  std::vector<NodeId> members_but(NodeId node) const;

  void send(SendId id, NodeId from, NodeId to, MessagePtr message, bool standing);
  void send_on(SendId id, NodeId from, ConnectionId connection, const MessagePtr& message);
  void emit(EventKind kind, NodeId node);
  // Numbers the calls of handlers.
  void next_handler() { ++handlers_; }
  std::uint64_t this_handler() const { return handlers_; }

  // --- Dispatcher
  void take(const NodeItem& item) override;
  bool is_ready(NodeId node) const override { return nodes_[node].is_ready(); }
  bool wake(NodeId node) override { return nodes_[node].wake(); }
  void fetch(const NodeItem* far, const NodeItem* near) const override;

  // --- Inboxes
  void accept(const NodeItem& item) override { nodes_[item.node].accept(item); }
  void handle(const NodeItem& item) override { nodes_[item.node].take(item); }

 private:
  void emit_send(SendId id, NodeId from, NodeId to, const Message& message);

  Setup setup_;
  EventBus& bus_;
  PlatformMap& platform_;
  NodeTable status_;
  Scheduler scheduler_;
  PacketNetwork network_;
  Streams streams_;
  ClientDriver* clients_ = nullptr;
  Overlay overlay_;
  std::vector<NodeId> ring_;       // all ids, twice: the others of i are ring_[i+1 .. i+n-1]
  std::vector<NodeId> boot_ring_;  // those that boot, twice
  std::vector<std::uint32_t> boot_position_;
  void process_died(NodeId node, bool answers);  // answers: its host lives and resets connections
  void set_sync_latencies(const std::vector<NodeId>& ids);

  std::vector<std::uint32_t> deaths_, pauses_;  // overlapping faults by node: crashes and kills, pauses
  ProtocolMetrics metrics_;
  std::uint64_t handlers_ = 0;
  bool dispatches_inline_;
  FixedArray<ReplicaHost> nodes_;
};

}  // namespace hearsay
