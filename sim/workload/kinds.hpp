// The workloads, one source file each. One line each in workload.cpp makes them known.
#pragma once

#include "sim/workload/workload.hpp"

namespace hearsay {

WorkloadInfo broadcast_workload();  // broadcast.cpp
WorkloadInfo kv_workload();         // kv.cpp
WorkloadInfo cache_workload();      // cache.cpp

}  // namespace hearsay
