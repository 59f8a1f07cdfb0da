#include "protocols/rpc-fanout/metrics.hpp"

#include "sim/core/check.hpp"

namespace hearsay::rpc_fanout {

std::vector<ProtocolMetric> metric_table() {
  const auto counter = MetricKind::counter;
  const auto ratio = MetricKind::ratio;
  const auto calls = static_cast<MetricIndex>(rpc::CallMetric::calls);
  std::vector<ProtocolMetric> table = rpc::call_metric_table(0);
  const std::vector<ProtocolMetric> own{
      {"executions", counter, "executions", "requests that a server fulfilled, repeats included"},
      {"executed_calls", counter, "calls", "calls that a server fulfilled at least once, or knew to be fulfilled"},
      {"failed_but_executed", counter, "calls",
       "calls that a server fulfilled and that failed for their caller, or are not over"},
      {"repeats_recognised", counter, "requests", "requests that an idempotency key exposed as repeats"},
      {"insufficient_replicas", counter, "writes", "client writes that reached fewer than min_replicas servers"},
      {"failure_reports", counter, "errors", "failed servers that heartbeats reported"},
      {"misattributed_errors", counter, "errors", "of failure_reports, those that blamed a server for another one"},
      {"missed_failures", counter, "servers", "servers that failed a heartbeat whose report does not name them"},
      {"row_writes", counter, "calls", "optimistic writes of the row that servers were asked for"},
      {"row_conflicts", counter, "calls", "of row_writes, those that came too late"},
      {"executions_per_call", ratio, "", "executions / calls", index(Metric::executions), calls},
      {"executed_share", ratio, "", "executed_calls / calls", index(Metric::executed_calls), calls},
      {"failed_but_executed_share", ratio, "", "failed_but_executed / calls", index(Metric::failed_but_executed),
       calls},
      {"broadcast_latency", MetricKind::distribution, "", "from the begin of a broadcast until its maker goes on"},
      {"contention_completion", MetricKind::distribution, "", "from an optimistic write's request to its success"},
  };
  table.insert(table.end(), own.begin(), own.end());
  HEARSAY_CHECK(table.size() == static_cast<std::size_t>(Metric::count_), "a metric without a description");
  return table;
}

}  // namespace hearsay::rpc_fanout
