// Verbs that make a node's machine worse while its process runs: slow, disk, clock.
#include "sim/faults/node_fault.hpp"

namespace hearsay {
namespace {

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
  void undo(FaultScope& scope, NodeId node) const override { scope.speed_up(node); }
  std::string detail() const override { return " factor " + to_string(Value(factor_), ValueType::number); }
  double factor_;
};

// --- disk

struct DiskFields {
  std::optional<double> factor;
  std::optional<Duration> latency;
  std::optional<bool> stall;
};

const ParameterTable<DiskFields>& disk_table() {
  static const auto built = [] {
    ParameterTable<DiskFields> t;
    t.add("stall", ValueType::boolean, &DiskFields::stall, any_bounds,
          "true: a sync that is under way, or begins, while the fault lasts is done when it ends at the earliest");
    t.add("latency", ValueType::duration, &DiskFields::latency, {1e-9, 3.6e6},
          "added to what a sync costs (`engine.sync_latency`)");
    t.add("factor", ValueType::number, &DiskFields::factor, {1, 1e6},
          "how many times longer a sync takes than `engine.sync_latency` says");
    return t;
  }();
  return built;
}

class Disk final : public NodeFault {
 public:
  Disk(Selector nodes, const DiskFields& fields)
      : NodeFault(std::move(nodes)),
        slowness_{fields.factor.value_or(1), fields.latency.value_or(Duration{}), fields.stall.value_or(false)} {}

 private:
  void strike(FaultScope& scope, NodeId node) const override { scope.slow_disk(node, slowness_); }
  void undo(FaultScope& scope, NodeId node) const override { scope.restore_disk(node); }
  std::string detail() const override {
    if (slowness_.stall) return " stalled";
    if (slowness_.latency != Duration{}) return " latency " + to_string(Value(slowness_.latency), ValueType::duration);
    return " factor " + to_string(Value(slowness_.factor), ValueType::number);
  }
  DiskSlowness slowness_;
};

std::unique_ptr<Fault> make_disk(const ParameterValues& values, std::uint32_t) {
  const DiskFields fields = disk_table().build(values);
  if ((fields.factor ? 1 : 0) + (fields.latency ? 1 : 0) + (fields.stall ? 1 : 0) != 1)
    throw ParameterError("", "a fault of a disk needs exactly one of `stall: true`, `latency` and `factor`");
  if (fields.stall && !*fields.stall)
    throw ParameterError("stall", "`stall: false` does nothing; write `stall: true`, or leave the fault out");
  return std::make_unique<Disk>(nodes_of(values), fields);
}

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

}  // namespace

FaultInfo slow_verb() {
  return node_verb("slow", "hosts compute slower: work that begins meanwhile takes longer", slow_table().parameters(),
                   [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
                     return std::make_unique<Slow>(nodes_of(values), slow_table().build(values).factor);
                   });
}
FaultInfo disk_verb() {
  return node_verb("disk", "disks are slow or stall: a sync takes longer, the network goes on answering",
                   disk_table().parameters(), make_disk);
}
FaultInfo clock_verb() {
  return node_verb(
      "clock", "what nodes believe the time is", clock_table().parameters(),
      [](const ParameterValues& values, std::uint32_t) -> std::unique_ptr<Fault> {
        return std::make_unique<Clock>(nodes_of(values), clock_table().build(values));
      },
      false);
}

}  // namespace hearsay
