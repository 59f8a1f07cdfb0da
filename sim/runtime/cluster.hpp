// The nodes of a run and what they share: the services that they use, who is whose neighbour, how a message of theirs
// goes out. lifecycle.hpp starts and ends their processes, dispatch.hpp brings them what is due.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/metrics/protocol_metrics.hpp"
#include "sim/runtime/client_driver.hpp"
#include "sim/runtime/dispatch.hpp"
#include "sim/runtime/event_bus.hpp"
#include "sim/runtime/fixed_array.hpp"
#include "sim/runtime/lifecycle.hpp"
#include "sim/runtime/network.hpp"
#include "sim/runtime/node_status.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/replica_host.hpp"
#include "sim/runtime/streams.hpp"
#include "sim/scenario/topology.hpp"

namespace hearsay {

class Cluster {
 public:
  struct Setup {  // all must outlive it
    const Scenario& scenario;
    const ProtocolInfo& protocol;
    const ReplicaFactory& replicas;
    std::uint64_t seed;
  };
  Cluster(const Setup& setup, EventBus& bus, PlatformMap& platform, LinkState& links);

  void set_clients(ClientDriver& clients) { clients_ = &clients; }
  // What happens when a handler throws in its node's actor, out of which no exception leads. The run cannot go on.
  void on_failure(std::function<void(const std::string&)> then) { failed_ = std::move(then); }
  void fail(const std::string& why) { failed_(why); }

  const NodeStatus& status(NodeId node) const { return status_[node]; }
  bool is_member(NodeId node) const { return status_[node].member(); }
  ReplicaHost& node(NodeId id) { return nodes_[id]; }
  Lifecycle& lifecycle() { return lifecycle_; }
  void set_booting(const std::vector<NodeId>& booting);  // ascending

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

  [[gnu::always_inline]] void send(SendId id, NodeId from, NodeId to, MessagePtr&& message, bool standing) {
    if (setup_.protocol.messages[message->kind()].transport != Transport::datagram) [[unlikely]]
      return send_by_stream(id, from, to, message, standing);
    emit_send(id, from, to, *message);
    network_.send_datagram(id, from, to, std::move(message));
  }
  void send_on(SendId id, NodeId from, ConnectionId connection, const MessagePtr& message);
  void emit(EventKind kind, NodeId node);

 private:
  void emit_send(SendId id, NodeId from, NodeId to, const Message& message) {
    bus_.emit_message(scheduler_.now(), EventKind::send, from, to, message, id);
  }
  void send_by_stream(SendId id, NodeId from, NodeId to, const MessagePtr& message, bool standing);
  void set_sync_latencies(const std::vector<NodeId>& ids);

  Setup setup_;
  EventBus& bus_;
  PlatformMap& platform_;
  NodeTable status_;
  Dispatch dispatch_;
  Scheduler scheduler_;
  PacketNetwork network_;
  Streams streams_;
  ClientDriver* clients_ = nullptr;
  std::function<void(const std::string&)> failed_;
  Overlay overlay_;
  std::vector<NodeId> ring_;       // all ids, twice: the others of i are ring_[i+1 .. i+n-1]
  std::vector<NodeId> boot_ring_;  // those that boot, twice
  std::vector<std::uint32_t> boot_position_;
  ProtocolMetrics metrics_;
  FixedArray<ReplicaHost> nodes_;
  Lifecycle lifecycle_;
};

}  // namespace hearsay
