// What the network may know of the nodes: whether their processes run, and which of a node's processes it is.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

struct NodeStatus {
  enum class Condition : std::uint8_t {
    absent,   // not yet joined, or left: its host answers that nothing listens there
    up,       // running (perhaps paused)
    killed,   // the process is gone; its host answers for it and keeps what was written to disk
    leaving,  // no member any more, but its process runs until it has done what its departure takes
    crashed,  // host and process are gone: silence
  } condition = Condition::absent;
  std::uint32_t incarnation = 0;  // raised by every start of the process

  // Its process runs.
  bool up() const { return condition == Condition::up || condition == Condition::leaving; }
  // Clients and faults know it: it has come and has not been told to leave.
  bool member() const { return condition != Condition::absent && condition != Condition::leaving; }
};

class NodeTable {
 public:
  explicit NodeTable(std::size_t nodes) : nodes_(nodes) {}

  std::size_t size() const { return nodes_.size(); }
  const NodeStatus& operator[](NodeId node) const { return nodes_[node]; }

  void set(NodeId node, NodeStatus::Condition condition) { nodes_[node].condition = condition; }
  void start(NodeId node) {
    nodes_[node].condition = NodeStatus::Condition::up;
    ++nodes_[node].incarnation;
  }

 private:
  std::vector<NodeStatus> nodes_;
};

}  // namespace hearsay
