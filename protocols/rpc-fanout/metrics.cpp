#include "protocols/rpc-fanout/metrics.hpp"

namespace hearsay::rpc_fanout {

std::vector<ProtocolMetric> metric_table() {
  const auto counter = MetricKind::counter;
  const auto ratio = MetricKind::ratio;
  const auto calls = index(rpc::CallMetric::calls);
  MetricTable<Metric> table(rpc::call_metric_table());
  table.add({
      {Metric::executions, "executions", counter, "executions", "requests that a server fulfilled, repeats included"},
      {Metric::executed_calls, "executed_calls", counter, "calls",
       "calls that a server fulfilled at least once, or knew to be fulfilled"},
      {Metric::failed_but_executed, "failed_but_executed", counter, "calls",
       "calls that a server fulfilled and that failed for their caller, or are not over"},
      {Metric::repeats_recognised, "repeats_recognised", counter, "requests",
       "requests that an idempotency key exposed as repeats"},
      {Metric::requests_cancelled, "requests_cancelled", counter, "requests",
       "requests whose answer a server dropped because its caller waits no longer"},
      {Metric::insufficient_replicas, "insufficient_replicas", counter, "writes",
       "client writes that reached fewer than min_replicas servers"},
      {Metric::failure_reports, "failure_reports", counter, "errors", "failed servers that heartbeats reported"},
      {Metric::misattributed_errors, "misattributed_errors", counter, "errors",
       "of failure_reports, those that blamed a server for another one"},
      {Metric::missed_failures, "missed_failures", counter, "servers",
       "servers that failed a heartbeat whose report does not name them"},
      {Metric::row_writes, "row_writes", counter, "calls", "optimistic writes of the row that servers were asked for"},
      {Metric::row_conflicts, "row_conflicts", counter, "calls", "of row_writes, those that came too late"},
      {Metric::executions_per_call, "executions_per_call", ratio, "", "executions / calls", index(Metric::executions),
       calls},
      {Metric::executed_share, "executed_share", ratio, "", "executed_calls / calls", index(Metric::executed_calls),
       calls},
      {Metric::failed_but_executed_share, "failed_but_executed_share", ratio, "", "failed_but_executed / calls",
       index(Metric::failed_but_executed), calls},
      {Metric::broadcast_latency, "broadcast_latency", MetricKind::distribution, "",
       "from the begin of a broadcast until its maker goes on"},
      {Metric::contention_completion, "contention_completion", MetricKind::distribution, "",
       "from an optimistic write's request to its success"},
  });
  return table.rows();
}

}  // namespace hearsay::rpc_fanout
