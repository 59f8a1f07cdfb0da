// What `rpc-fanout` counts about itself: its calls (rpc/call_metrics.hpp), then what servers execute and patterns find.
#pragma once

#include <optional>
#include <vector>

#include "protocols/common/rpc/call_metrics.hpp"
#include "sim/core/metric_table.hpp"

namespace hearsay::rpc_fanout {

// Those of the Caller come first.
constexpr std::optional<MetricIndex> index_of(rpc::CallMetric metric) { return static_cast<MetricIndex>(metric); }

enum class Metric : MetricIndex {
  executions = static_cast<MetricIndex>(rpc::CallMetric::count_),
  executed_calls,
  failed_but_executed,
  repeats_recognised,
  requests_cancelled,
  insufficient_replicas,
  failure_reports,
  misattributed_errors,
  missed_failures,
  row_writes,
  row_conflicts,
  executions_per_call,
  executed_share,
  failed_but_executed_share,
  broadcast_latency,
  contention_completion,
  count_,
};

// In the order of rpc::CallMetric, then of Metric.
std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::rpc_fanout
