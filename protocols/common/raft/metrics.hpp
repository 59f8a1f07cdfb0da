// What `raft` counts.
#pragma once

#include "sim/core/metric_table.hpp"

namespace hearsay::raft {

enum class Metric : MetricIndex {
  pre_votes,
  elections,
  terms_led,
  deposed,
  quorum_lost,
  hand_overs,
  leaders,
  voters,
  highest_term,
  refused_appends,
  snapshots_made,
  snapshots_sent,
  snapshots_installed,
  log_high_water,
  batches,
  batched_entries,
  mean_batch,
  retries,
  repeated_commands,
  panics,
  election_safety_violations,
  log_matching_violations,
  leader_completeness_violations,
  state_machine_safety_violations,
  backups_taken,
  backups_inconsistent,
  backup_messages,
  backups_restored,
  count_,
};

std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::raft
