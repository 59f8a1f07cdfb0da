#include "protocols/maelstrom/metrics.hpp"

namespace hearsay::maelstrom {

std::vector<ProtocolMetric> metric_table() {
  constexpr auto counter = MetricKind::counter;
  MetricTable<Metric> table;
  table.add({
      {Metric::steps, "steps", counter, "steps", "times a node was woken by lines or by its own timers"},
      {Metric::observations, "observations", counter, "reads", "reads of the observer that were answered"},
      {Metric::errors_definite, "errors_definite", counter, "errors",
       "error replies to clients whose operation has not happened"},
      {Metric::errors_indefinite, "errors_indefinite", counter, "errors",
       "error replies to clients whose operation may have happened: codes 0 and 13, and those that Maelstrom does not "
       "define"},
      {Metric::unexpected_replies, "unexpected_replies", counter, "messages",
       "messages to clients that answer no request, or one that was answered before"},
      {Metric::service_requests, "service_requests", counter, "messages",
       "requests to services; they and their answers are not among `messages`"},
      {Metric::exits, "exits", counter, "nodes", "nodes that exited of themselves"},
  });
  return table.rows();
}

}  // namespace hearsay::maelstrom
