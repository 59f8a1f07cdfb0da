// The fault verbs, grouped by what they touch. One line each in fault.cpp makes them known.
#pragma once

#include "sim/faults/fault.hpp"

namespace hearsay {

// partition.cpp
FaultInfo partition_verb();

// churn.cpp
FaultInfo churn_verb();

// link_verbs.cpp: conditions of messages between nodes
FaultInfo loss_verb();
FaultInfo delay_verb();
FaultInfo duplicate_verb();
FaultInfo reorder_verb();
FaultInfo corrupt_verb();
FaultInfo bandwidth_verb();
FaultInfo link_verb();

// node_verbs.cpp: processes end and come back
FaultInfo crash_verb();
FaultInfo kill_verb();
FaultInfo pause_verb();
FaultInfo join_verb();
FaultInfo leave_verb();
FaultInfo clone_verb();

// host_verbs.cpp: their machines get worse
FaultInfo slow_verb();
FaultInfo disk_verb();
FaultInfo clock_verb();

// The nodes that `selector` names among `candidates`, drawn from the firing's random stream.
inline std::vector<NodeId> choose(FaultScope& scope, const Selector& selector, const std::vector<NodeId>& candidates) {
  return select(selector, candidates, scope.zones(), scope.random());
}

// Ids 0 .. n-1.
std::vector<NodeId> all_nodes(std::uint32_t n);

// As a scenario writes a list of nodes.
inline std::string spell(const std::vector<NodeId>& nodes) { return to_string(Selector::of(nodes)); }

}  // namespace hearsay
