// How the nodes' processes start and end: boot, faults, joins and departures.
#pragma once

#include <vector>

#include "sim/core/storage.hpp"
#include "sim/runtime/fixed_array.hpp"
#include "sim/runtime/node_status.hpp"

namespace hearsay {

class Cluster;
class ReplicaHost;

// To be called from the simulator's context; without effect on nodes in the wrong state.
class Lifecycle {
 public:
  // All must outlive it.
  Lifecycle(Cluster& cluster, NodeTable& status, FixedArray<ReplicaHost>& nodes);

  // The nodes of `absent` are not there yet; the others boot.
  void boot(const std::vector<NodeId>& absent);
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

 private:
  void process_died(NodeId node, bool answers);  // answers: its host lives and resets connections

  Cluster& cluster_;
  NodeTable& status_;
  FixedArray<ReplicaHost>& nodes_;
  std::vector<std::uint32_t> deaths_, pauses_;  // overlapping faults by node: crashes and kills, pauses
};

}  // namespace hearsay
