#include "sim/workload/workload.hpp"

#include "sim/workload/kinds.hpp"

namespace hearsay {

std::span<const WorkloadInfo> workloads() {
  static const std::vector<WorkloadInfo> all{
      broadcast_workload(),   //
      cache_workload(),       //
      crdt_workload(),        //
      kv_workload(),          //
      call_workload(),        //
      replicate_workload(),   //
      chain_workload(),       //
      heartbeat_workload(),   //
      contention_workload(),  //
  };
  return all;
}

const WorkloadInfo* find_workload(std::string_view name) {
  for (const auto& info : workloads())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hearsay
