// Verbs that end processes and bring them back: crash, kill, pause, join, leave, clone. Random selectors draw among the
// nodes that the verb can concern, which depends on earlier faults only, never on the protocol.
#include <algorithm>

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

// --- clone

struct CloneFields {
  std::uint32_t of = 0;
};

const ParameterTable<CloneFields>& clone_table() {
  static const auto built = [] {
    ParameterTable<CloneFields> t;
    t.add("of", ValueType::integer, &CloneFields::of, {0, 1e9},
          "the node that they are copies of: they go by its name and begin with what is on its disk")
        .required();
    return t;
  }();
  return built;
}

class Clone final : public NodeFault {
 public:
  Clone(Selector nodes, NodeId of) : NodeFault(std::move(nodes)), of_(of) {}
  std::vector<NodeId> absent_before(const std::vector<NodeId>& all, const ZoneMap& zones) const override {
    return certain(others(all), zones);
  }
  bool boots_with_cluster() const override { return true; }

 private:
  // At 0 s those that are about to boot; later those that are not there.
  std::vector<NodeId> candidates(FaultScope& scope) const override {
    return others(scope.starting() ? scope.present() : scope.absent());
  }
  std::vector<NodeId> others(std::vector<NodeId> nodes) const {
    std::erase(nodes, of_);
    return nodes;
  }
  void strike(FaultScope& scope, NodeId node) const override { scope.clone(node, of_); }
  void undo(FaultScope& scope, NodeId node) const override { scope.leave(node); }
  std::string detail() const override { return " of " + std::to_string(of_); }
  NodeId of_;
};

std::unique_ptr<Fault> make_clone(const ParameterValues& values, std::uint32_t nodes) {
  const NodeId of = clone_table().build(values).of;
  if (of >= nodes)
    throw ParameterError("of", "node " + std::to_string(of) + " does not exist; the scenario has " +
                                   std::to_string(nodes) + " nodes, from 0 on");
  Selector clones = nodes_of(values);
  if (clones.kind == Selector::Kind::nodes && std::ranges::count(clones.nodes, of) > 0)
    throw ParameterError("nodes", "node " + std::to_string(of) + " cannot be a clone of itself; name other nodes");
  return std::make_unique<Clone>(std::move(clones), of);
}

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
FaultInfo clone_verb() {
  FaultInfo info = node_verb("clone", "nodes that were not there come up as copies of another one, under its name",
                             clone_table().parameters(), make_clone);
  info.staggers = nullptr;  // at 0 s they boot with the cluster, together
  return info;
}
FaultInfo leave_verb() { return node_verb("leave", "nodes leave, telling the others", {}, plain<Leave>, false); }

}  // namespace hearsay
