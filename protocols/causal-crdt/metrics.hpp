// What `causal-crdt` counts about itself.
#pragma once

#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/metric_table.hpp"

namespace hearsay::causal {

enum class Metric : MetricIndex {
  updates,
  effects_sent,
  clock_bytes,
  clock_bytes_per_effect,
  effects_received,
  effects_repeated,
  effects_waited,
  waited_share,
  waiting_high_water,
  waiting,
  longest_wait,
  effects_blocked,
  link_retries,
  effects_given_up,
  suspicions,
  reconnections,
  log_high_water,
  log_truncated,
  snapshots,
  replayed,
  reapplied,
  session_waits,
  session_wait,
  session_failures,
  pulls,
  effects_resent,
  bootstraps,
  bootstrap_bytes,
  bootstrap,
  count_,
};

// In the order of Metric.
std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::causal
