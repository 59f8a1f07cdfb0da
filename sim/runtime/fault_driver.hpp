// Fires the scenario's faults when they are due and ends them again; it edits link state and node state only.
#pragma once

#include <memory>
#include <vector>

#include "sim/faults/fault.hpp"
#include "sim/runtime/cluster.hpp"

namespace hearsay {

class Firing;

class FaultDriver {
 public:
  FaultDriver(const Scenario& scenario, std::uint64_t seed, Cluster& cluster, LinkState& links);

  // Nodes that a `join` brings and that are not there before.
  std::vector<NodeId> absent_at_boot() const;

  // Puts the background conditions in force, fires what is due at time 0 and schedules every other firing.
  void begin();

  // Every fault with an end has ended, and none is to fire.
  bool done() const { return pending_ == 0; }
  // Since when. Requires done().
  Time done_since() const { return last_end_; }

 private:
  struct Entry {
    const FaultEntry* spec = nullptr;
    std::unique_ptr<Fault> fault;
  };

  void schedule(std::size_t entry, std::uint32_t repetition);
  void fire(std::size_t entry, std::uint32_t repetition);
  void end(std::size_t entry, Firing& firing, const FaultChoice& choice);
  void announce(std::size_t entry, RuleId id, Time until, const FaultChoice& choice);

  const Scenario& scenario_;
  std::uint64_t seed_;
  Cluster& cluster_;
  LinkState& links_;
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<Fault>> background_;
  RuleId next_rule_ = 0;
  Time last_end_{};
  std::size_t pending_ = 0;  // firings to come, fired ones that will end, and steps that they have put off
};

}  // namespace hearsay
