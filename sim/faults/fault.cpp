#include "sim/faults/fault.hpp"

#include <numeric>

#include "sim/faults/verbs.hpp"

namespace hearsay {

std::span<const FaultInfo> fault_verbs() {
  static const std::vector<FaultInfo> all{
      partition_verb(), crash_verb(),     kill_verb(),    pause_verb(),   churn_verb(),     loss_verb(),
      delay_verb(),     duplicate_verb(), reorder_verb(), corrupt_verb(), bandwidth_verb(), slow_verb(),
      disk_verb(),      clock_verb(),     link_verb(),    join_verb(),    leave_verb(),     clone_verb(),
  };
  return all;
}

const FaultInfo* find_fault(std::string_view name) {
  for (const auto& info : fault_verbs())
    if (info.name == name) return &info;
  return nullptr;
}

std::vector<NodeId> all_nodes(std::uint32_t n) {
  std::vector<NodeId> nodes(n);
  std::iota(nodes.begin(), nodes.end(), NodeId{0});
  return nodes;
}

}  // namespace hearsay
