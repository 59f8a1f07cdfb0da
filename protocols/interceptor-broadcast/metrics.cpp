#include "protocols/interceptor-broadcast/metrics.hpp"

namespace hearsay::interceptor {

std::vector<ProtocolMetric> metric_table() {
  const auto counter = MetricKind::counter;
  const auto high_water = MetricKind::high_water;
  MetricTable<Metric> table;
  table.add({
      {Metric::requests_logged, "requests_logged", counter, "requests",
       "requests, of clients and peers, that passed `logging`"},
      {Metric::validation_rejections, "validation_rejections", counter, "requests", "writes that `validation` refused"},
      {Metric::metadata_added, "metadata_added", counter, "requests", "requests that `metadata` added its entry to"},
      {Metric::rate_limited, "rate_limited", counter, "requests",
       "requests, of clients and peers, that `rate_limit` refused"},
      {Metric::read_hits, "read_hits", counter, "reads", "reads of a key that found a value at the server asked"},
      {Metric::read_misses, "read_misses", counter, "reads", "reads of a key that found none"},
      {Metric::invalidations, "invalidations", counter, "values",
       "values dropped because another server wrote the key"},
      {Metric::swallowed, "swallowed", counter, "requests",
       "client requests whose hash was known: handled locally, never forwarded"},
      {Metric::re_broadcasts, "re_broadcasts", counter, "broadcasts",
       "broadcasts of a write that the server had incorporated before"},
      {Metric::hash_evictions, "hash_evictions", counter, "hashes", "hashes thrown out of the dedup cache or expired"},
      {Metric::cache_high_water, "cache_high_water", high_water, "hashes", "most hashes in one server's dedup cache"},
      {Metric::broadcast_calls, "broadcast_calls", counter, "calls", "calls to peers, retries included"},
      {Metric::calls_succeeded, "calls_succeeded", counter, "calls",
       "calls that a peer answered with OK; divided by broadcast_calls, the broadcast success rate"},
      {Metric::broadcast_failures, "broadcast_failures", counter, "calls",
       "calls that failed, were refused or timed out"},
      {Metric::retries, "retries", counter, "calls", "calls tried again"},
      {Metric::fully_acknowledged, "fully_acknowledged", counter, "broadcasts",
       "broadcasts that every peer acknowledged, when these are tracked"},
      {Metric::unacknowledged, "unacknowledged", counter, "peers",
       "peers that had not acknowledged a broadcast when it was given up, when these are tracked"},
      {Metric::quorum_failures, "quorum_failures", counter, "writes",
       "client writes that did not reach their consistency level"},
      {Metric::causal_queue_high_water, "causal_queue_high_water", high_water, "writes",
       "most writes held back at one server"},
      {Metric::causal_gaps, "causal_gaps", counter, "writes",
       "writes delivered after causal_wait without all that they depend on"},
  });
  return table.rows();
}

}  // namespace hearsay::interceptor
