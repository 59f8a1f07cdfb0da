// Verbs that end processes and bring them back: crash, kill, pause, join, leave. Random selectors draw among the nodes
// that the verb can concern, which depends on earlier faults only, never on the protocol.
#include "sim/faults/node_fault.hpp"

namespace hearsay {
namespace {

// --- crash

struct CrashFields {
  DiskMode disk = DiskMode::kept;
};
const std::vector<std::string> disk_modes{"kept", "unsynced-lost", "lost"};

const ParameterTable<CrashFields>& crash_table() {
  static const auto built = [] {
    ParameterTable<CrashFields> t;
    t.add_choice("disk", &CrashFields::disk, disk_modes,
                 "what the disk holds at the restart: everything written, only what was synced, or nothing");
    return t;
  }();
  return built;
}

class Crash final : public NodeFault {
 public:
  Crash(Selector nodes, DiskMode disk) : NodeFault(std::move(nodes)), disk_(disk) {}

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.crash(node, disk_); }
  void undo(FaultScope& scope, NodeId node) const override { scope.restart(node); }
  std::string detail() const override { return " disk " + disk_modes[static_cast<std::size_t>(disk_)]; }
  DiskMode disk_;
};

// --- kill

class Kill final : public NodeFault {
 public:
  using NodeFault::NodeFault;

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.kill(node); }
  void undo(FaultScope& scope, NodeId node) const override { scope.restart(node); }
};

// --- pause

class Pause final : public NodeFault {
 public:
  using NodeFault::NodeFault;

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.pause(node); }
  void undo(FaultScope& scope, NodeId node) const override { scope.resume(node); }
};

// --- join, leave

class Join final : public NodeFault {
 public:
  using NodeFault::NodeFault;
  std::vector<NodeId> absent_before(const std::vector<NodeId>& all, const ZoneMap& zones) const override {
    return certain(all, zones);
  }

 private:
  std::vector<NodeId> candidates(FaultScope& scope) const override { return scope.absent(); }
  void strike(FaultScope& scope, NodeId node) const override { scope.join(node); }
  void undo(FaultScope& scope, NodeId node) const override { scope.leave(node); }
};

class Leave final : public NodeFault {
 public:
  using NodeFault::NodeFault;
  std::vector<NodeId> present_before(const std::vector<NodeId>& all, const ZoneMap& zones) const override {
    return certain(all, zones);
  }

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.leave(node); }
  void undo(FaultScope& scope, NodeId node) const override { scope.join(node); }
};

template <class F>
std::unique_ptr<Fault> plain(const ParameterValues& values, std::uint32_t) {
  return std::make_unique<F>(nodes_of(values));
}

}  // namespace

FaultInfo crash_verb() {
  return node_verb("crash", "hosts die: silence; processes restart from their disks at the end",
                   crash_table().parameters(),
                   [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
                     return std::make_unique<Crash>(nodes_of(values), crash_table().build(values).disk);
                   });
}
FaultInfo kill_verb() {
  return node_verb(
      "kill", "processes die and their hosts live: dials are refused, connections closed, disks keep what was written",
      {}, plain<Kill>);
}
FaultInfo pause_verb() {
  return node_verb("pause", "processes stop as on SIGSTOP: messages wait, timers fire late", {}, plain<Pause>);
}
FaultInfo join_verb() {
  return node_verb("join", "nodes that were not there start with empty state", {}, plain<Join>, false);
}
FaultInfo leave_verb() { return node_verb("leave", "nodes leave, telling the others", {}, plain<Leave>, false); }

}  // namespace hearsay
