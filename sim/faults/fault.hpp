// Fault verbs (README, Scenario files). A verb is pure: it edits link state and node state through FaultScope, which
// the runtime implements, and never sees a protocol.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/storage.hpp"
#include "sim/faults/link_state.hpp"

namespace hearsay {

// What a fault does to the disk of a node; all that are in force add up.
struct DiskSlowness {
  double factor = 1;   // multiplies what a sync costs,
  Duration latency{};  // adds to it,
  bool stall = false;  // or holds every sync back until the fault has ended
};

// What a firing fault can reach. Nodes are given by ids; actions on nodes in the wrong state (crashing one that is
// down) have no effect.
class FaultScope {
 public:
  virtual ~FaultScope() = default;

  virtual LinkState& links() = 0;
  virtual const ZoneMap& zones() const = 0;
  virtual std::uint32_t node_count() const = 0;
  virtual std::vector<NodeId> present() const = 0;  // ascending: joined and not left, crashed ones included
  virtual std::vector<NodeId> absent() const = 0;   // ascending: not yet joined, or left
  virtual bool starting() const = 0;                // at 0 s: those that are present have not started yet
  virtual RandomStream& random() = 0;               // of this firing: (seed, entry, repetition)
  virtual RuleId rule() const = 0;                  // identifies this firing to LinkState and to the counters
  virtual std::span<const MessageKind> message_kinds() const = 0;  // of the protocol that runs

  virtual std::optional<Duration> lasts() const = 0;  // the entry's `for`; absent: to the end of the run
  virtual Duration stagger() const = 0;               // the entry's `stagger`; zero: all at once
  // Calls `step` after `delay` with this scope, unless the firing has ended before.
  virtual void after(Duration delay, std::function<void(FaultScope&)> step) = 0;

  virtual void crash(NodeId node, DiskMode disk) = 0;  // the host
  virtual void kill(NodeId node) = 0;                  // the process; its host lives
  virtual void restart(NodeId node) = 0;               // ends a crash or a kill
  virtual void pause(NodeId node) = 0;
  virtual void resume(NodeId node) = 0;
  virtual void join(NodeId node) = 0;
  virtual void leave(NodeId node) = 0;
  // Brings in a node that is absent as a copy of another one: under its name, with what is on its disk now. One that
  // has not started yet, at 0 s, starts under that name.
  virtual void clone(NodeId node, NodeId original) = 0;
  virtual void slow_down(NodeId node, double factor) = 0;  // multiplies
  virtual void speed_up(NodeId node) = 0;                  // undoes this firing's slow_down
  virtual void slow_disk(NodeId node, const DiskSlowness& slowness) = 0;
  virtual void restore_disk(NodeId node) = 0;  // undoes this firing's slow_disk
  // Nothing passes between the node and its clients; `reject`: they are refused instead of hearing nothing.
  virtual void cut_clients(NodeId node, bool reject) = 0;
  virtual void restore_clients(NodeId node) = 0;
  virtual void shift_clock(NodeId node, Duration skew, double drift) = 0;
  virtual void restore_clock(NodeId node, Duration skew, double drift) = 0;
  // A link of the platform; a firing that takes it down counts the messages that it cost.
  virtual void link_down(const std::string& name) = 0;
  virtual void link_up(const std::string& name) = 0;
};

// One fault as a scenario's entry declares it. `begin` is called at each firing and returns what it chose; `end` gets
// the same choice back.
struct FaultChoice {
  std::vector<NodeId> nodes;      // whom it concerns, ascending; empty where it concerns links
  std::string text;               // the choice spelt out, as a scenario would write it
  Duration extends{};             // how much later than `for` says it ends, because its nodes take turns
  std::shared_ptr<void> state{};  // the firing's own
};

class Fault {
 public:
  virtual ~Fault() = default;
  virtual FaultChoice begin(FaultScope& scope) const = 0;
  virtual void end(FaultScope& scope, const FaultChoice& choice) const = 0;
  // Of `all` nodes, those that it brings into the cluster and that are absent until then (join). A random choice is
  // made among those that are absent when it fires, so it names none.
  virtual std::vector<NodeId> absent_before(const std::vector<NodeId>& /*all*/, const ZoneMap& /*zones*/) const {
    return {};
  }
  // Whether those are there all the same if it fires at 0 s, and boot with the cluster.
  virtual bool boots_with_cluster() const { return false; }
  // Those that it takes out (leave), if no chance decides: a join that follows is a return.
  virtual std::vector<NodeId> present_before(const std::vector<NodeId>& /*all*/, const ZoneMap& /*zones*/) const {
    return {};
  }
};

struct FaultInfo {
  std::string name;
  std::string summary;
  std::string shorthand;  // the parameter that a bare scalar sets, as in `loss: 10%`; empty if there is none
  std::vector<Parameter> parameters;
  // True for the verbs that the section `network` takes as background conditions.
  bool background = false;
  // Throws ParameterError if the values contradict each other. `nodes`: how many the scenario has.
  std::function<std::unique_ptr<Fault>(const ParameterValues&, std::uint32_t nodes)> make;
  // It counts the messages and processes that it touches, so that a firing without any did nothing.
  bool counts = true;
  // The link of the platform that an entry with these values breaks; null for verbs that break none.
  std::string (*link)(const ParameterValues&) = nullptr;
  // Whether an entry with these values takes `stagger`; null: no.
  enum class Staggers : std::uint8_t { no, may, must };
  Staggers (*staggers)(const ParameterValues&) = nullptr;

  Staggers staggers_with(const ParameterValues& values) const {
    return staggers != nullptr ? staggers(values) : Staggers::no;
  }

  std::optional<std::string> link_of(const ParameterValues& values) const {
    return link != nullptr ? std::optional(link(values)) : std::nullopt;
  }
};

std::span<const FaultInfo> fault_verbs();
const FaultInfo* find_fault(std::string_view name);  // null if there is none

}  // namespace hearsay
