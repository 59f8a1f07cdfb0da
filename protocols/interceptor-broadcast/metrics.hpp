// What `interceptor-broadcast` counts about itself ("Potential Improvements 7").
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/metric_table.hpp"

namespace hearsay::interceptor {

enum class Metric : MetricIndex {
  requests_logged,
  validation_rejections,
  metadata_added,
  rate_limited,
  read_hits,
  read_misses,
  invalidations,
  swallowed,
  re_broadcasts,
  hash_evictions,
  cache_high_water,
  broadcast_calls,
  calls_succeeded,
  broadcast_failures,
  retries,
  fully_acknowledged,
  unacknowledged,
  quorum_failures,
  causal_queue_high_water,
  causal_gaps,
  count_,
};

// In the order of Metric.
std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::interceptor
