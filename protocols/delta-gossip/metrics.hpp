// What `delta-gossip` counts about itself ("Production-Level Improvements 4").
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/metric_table.hpp"

namespace hearsay::gossip {

enum class Metric : MetricIndex {
  // spreading
  elements_sent,
  elements_useful,
  elements_redundant,
  relative_message_redundancy,
  hops_total,
  mean_hops,
  last_delivery_hop,
  last_useful_round,
  rounds_total,
  mean_useful_round,
  contacts,
  contacts_rejected,
  hunts,
  interest_lost,
  metadata_bytes,
  entries_stored,
  // reliability
  retries,
  given_up,
  ack_delay,
  duplicates_suppressed,
  reprocessed,
  fifo_queue_high_water,
  // anti-entropy
  anti_entropy_sessions,
  elements_repaired,
  // memory
  buffer_high_water,
  state_high_water,
  expired,
  evicted,
  refused_full,
  rejected_back_pressure,
  rejected_full,
  // topology
  failures_detected,
  neighbours_replaced,
  neighbours_returned,
  peers_discovered,
  // flow control
  breaker_openings,
  rate_limited,
  // security
  forged_dropped,
  forged_accepted,
  unauthorised_dropped,
  inbound_limited,
  crashes_on_bad_input,
  invalid_rejected,
  count_,
};

// In the order of Metric.
std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::gossip
