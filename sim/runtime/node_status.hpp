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
    leaving,  // no member any more, but its process runs until it has done what its departure takes
    crashed,  // host and process are gone: silence
  } condition = Condition::absent;
  std::uint32_t incarnation = 0;  // raised by every start of the process
  std::uint64_t started = 0;      // which start of all nodes' starts that was; 0: none yet

  // Its process runs.
  bool up() const { return condition == Condition::up || condition == Condition::leaving; }
  // Clients and faults know it: it has come and has not been told to leave.
  bool member() const { return condition == Condition::up || condition == Condition::crashed; }
};

class NodeTable {
 public:
  explicit NodeTable(std::size_t nodes) : nodes_(nodes) {}

  std::size_t size() const { return nodes_.size(); }
  const NodeStatus& operator[](NodeId node) const { return nodes_[node]; }

  // Starts of processes so far, of all nodes together. What is sent now reaches a process that started later as little
  // as it reaches none.
  std::uint64_t starts() const { return starts_; }

  void set(NodeId node, NodeStatus::Condition condition) { nodes_[node].condition = condition; }
  void start(NodeId node) {
    nodes_[node].condition = NodeStatus::Condition::up;
    ++nodes_[node].incarnation;
    nodes_[node].started = ++starts_;
  }

 private:
  std::vector<NodeStatus> nodes_;
  std::uint64_t starts_ = 0;
};

}  // namespace hearsay
