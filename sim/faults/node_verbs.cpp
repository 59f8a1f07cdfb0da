// Verbs that touch nodes: crash, kill, pause, slow, clock, join, leave. Random selectors draw among the nodes that the
// verb can concern, which depends on earlier faults only, never on the protocol.
#include <algorithm>

#include "sim/faults/verbs.hpp"

namespace hearsay {
namespace {

const Parameter& nodes_parameter() {
  static const Parameter parameter = [] {
    Parameter p;
    p.name = "nodes";
    p.type = ValueType::selector;
    p.required = true;
    p.meaning = "the nodes concerned";
    return p;
  }();
  return parameter;
}

std::vector<Parameter> with_nodes(const std::vector<Parameter>& more) {
  std::vector<Parameter> all{nodes_parameter()};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Selector nodes_of(const ParameterValues& values) { return std::get<Selector>(values.at("nodes")); }

// A verb that does something to each chosen node at the beginning and undoes it at the end.
class NodeFault : public Fault {
 public:
  explicit NodeFault(Selector nodes) : selector_(std::move(nodes)) {}

  FaultChoice begin(FaultScope& scope) const final {
    FaultChoice choice;
    choice.nodes = choose(scope, selector_, candidates(scope));
    for (const NodeId node : choice.nodes) strike(scope, node);
    choice.text = spell(choice.nodes) + detail();
    return choice;
  }
  void end(FaultScope& scope, const FaultChoice& choice) const final {
    for (const NodeId node : choice.nodes) undo(scope, node);
  }

 protected:
  virtual std::vector<NodeId> candidates(FaultScope& scope) const { return scope.present(); }
  virtual void strike(FaultScope& scope, NodeId node) const = 0;
  virtual void undo(FaultScope& scope, NodeId node) const = 0;
  virtual std::string detail() const { return {}; }
  std::vector<NodeId> listed() const {
    return selector_.kind == Selector::Kind::nodes ? selector_.nodes : std::vector<NodeId>{};
  }

 private:
  Selector selector_;
};

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

// --- slow

struct SlowFields {
  double factor = 10;
};

const ParameterTable<SlowFields>& slow_table() {
  static const auto built = [] {
    ParameterTable<SlowFields> t;
    t.add("factor", ValueType::number, &SlowFields::factor, {1, 1e6}, "how many times longer the host computes");
    return t;
  }();
  return built;
}

class Slow final : public NodeFault {
 public:
  Slow(Selector nodes, double factor) : NodeFault(std::move(nodes)), factor_(factor) {}

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.slow_down(node, factor_); }
  void undo(FaultScope& scope, NodeId node) const override { scope.speed_up(node, factor_); }
  std::string detail() const override { return " factor " + to_string(Value(factor_), ValueType::number); }
  double factor_;
};

// --- clock

struct ClockFields {
  Duration skew{};
  double drift = 0;
};

const ParameterTable<ClockFields>& clock_table() {
  static const auto built = [] {
    ParameterTable<ClockFields> t;
    t.add("skew", ValueType::duration, &ClockFields::skew, any_bounds, "added to what the node believes the time is");
    t.add("drift", ValueType::share, &ClockFields::drift, {-0.9, 10},
          "how much faster than true time the clock runs while the fault lasts");
    return t;
  }();
  return built;
}

class Clock final : public NodeFault {
 public:
  Clock(Selector nodes, ClockFields fields) : NodeFault(std::move(nodes)), fields_(fields) {}

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.shift_clock(node, fields_.skew, fields_.drift); }
  void undo(FaultScope& scope, NodeId node) const override { scope.restore_clock(node, fields_.skew, fields_.drift); }
  std::string detail() const override {
    return " skew " + to_string(Value(fields_.skew), ValueType::duration) + " drift " +
           to_string(Value(fields_.drift), ValueType::share);
  }
  ClockFields fields_;
};

// --- join, leave

class Join final : public NodeFault {
 public:
  using NodeFault::NodeFault;
  std::vector<NodeId> absent_before() const override { return listed(); }

 private:
  std::vector<NodeId> candidates(FaultScope& scope) const override { return scope.absent(); }
  void strike(FaultScope& scope, NodeId node) const override { scope.join(node); }
  void undo(FaultScope& scope, NodeId node) const override { scope.leave(node); }
};

class Leave final : public NodeFault {
 public:
  using NodeFault::NodeFault;
  std::vector<NodeId> present_before() const override { return listed(); }

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
  return {"crash",
          "hosts die: silence; processes restart from their disks at the end",
          "nodes",
          with_nodes(crash_table().parameters()),
          false,
          [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
            return std::make_unique<Crash>(nodes_of(values), crash_table().build(values).disk);
          }};
}
FaultInfo kill_verb() {
  return {
      "kill",  "processes die and their hosts live: dials are refused, connections closed, disks keep what was written",
      "nodes", with_nodes({}),
      false,   plain<Kill>};
}
FaultInfo pause_verb() {
  return {"pause",     "processes stop as on SIGSTOP: messages wait, timers fire late", "nodes", with_nodes({}), false,
          plain<Pause>};
}
FaultInfo slow_verb() {
  return {"slow",
          "hosts compute slower",
          "nodes",
          with_nodes(slow_table().parameters()),
          false,
          [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
            return std::make_unique<Slow>(nodes_of(values), slow_table().build(values).factor);
          },
          false};
}
FaultInfo clock_verb() {
  return {"clock",
          "what nodes believe the time is",
          "nodes",
          with_nodes(clock_table().parameters()),
          false,
          [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
            return std::make_unique<Clock>(nodes_of(values), clock_table().build(values));
          },
          false};
}
FaultInfo join_verb() {
  return {"join", "nodes that were not there start with empty state", "nodes", with_nodes({}), false, plain<Join>,
          false};
}
FaultInfo leave_verb() {
  return {"leave", "nodes leave, telling the others", "nodes", with_nodes({}), false, plain<Leave>, false};
}

}  // namespace hearsay
