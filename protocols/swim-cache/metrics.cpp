#include "protocols/swim-cache/metrics.hpp"

#include <utility>

#include "protocols/common/raft/metrics.hpp"

namespace hearsay::swim {
namespace {

using Metrics = MetricTable<Metric>;

constexpr auto counter = MetricKind::counter;
constexpr auto high_water = MetricKind::high_water;
constexpr auto ratio = MetricKind::ratio;
constexpr auto distribution = MetricKind::distribution;

void declare_membership_metrics(Metrics& table) {
  table.add({
      {Metric::probes, "probes", counter, "probes", "periods in which a member was pinged"},
      {Metric::probes_failed, "probes_failed", counter, "probes",
       "probes without an ack by any way until the end of the period"},
      {Metric::probes_saved_by_others, "probes_saved_by_others", counter, "probes",
       "probes whose ack came after the direct ping had timed out"},
      {Metric::probes_saved_by_stream, "probes_saved_by_stream", counter, "probes",
       "probes that only the stream answered"},
      {Metric::suspicions, "suspicions", counter, "suspicions",
       "times that a node began to suspect a member, on its own or by gossip"},
      {Metric::confirmations, "confirmations", counter, "suspicions",
       "independent suspicions that shortened a timeout"},
      {Metric::refutations, "refutations", counter, "refutations",
       "times that a node said that it is alive, against a suspicion"},
      {Metric::declared_dead, "declared_dead", counter, "deaths", "times that a suspicion of a node's own ran out"},
      {Metric::rejoins_tried, "rejoins_tried", counter, "exchanges",
       "full state exchanges begun with failed members (Serf's reconnect)"},
      {Metric::push_pulls, "push_pulls", counter, "exchanges", "full state exchanges begun, joins included"},
      {Metric::members_forgotten, "members_forgotten", counter, "members",
       "failed and departed members that Serf stopped remembering"},
      {Metric::metadata_learnt, "metadata_learnt", counter, "changes",
       "times that a node learnt of another one's new metadata"},
      {Metric::left_silently, "left_silently", counter, "departures",
       "members that were taken for failed, or would have been, but that had announced their departure (Serf's "
       "intents)"},
      {Metric::names_taken, "names_taken", counter, "claims",
       "times that a node heard that another one goes by its name"},
      {Metric::metadata_changes, "metadata_changes", counter, "changes", "times that a node gave itself new metadata"},
      {Metric::streams_given_up, "streams_given_up", counter, "exchanges",
       "full state exchanges and stream pings without an answer in time"},
      {Metric::members_coalesced, "members_coalesced", counter, "events",
       "changes of members that a later one replaced before the ring heard of them (coalesce_period)"},
      {Metric::forced_departures, "forced_departures", counter, "members",
       "failed members that were declared to have left (force_leave_after)"},
      {Metric::rejoins_from_snapshot, "rejoins_from_snapshot", counter, "exchanges",
       "full state exchanges that a restarted node begins with members of its snapshot"},
      {Metric::name_votes_lost, "name_votes_lost", counter, "nodes",
       "nodes that ended because most others know another one by their name (resolve_name_conflicts)"},
      {Metric::rtt_estimate_error, "rtt_estimate_error", distribution, "s",
       "difference between the round trip of a probe and the estimate by the coordinates of the two members"},
      {Metric::probe_failure_share, "probe_failure_share", ratio, "", "probes_failed over probes",
       index(Metric::probes_failed), index(Metric::probes)},
      {Metric::gossip_queue_high_water, "gossip_queue_high_water", high_water, "broadcasts",
       "most broadcasts about members that waited at a node"},
      {Metric::health_high_water, "health_high_water", high_water, "",
       "highest local health score of Lifeguard; 0 is healthy"},
  });
}

void declare_event_metrics(Metrics& table) {
  table.add({
      {Metric::events_published, "events_published", counter, "events",
       "user events that nodes published for their clients"},
      {Metric::events_delivered, "events_delivered", counter, "events", "events that subscribers got, over all nodes"},
      {Metric::events_repeated, "events_repeated", counter, "events", "events that came again and were recognised"},
      {Metric::events_too_old, "events_too_old", counter, "events",
       "events older than the buffer of Lamport times, dropped"},
      {Metric::events_too_large, "events_too_large", counter, "events",
       "events that were refused at user_event_size_limit"},
      {Metric::events_coalesced, "events_coalesced", counter, "events",
       "events that a later one of their type replaced before subscribers got them (user_coalesce_period)"},
      {Metric::events_without_subscriber, "events_without_subscriber", counter, "events",
       "events that a node passed on without subscribing to them"},
      {Metric::queries_too_large, "queries_too_large", counter, "queries",
       "queries that were refused at query_size_limit"},
      {Metric::queries, "queries", counter, "queries", "queries asked"},
      {Metric::query_answers, "query_answers", counter, "answers",
       "answers to queries that came before the time limit"},
      {Metric::answers_per_query, "answers_per_query", ratio, "answers", "query_answers over queries",
       index(Metric::query_answers), index(Metric::queries)},
      {Metric::unhealthy_answers, "unhealthy_answers", counter, "answers",
       "answers of nodes with a local health score above 0"},
      {Metric::answers_repeated, "answers_repeated", counter, "answers",
       "answers that had come before by another way (relay_factor)"},
      {Metric::answers_too_large, "answers_too_large", counter, "answers",
       "answers that were not sent because of query_response_size_limit"},
      {Metric::query_acks, "query_acks", counter, "answers",
       "acknowledgements of queries that came before the time limit (query_acks)"},
      {Metric::ring_changes, "ring_changes", counter, "changes", "members that came into or went from a node's ring"},
      {Metric::ring_imbalance, "ring_imbalance", high_water, "",
       "standard deviation over mean of the members' shares of the ring, the largest at boot and after changes, "
       "over the rings of all nodes: of those that see equal members one measures"},
  });
}

void declare_cache_metrics(Metrics& table) {
  table.add({
      {Metric::hits, "hits", counter, "reads", "reads of a key that found a value"},
      {Metric::misses, "misses", counter, "reads", "reads of a key that found none"},
      {Metric::reads_done, "reads_done", counter, "reads", "reads of a key that got their quorum"},
      {Metric::hit_ratio, "hit_ratio", ratio, "", "hits over reads_done", index(Metric::hits),
       index(Metric::reads_done)},
      {Metric::reads_served_alone, "reads_served_alone", counter, "reads",
       "reads that the node that was asked answered from itself alone"},
      {Metric::wrong_owner, "wrong_owner", counter, "requests",
       "puts and gets that came to a node which does not own the key by its ring"},
      {Metric::no_quorum, "no_quorum", counter, "operations", "operations that failed for want of a quorum"},
      {Metric::evicted, "evicted", counter, "entries", "entries dropped at max_entries"},
      {Metric::expired, "expired", counter, "entries", "entries dropped by their time-to-live"},
      {Metric::hints_kept, "hints_kept", counter, "entries", "writes kept for an owner that did not take them"},
      {Metric::hints_delivered, "hints_delivered", counter, "entries", "of those, taken by the owner later"},
      {Metric::read_repairs, "read_repairs", counter, "entries", "newer versions sent to owners after a read"},
      {Metric::anti_entropy_sessions, "anti_entropy_sessions", counter, "sessions", "comparisons begun"},
      {Metric::entries_repaired, "entries_repaired", counter, "entries", "entries that a comparison brought to a node"},
      {Metric::keys_offered, "keys_offered", counter, "keys", "(key, owner) pairs offered after a change of the ring"},
      {Metric::keys_moved, "keys_moved", counter, "keys", "entries sent to owners after a change of the ring"},
      {Metric::keys_moved_needed, "keys_moved_needed", counter, "keys",
       "of those, news to the owner: the least that could be moved"},
      {Metric::moved_over_minimum, "moved_over_minimum", ratio, "", "keys_moved over keys_moved_needed",
       index(Metric::keys_moved), index(Metric::keys_moved_needed)},
      {Metric::store_high_water, "store_high_water", high_water, "entries", "most keys that a node held"},
      {Metric::tombstones_reclaimed, "tombstones_reclaimed", counter, "entries",
       "deletions that a node forgot after tombstone_ttl"},
  });
}

void declare_sibling_metrics(Metrics& table) {
  table.add({
      {Metric::updates_forwarded, "updates_forwarded", counter, "writes",
       "writes that went to an owner to coordinate them"},
      {Metric::siblings_high_water, "siblings_high_water", high_water, "values",
       "most values of one key that a node held side by side"},
      {Metric::siblings_read, "siblings_read", counter, "values",
       "values that reads of a key found with `conflict: siblings`"},
      {Metric::reads_of_one, "reads_of_one", counter, "reads", "of those reads, found one value"},
      {Metric::reads_of_two, "reads_of_two", counter, "reads", "found two"},
      {Metric::reads_of_more, "reads_of_more", counter, "reads", "found three or more"},
      {Metric::siblings_per_hit, "siblings_per_hit", ratio, "values", "siblings_read over hits",
       index(Metric::siblings_read), index(Metric::hits)},
  });
}

}  // namespace

std::vector<ProtocolMetric> metric_table() {
  Metrics table;
  declare_membership_metrics(table);
  declare_event_metrics(table);
  declare_cache_metrics(table);
  declare_sibling_metrics(table);
  table.add({{Metric::rings_proposed, "rings_proposed", counter, "rings",
              "times that a coordinator asked the log for another ring"},
             {Metric::backups_taken, "backups_taken", counter, "snapshots",
              "snapshots of the whole cluster that are complete"},
             {Metric::backup_messages, "backup_messages", counter, "messages",
              "messages on their way through the cut, which are parts of these"},
             {Metric::backups_restored, "backups_restored", counter, "nodes",
              "nodes that began again from a snapshot after all disks were lost"}});
  std::vector<ProtocolMetric> rows = table.rows();
  const auto behind = static_cast<MetricIndex>(rows.size());
  std::vector<ProtocolMetric> of_raft = raft::metric_table();
  of_raft.resize(index(raft::Metric::backups_taken));  // snapshots are of the node as a whole
  for (ProtocolMetric& row : of_raft) {
    row.name = "consensus_" + row.name;
    row.numerator = static_cast<MetricIndex>(row.numerator + behind);
    row.denominator = static_cast<MetricIndex>(row.denominator + behind);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace hearsay::swim
