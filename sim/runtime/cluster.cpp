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
      scheduler_(*this, {setup.scenario.engine.dispatch == Engine::Dispatch::actor,
                         setup.scenario.network.model == Network::Model::flow, setup.scenario.nodes}),
      network_(setup.scenario.network, {bus, scheduler_, *this, platform, links, status_}, setup.seed),
      streams_(setup.scenario.network, {bus, scheduler_, network_, status_}),
      overlay_(build_overlay(setup.scenario, setup.seed)),
      deaths_(setup.scenario.nodes),
      pauses_(setup.scenario.nodes),
      metrics_(setup.protocol.metrics),
      dispatches_inline_(setup.scenario.engine.dispatch == Engine::Dispatch::inline_),
      nodes_(setup.scenario.nodes) {
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

void Cluster::boot(const std::vector<NodeId>& absent) {
  std::vector<NodeId> booting;
  boot_position_.assign(nodes_.size(), 0);
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    if (std::binary_search(absent.begin(), absent.end(), id)) continue;
    boot_position_[id] = static_cast<std::uint32_t>(booting.size());
    booting.push_back(id);
    status_.start(id);
    emit(EventKind::boot, id);
  }
  boot_ring_ = twice(booting);
  for (const NodeId id : booting) nodes_[id].start(StartReason::boot);
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
    if (id != node && is_member(id)) members.push_back(id);
  return members;
}

// --- changes of nodes

bool Cluster::crash(NodeId node, DiskMode disk) {
  if (!is_member(node)) return false;
  ++deaths_[node];
  if (status_[node].condition == NodeStatus::Condition::crashed) return false;
  const bool ran = status_[node].up();
  status_.set(node, NodeStatus::Condition::crashed);
  if (ran) emit(EventKind::crash, node);
  nodes_[node].crash(disk);  // killed before: the host takes what its disk had not written
  streams_.crashed(node);
  if (ran) process_died(node, false);
  return true;
}

bool Cluster::kill(NodeId node) {
  if (!is_member(node)) return false;
  ++deaths_[node];
  if (!status_[node].up()) return false;
  status_.set(node, NodeStatus::Condition::killed);
  emit(EventKind::crash, node);
  nodes_[node].kill();
  streams_.process_ended(node);
  process_died(node, true);
  return true;
}

void Cluster::process_died(NodeId node, bool answers) {
  clients_->node_down(node, answers);
  pauses_[node] = 0;
}

void Cluster::restart(NodeId node) {
  if (deaths_[node] == 0 || --deaths_[node] > 0) return;
  if (!is_member(node) || status_[node].up()) return;
  status_.start(node);
  emit(EventKind::restart, node);
  nodes_[node].start(StartReason::restart);
}

bool Cluster::pause(NodeId node) {
  if (!is_member(node) || !status_[node].up()) return false;
  if (++pauses_[node] > 1) return false;
  emit(EventKind::pause, node);
  nodes_[node].pause();
  return true;
}

void Cluster::resume(NodeId node) {
  if (pauses_[node] == 0 || --pauses_[node] > 0) return;
  emit(EventKind::resume, node);
  nodes_[node].resume();
}

void Cluster::join(NodeId node) {
  if (is_member(node)) return;
  if (status_[node].up()) gone(node);  // it comes back before it had quite left
  status_.start(node);
  emit(EventKind::join, node);
  nodes_[node].start(StartReason::join);
}

void Cluster::leave(NodeId node) {
  if (!is_member(node)) return;
  if (status_[node].up())
    nodes_[node].order_leave();
  else
    left(node);
}

void Cluster::left(NodeId node) {
  if (!is_member(node)) return;
  emit(EventKind::leave, node);
  if (status_[node].up() && nodes_[node].linger())
    status_.set(node, NodeStatus::Condition::leaving);
  else
    gone(node);
  clients_->node_down(node, true);
}

void Cluster::gone(NodeId node) {
  if (status_[node].up()) streams_.process_ended(node);
  status_.set(node, NodeStatus::Condition::absent);
  deaths_[node] = pauses_[node] = 0;
  nodes_[node].remove();
}

// --- dispatch

void Cluster::take(const NodeItem& item) {
  ReplicaHost& node = nodes_[item.node];
  if (item.kind == NodeItem::Kind::datagram) {
    network_.datagram_landed();
    if (network_.undisturbed_since(item.epoch) && node.runs()) [[likely]]
      node.take(item);
    else
      network_.datagram_arrived(item);
  } else if (item.kind == NodeItem::Kind::packet) {
    network_.packet_arrived(item.ref);
  } else {
    node.take(item);
  }
  if (dispatches_inline_) node.run();
}

void Cluster::fetch(const NodeItem* far, const NodeItem* near) const {
  if (far != nullptr && far->node != no_node) nodes_[far->node].fetch();
  if (near == nullptr || near->node == no_node) return;
  nodes_[near->node].fetch_process();
  if (near->kind == NodeItem::Kind::datagram) __builtin_prefetch(near->message(), 1);
}

// --- what nodes use

void Cluster::emit(EventKind kind, NodeId node) { bus_.emit(Event::of_node(scheduler_.now(), kind, node)); }

void Cluster::emit_send(SendId id, NodeId from, NodeId to, const Message& message) {
  bus_.emit_message(scheduler_.now(), EventKind::send, from, to, message, id);
}

void Cluster::send(SendId id, NodeId from, NodeId to, MessagePtr message, bool standing) {
  if (setup_.protocol.messages[message->kind()].transport == Transport::datagram) {
    emit_send(id, from, to, *message);
    network_.send_datagram(id, from, to, std::move(message));
    return;
  }
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
