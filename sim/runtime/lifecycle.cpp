#include "sim/runtime/lifecycle.hpp"

#include <algorithm>

#include "sim/runtime/cluster.hpp"

namespace hearsay {

Lifecycle::Lifecycle(Cluster& cluster, NodeTable& status, FixedArray<ReplicaHost>& nodes)
    : cluster_(cluster), status_(status), nodes_(nodes), deaths_(status.size()), pauses_(status.size()) {}

void Lifecycle::boot(const std::vector<NodeId>& absent) {
  std::vector<NodeId> booting;
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    if (std::binary_search(absent.begin(), absent.end(), id)) continue;
    booting.push_back(id);
    status_.start(id);
    cluster_.emit(EventKind::boot, id);
  }
  cluster_.set_booting(booting);
  for (const NodeId id : booting) nodes_[id].start(StartReason::boot);
}

bool Lifecycle::crash(NodeId node, DiskMode disk) {
  if (!status_[node].member()) return false;
  ++deaths_[node];
  if (status_[node].condition == NodeStatus::Condition::crashed) return false;
  const bool ran = status_[node].up();
  status_.set(node, NodeStatus::Condition::crashed);
  if (ran) cluster_.emit(EventKind::crash, node);
  nodes_[node].crash(disk);  // killed before: the host takes what its disk had not written
  cluster_.streams().crashed(node);
  if (ran) process_died(node, false);
  return true;
}

bool Lifecycle::kill(NodeId node) {
  if (!status_[node].member()) return false;
  ++deaths_[node];
  if (!status_[node].up()) return false;
  status_.set(node, NodeStatus::Condition::killed);
  cluster_.emit(EventKind::crash, node);
  nodes_[node].kill();
  cluster_.streams().process_ended(node);
  process_died(node, true);
  return true;
}

void Lifecycle::process_died(NodeId node, bool answers) {
  cluster_.clients().node_down(node, answers);
  pauses_[node] = 0;
}

void Lifecycle::restart(NodeId node) {
  if (deaths_[node] == 0 || --deaths_[node] > 0) return;
  if (!status_[node].member() || status_[node].up()) return;
  status_.start(node);
  cluster_.emit(EventKind::restart, node);
  nodes_[node].start(StartReason::restart);
}

bool Lifecycle::pause(NodeId node) {
  if (!status_[node].member() || !status_[node].up()) return false;
  if (++pauses_[node] > 1) return false;
  cluster_.emit(EventKind::pause, node);
  nodes_[node].pause();
  return true;
}

void Lifecycle::resume(NodeId node) {
  if (pauses_[node] == 0 || --pauses_[node] > 0) return;
  cluster_.emit(EventKind::resume, node);
  nodes_[node].resume();
}

void Lifecycle::join(NodeId node) {
  if (status_[node].member()) return;
  if (status_[node].up()) gone(node);  // it comes back before it had quite left
  status_.start(node);
  cluster_.emit(EventKind::join, node);
  nodes_[node].start(StartReason::join);
}

void Lifecycle::leave(NodeId node) {
  if (!status_[node].member()) return;
  if (status_[node].up())
    nodes_[node].order_leave();
  else
    left(node);
}

void Lifecycle::left(NodeId node) {
  if (!status_[node].member()) return;
  cluster_.emit(EventKind::leave, node);
  if (status_[node].up() && nodes_[node].linger())
    status_.set(node, NodeStatus::Condition::leaving);
  else
    gone(node);
  cluster_.clients().node_down(node, true);
}

void Lifecycle::gone(NodeId node) {
  if (status_[node].up()) cluster_.streams().process_ended(node);
  status_.set(node, NodeStatus::Condition::absent);
  deaths_[node] = pauses_[node] = 0;
  nodes_[node].remove();
}

}  // namespace hearsay
