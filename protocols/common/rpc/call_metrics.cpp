#include "protocols/common/rpc/call_metrics.hpp"

#include "sim/core/check.hpp"

namespace hearsay::rpc {

std::vector<ProtocolMetric> call_metric_table(MetricIndex base) {
  const auto counter = MetricKind::counter;
  const auto high_water = MetricKind::high_water;
  const auto at = [base](CallMetric metric) {
    return static_cast<MetricIndex>(base + static_cast<MetricIndex>(metric));
  };
  std::vector<ProtocolMetric> table{
      {"calls", counter, "calls", "calls, however many attempts each took"},
      {"calls_succeeded", counter, "calls", "calls that were answered with success"},
      {"calls_failed", counter, "calls", "calls that ended with an error"},
      {"calls_retried", counter, "calls", "calls that took more than one attempt"},
      {"attempts", counter, "attempts", "attempts of all calls, hedges included"},
      {"retries", counter, "attempts", "attempts after the first of a call"},
      {"dial_failures", counter, "attempts", "attempts whose dial was refused or timed out"},
      {"broken_connections", counter, "attempts", "attempts whose connection broke before the answer"},
      {"attempt_timeouts", counter, "attempts", "attempts given up without an answer"},
      {"application_errors", counter, "attempts", "attempts answered with an application error"},
      {"deadlines_missed", counter, "calls", "calls that ended with their deadline"},
      {"late_answers", counter, "answers", "answers that came when their attempt had been given up"},
      {"hedges", counter, "attempts", "hedged requests"},
      {"hedges_won", counter, "calls", "calls that a hedged request answered first"},
      {"dials", counter, "dials", "connections dialled for calls"},
      {"stale_connections", counter, "connections", "kept connections that turned out to be broken"},
      {"connections_high_water", high_water, "connections", "most connections that one server had dialled at a time"},
      {"fd_refusals", counter, "attempts", "dials refused for want of a file descriptor"},
      {"calls_in_flight_high_water", high_water, "calls", "most calls of one server in flight at a time"},
      {"calls_queued_high_water", high_water, "calls", "most calls of one server waiting for a worker"},
      {"call_memory_high_water", high_water, "bytes",
       "most memory for calls at one server, as the document estimates it"},
      {"breaker_openings", counter, "openings", "times that a circuit breaker opened"},
      {"breaker_changes", counter, "changes", "state changes of all circuit breakers"},
      {"breaker_refusals", counter, "calls", "calls that an open breaker failed at once"},
      {"cpu_s", counter, "s", "processor time spent on calls, at both sides, on a core of 1 Gflop/s"},
      {"retries_per_call", MetricKind::ratio, "", "retries / calls", at(CallMetric::retries), at(CallMetric::calls)},
      {"cpu_per_call_s", MetricKind::ratio, "s", "cpu_s / calls", at(CallMetric::cpu_s), at(CallMetric::calls)},
      {"success_rate", MetricKind::ratio, "", "calls_succeeded / calls", at(CallMetric::calls_succeeded),
       at(CallMetric::calls)},
      {"server_success_rate", MetricKind::ratio_by_node, "", "calls_succeeded / calls, by the server called",
       at(CallMetric::calls_succeeded), at(CallMetric::calls)},
      {"call_latency", MetricKind::distribution, "", "from asking for a call to its success"},
      {"failed_call_latency", MetricKind::distribution, "", "from asking for a call to its failure"},
  };
  HEARSAY_CHECK(table.size() == static_cast<std::size_t>(CallMetric::count_), "a metric without a description");
  return table;
}

}  // namespace hearsay::rpc
