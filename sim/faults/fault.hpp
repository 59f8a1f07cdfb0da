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
  virtual RandomStream& random() = 0;               // of this firing: (seed, entry, repetition)
  virtual RuleId rule() const = 0;                  // identifies this firing to LinkState and to the counters

  virtual void crash(NodeId node, DiskMode disk) = 0;  // the host
  virtual void kill(NodeId node) = 0;                  // the process; its host lives
  virtual void restart(NodeId node) = 0;               // ends a crash or a kill
  virtual void pause(NodeId node) = 0;
  virtual void resume(NodeId node) = 0;
  virtual void join(NodeId node) = 0;
  virtual void leave(NodeId node) = 0;
  virtual void slow_down(NodeId node, double factor) = 0;  // multiplies; undone by speed_up with the same factor
  virtual void speed_up(NodeId node, double factor) = 0;
  virtual void shift_clock(NodeId node, Duration skew, double drift) = 0;
  virtual void restore_clock(NodeId node, Duration skew, double drift) = 0;
  // A link of the platform; a firing that takes it down counts the messages that it cost.
  virtual void link_down(const std::string& name) = 0;
  virtual void link_up(const std::string& name) = 0;
};

// One fault as a scenario's entry declares it. `begin` is called at each firing and returns what it chose; `end` gets
// the same choice back.
struct FaultChoice {
  std::vector<NodeId> nodes;  // whom it concerns, ascending; empty where it concerns links
  std::string text;           // the choice spelt out, as a scenario would write it
};

class Fault {
 public:
  virtual ~Fault() = default;
  virtual FaultChoice begin(FaultScope& scope) const = 0;
  virtual void end(FaultScope& scope, const FaultChoice& choice) const = 0;
  // Nodes that it will bring into the cluster and that are absent until then (join).
  virtual std::vector<NodeId> absent_before() const { return {}; }
  // Nodes that it takes out (leave), if written out: a join that follows is a return.
  virtual std::vector<NodeId> present_before() const { return {}; }
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

  std::optional<std::string> link_of(const ParameterValues& values) const {
    return link != nullptr ? std::optional(link(values)) : std::nullopt;
  }
};

std::span<const FaultInfo> fault_verbs();
const FaultInfo* find_fault(std::string_view name);  // null if there is none

}  // namespace hearsay
