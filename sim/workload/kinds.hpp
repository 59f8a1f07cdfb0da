// The workloads, one source file each. One line each in workload.cpp makes them known.
#pragma once

#include "sim/workload/workload.hpp"

namespace hearsay {

WorkloadInfo broadcast_workload();   // broadcast.cpp
WorkloadInfo cache_workload();       // cache.cpp
WorkloadInfo crdt_workload();        // crdt.cpp
WorkloadInfo kv_workload();          // kv.cpp
WorkloadInfo call_workload();        // call.cpp
WorkloadInfo replicate_workload();   // replicate.cpp
WorkloadInfo chain_workload();       // chain.cpp
WorkloadInfo heartbeat_workload();   // heartbeat.cpp
WorkloadInfo contention_workload();  // contention.cpp
WorkloadInfo register_workload();    // register.cpp
// Maelstrom's, beyond those above
WorkloadInfo echo_workload();             // echo.cpp
WorkloadInfo unique_ids_workload();       // unique_ids.cpp
WorkloadInfo txn_list_append_workload();  // transactions.cpp
WorkloadInfo txn_rw_register_workload();  // transactions.cpp
WorkloadInfo kafka_workload();            // kafka.cpp

}  // namespace hearsay
