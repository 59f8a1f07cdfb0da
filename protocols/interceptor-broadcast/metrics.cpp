#include "protocols/interceptor-broadcast/metrics.hpp"

#include "sim/core/check.hpp"

namespace hearsay::interceptor {

std::vector<ProtocolMetric> metric_table() {
  const auto counter = MetricKind::counter;
  const auto high_water = MetricKind::high_water;
  std::vector<ProtocolMetric> table{
      {"requests_logged", counter, "requests", "requests, of clients and peers, that passed `logging`"},
      {"validation_rejections", counter, "requests", "writes that `validation` refused"},
      {"metadata_added", counter, "requests", "requests that `metadata` added its entry to"},
      {"swallowed", counter, "writes", "client writes whose hash was known: applied locally, never forwarded"},
      {"re_broadcasts", counter, "broadcasts", "broadcasts of a write that the server had incorporated before"},
      {"hash_evictions", counter, "hashes", "hashes thrown out of the dedup cache or expired"},
      {"cache_high_water", high_water, "hashes", "most hashes in one server's dedup cache"},
      {"broadcast_calls", counter, "calls", "calls to peers, retries included"},
      {"calls_succeeded", counter, "calls",
       "calls that a peer answered with OK; divided by broadcast_calls, the broadcast success rate"},
      {"broadcast_failures", counter, "calls", "calls that failed, were refused or timed out"},
      {"retries", counter, "calls", "calls tried again"},
      {"fully_acknowledged", counter, "broadcasts", "broadcasts that every peer acknowledged, when these are tracked"},
      {"unacknowledged", counter, "peers",
       "peers that had not acknowledged a broadcast when it was given up, when these are tracked"},
      {"quorum_failures", counter, "writes", "client writes that did not reach their consistency level"},
      {"causal_queue_high_water", high_water, "writes", "most writes held back at one server"},
      {"causal_gaps", counter, "writes", "writes delivered after causal_wait without all that they depend on"},
  };
  HEARSAY_CHECK(table.size() == static_cast<std::size_t>(Metric::count_), "a metric without a description");
  return table;
}

}  // namespace hearsay::interceptor
