// What a Caller counts ("Future Enhancements 8", "Performance Characteristics, Resource Usage"). A protocol's own
// table of metrics begins with these, or names those of its own that they are.
#pragma once

#include <vector>

#include "sim/core/metric_table.hpp"

namespace hearsay::rpc {

enum class CallMetric : MetricIndex {
  calls,
  calls_succeeded,
  calls_failed,
  calls_open,
  calls_retried,
  attempts,
  retries,
  dial_failures,
  broken_connections,
  attempt_timeouts,
  application_errors,
  deadlines_missed,
  late_answers,
  hedges,
  hedges_won,
  dials,
  stale_connections,
  connections_high_water,
  fd_refusals,
  calls_in_flight_high_water,
  calls_queued_high_water,
  call_memory_high_water,
  breaker_openings,
  breaker_changes,
  breaker_refusals,
  worker_refusals,
  retries_refused,
  cancellations,
  keep_alives,
  cpu_s,
  retries_per_call,
  cpu_per_call_s,
  success_rate,
  server_success_rate,
  call_latency,
  failed_call_latency,
  count_,
};

// In the order of CallMetric; a protocol's own metrics come behind them.
std::vector<ProtocolMetric> call_metric_table();

}  // namespace hearsay::rpc
