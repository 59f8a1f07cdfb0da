// What happens to the cluster in a scenario, as far as promises depend on it, and which promises hold there.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/core/promise.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay::hunt {

struct Circumstances {
  std::array<bool, hazard_kinds> hazards{};
  bool heals = true;     // nothing stays broken but nodes that are gone for good
  Duration held_back{};  // the longest time for which the network holds a packet back throughout the run
  Time first_fault = Time::max();
  Time last_heal{};       // when the last fault is over
  Time last_operation{};  // when the last client has asked
  Duration outage() const { return first_fault < last_heal ? last_heal - first_fault : Duration{}; }
  Time last_disturbance() const { return std::max(last_heal, last_operation); }
};

Circumstances circumstances_of(const Scenario& scenario);

// Those that the scenario's first protocol makes with its parameters and that are not void there.
std::vector<Promise> promises_kept_in(const Scenario& scenario);

// The longest time after the last disturbance for which one of the protocol's promises asks.
Duration longest_within(const ProtocolEntry& entry);

}  // namespace hearsay::hunt
