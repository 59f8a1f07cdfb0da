#include "sim/runtime/cluster.hpp"

#include <algorithm>
#include <utility>

namespace hearsay {
namespace {

Overlay build_overlay(const Scenario& scenario, std::uint64_t seed) {
  RandomStream random(seed, "topology");
  return find_topology(scenario.topology.name)->build(scenario.topology.values, scenario.nodes, random);
}

std::vector<NodeId> twice(const std::vector<NodeId>& ids) {
  std::vector<NodeId> ring = ids;
  ring.insert(ring.end(), ids.begin(), ids.end());
  return ring;
}

}  // namespace

Cluster::Cluster(const Setup& setup, EventBus& bus, PlatformMap& platform, LinkState& links)
    : setup_(setup),
      bus_(bus),
      platform_(platform),
      status_(setup.scenario.nodes),
      dispatch_(nodes_, network_),
      scheduler_(dispatch_, {setup.scenario.engine.dispatch == Engine::Dispatch::actor,
                             setup.scenario.network.model == Network::Model::flow, setup.scenario.nodes}),
      network_(setup.scenario.network, {bus, scheduler_, dispatch_, platform, links, status_}, setup.seed),
      streams_(setup.scenario.network, {bus, scheduler_, network_, status_}),
      overlay_(build_overlay(setup.scenario, setup.seed)),
      metrics_(setup.protocol.metrics),
      nodes_(setup.scenario.nodes),
      lifecycle_(*this, status_, nodes_) {
  std::vector<NodeId> ids;
  for (NodeId id = 0; id < setup_.scenario.nodes; ++id) ids.push_back(id);
  ring_ = twice(ids);
  for (const NodeId id : ids) nodes_.emplace_back(*this, id);
  set_sync_latencies(ids);
}

void Cluster::set_sync_latencies(const std::vector<NodeId>& ids) {
  const Engine& engine = setup_.scenario.engine;
  std::vector<Duration> latencies(ids.size(), engine.sync_latency);
  for (std::size_t i = 0; i < engine.sync_latencies.size(); ++i) {
    const auto& [selector, latency] = engine.sync_latencies[i];
    RandomStream random(setup_.seed, "engine.sync_latency", i);
    for (const NodeId node : select(selector, ids, platform_.zones(), random)) latencies[node] = latency;
  }
  for (const NodeId id : ids) nodes_[id].set_sync_latency(latencies[id]);
}

void Cluster::set_booting(const std::vector<NodeId>& booting) {
  boot_position_.assign(nodes_.size(), 0);
  for (std::uint32_t i = 0; i < booting.size(); ++i) boot_position_[booting[i]] = i;
  boot_ring_ = twice(booting);
}

std::span<const NodeId> Cluster::neighbours_of(NodeId node) const {
  if (!overlay_.full) return overlay_.neighbours[node];
  return std::span(ring_).subspan(node + 1, ring_.size() / 2 - 1);
}

std::span<const NodeId> Cluster::boot_peers_of(NodeId node) const {
  return std::span(boot_ring_).subspan(boot_position_[node] + 1, boot_ring_.size() / 2 - 1);
}

std::vector<NodeId> Cluster::members_but(NodeId node) const {
  std::vector<NodeId> members;
  for (NodeId id = 0; id < status_.size(); ++id)
    if (id != node && status_[id].member()) members.push_back(id);
  return members;
}

// --- what nodes use

void Cluster::emit(EventKind kind, NodeId node) { bus_.emit(Event::of_node(scheduler_.now(), kind, node)); }

// Over the connection that there is, or a new one. `standing`: see Streams::begin_dial.
void Cluster::send_by_stream(SendId id, NodeId from, NodeId to, const MessagePtr& message, bool standing) {
  ConnectionId connection = streams_.between(from, to);
  if (!streams_.is_open(connection, from)) {
    connection = streams_.reserve(from, to);
    streams_.begin_dial(connection, standing);
  }
  send_on(id, from, connection, message);
}

void Cluster::send_on(SendId id, NodeId from, ConnectionId connection, const MessagePtr& message) {
  if (!streams_.is_open(connection, from)) return;
  emit_send(id, from, streams_.peer_of(connection, from), *message);
  streams_.send(connection, from, id, message);
}

}  // namespace hearsay
