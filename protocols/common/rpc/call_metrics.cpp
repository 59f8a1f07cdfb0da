#include "protocols/common/rpc/call_metrics.hpp"

namespace hearsay::rpc {

std::vector<ProtocolMetric> call_metric_table() {
  const auto counter = MetricKind::counter;
  const auto high_water = MetricKind::high_water;
  MetricTable<CallMetric> table;
  table.add({
      {CallMetric::calls, "calls", counter, "calls", "calls, however many attempts each took"},
      {CallMetric::calls_succeeded, "calls_succeeded", counter, "calls", "calls that were answered with success"},
      {CallMetric::calls_failed, "calls_failed", counter, "calls", "calls that ended with an error"},
      {CallMetric::calls_open, "calls_open", MetricKind::level, "calls", "calls that have not ended when the run does"},
      {CallMetric::calls_retried, "calls_retried", counter, "calls", "calls that took more than one attempt"},
      {CallMetric::attempts, "attempts", counter, "attempts", "attempts of all calls, hedges included"},
      {CallMetric::retries, "retries", counter, "attempts", "attempts after the first of a call"},
      {CallMetric::dial_failures, "dial_failures", counter, "attempts", "attempts whose dial was refused or timed out"},
      {CallMetric::broken_connections, "broken_connections", counter, "attempts",
       "attempts whose connection broke before the answer"},
      {CallMetric::attempt_timeouts, "attempt_timeouts", counter, "attempts", "attempts given up without an answer"},
      {CallMetric::application_errors, "application_errors", counter, "attempts",
       "attempts answered with an application error"},
      {CallMetric::deadlines_missed, "deadlines_missed", counter, "calls", "calls that ended with their deadline"},
      {CallMetric::late_answers, "late_answers", counter, "answers",
       "answers that came when their attempt had been given up"},
      {CallMetric::hedges, "hedges", counter, "attempts", "hedged requests"},
      {CallMetric::hedges_won, "hedges_won", counter, "calls", "calls that a hedged request answered first"},
      {CallMetric::dials, "dials", counter, "dials", "connections dialled for calls"},
      {CallMetric::stale_connections, "stale_connections", counter, "connections",
       "kept connections that turned out to be broken"},
      {CallMetric::connections_high_water, "connections_high_water", high_water, "connections",
       "most connections that one server had dialled at a time"},
      {CallMetric::fd_refusals, "fd_refusals", counter, "attempts",
       "dials refused because no file descriptor was free"},
      {CallMetric::calls_in_flight_high_water, "calls_in_flight_high_water", high_water, "calls",
       "most calls of one server in flight at a time"},
      {CallMetric::calls_queued_high_water, "calls_queued_high_water", high_water, "calls",
       "most calls of one server waiting for a worker, or for their turn in a broadcast"},
      {CallMetric::call_memory_high_water, "call_memory_high_water", high_water, "bytes",
       "most memory for calls at one server, as the document estimates it"},
      {CallMetric::breaker_openings, "breaker_openings", counter, "openings", "times that a circuit breaker opened"},
      {CallMetric::breaker_changes, "breaker_changes", counter, "changes", "state changes of all circuit breakers"},
      {CallMetric::breaker_refusals, "breaker_refusals", counter, "calls", "calls that an open breaker failed at once"},
      {CallMetric::worker_refusals, "worker_refusals", counter, "calls",
       "calls that failed because no worker became free within worker_wait"},
      {CallMetric::retries_refused, "retries_refused", counter, "attempts",
       "retries and hedges that the retry budget did not allow"},
      {CallMetric::cancellations, "cancellations", counter, "messages", "servers told that nobody waits any more"},
      {CallMetric::keep_alives, "keep_alives", counter, "messages", "probes of connections with calls in flight"},
      {CallMetric::cpu_s, "cpu_s", counter, "s",
       "processor time spent on calls, at both sides, on a core of 1 Gflop/s"},
      {CallMetric::retries_per_call, "retries_per_call", MetricKind::ratio, "", "retries / calls",
       index(CallMetric::retries), index(CallMetric::calls)},
      {CallMetric::cpu_per_call_s, "cpu_per_call_s", MetricKind::ratio, "s", "cpu_s / calls", index(CallMetric::cpu_s),
       index(CallMetric::calls)},
      {CallMetric::success_rate, "success_rate", MetricKind::ratio, "", "calls_succeeded / calls",
       index(CallMetric::calls_succeeded), index(CallMetric::calls)},
      {CallMetric::server_success_rate, "server_success_rate", MetricKind::ratio_by_node, "",
       "calls_succeeded / calls, by the server called", index(CallMetric::calls_succeeded), index(CallMetric::calls)},
      {CallMetric::call_latency, "call_latency", MetricKind::distribution, "", "from asking for a call to its success"},
      {CallMetric::failed_call_latency, "failed_call_latency", MetricKind::distribution, "",
       "from asking for a call to its failure"},
  });
  return table.rows();
}

}  // namespace hearsay::rpc
