// What `swim-cache` counts about itself. What needs a view of all nodes, such as the time to detect a failure, is in
// the result's `membership` (sim/metrics/membership.hpp).
#pragma once

#include <vector>

#include "sim/core/metric_table.hpp"

namespace hearsay::swim {

enum class Metric : MetricIndex {
  // membership; the order of membership::Happening
  probes,
  probes_failed,
  probes_saved_by_others,
  probes_saved_by_stream,
  suspicions,
  confirmations,
  refutations,
  declared_dead,
  rejoins_tried,
  push_pulls,
  members_forgotten,
  metadata_learnt,
  left_silently,
  names_taken,
  metadata_changes,
  streams_given_up,
  members_coalesced,
  forced_departures,
  rejoins_from_snapshot,
  name_votes_lost,
  rtt_estimate_error,
  probe_failure_share,
  gossip_queue_high_water,
  health_high_water,
  // events
  events_published,
  events_delivered,
  events_repeated,
  events_too_old,
  events_too_large,
  events_coalesced,
  events_without_subscriber,
  queries_too_large,
  queries,
  query_answers,
  answers_per_query,
  unhealthy_answers,
  answers_repeated,
  answers_too_large,
  query_acks,
  // ring
  ring_changes,
  ring_imbalance,
  // cache
  hits,
  misses,
  reads_done,
  hit_ratio,
  reads_served_alone,
  wrong_owner,
  no_quorum,
  evicted,
  expired,
  hints_kept,
  hints_delivered,
  read_repairs,
  anti_entropy_sessions,
  entries_repaired,
  keys_offered,
  keys_moved,
  keys_moved_needed,
  moved_over_minimum,
  store_high_water,
  tombstones_reclaimed,
  // siblings
  updates_forwarded,
  siblings_high_water,
  siblings_read,
  reads_of_one,
  reads_of_two,
  reads_of_more,
  siblings_per_hit,
  // consensus; those of Raft come behind them
  rings_proposed,
  backups_taken,
  backup_messages,
  backups_restored,
  count_,
};

// In the order of Metric, then those of Raft in the order of raft::Metric.
std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::swim
