#include "protocols/swim-cache/metrics.hpp"

#include "sim/core/check.hpp"

namespace hearsay::swim {
namespace {

constexpr auto counter = MetricKind::counter;
constexpr auto high_water = MetricKind::high_water;
constexpr auto ratio = MetricKind::ratio;

std::vector<ProtocolMetric> membership_metrics() {
  return {
      {"probes", counter, "probes", "periods in which a member was pinged"},
      {"probes_failed", counter, "probes", "probes without an ack by any way until the end of the period"},
      {"probes_saved_by_others", counter, "probes", "probes whose ack came after the direct ping had timed out"},
      {"probes_saved_by_stream", counter, "probes", "probes that only the stream answered"},
      {"suspicions", counter, "suspicions", "times that a node began to suspect a member, whoever told it"},
      {"confirmations", counter, "suspicions", "independent suspicions that shortened a timeout"},
      {"refutations", counter, "refutations", "times that a node said that it is alive, against a suspicion"},
      {"declared_dead", counter, "deaths", "times that a suspicion of a node's own ran out"},
      {"rejoins_tried", counter, "exchanges", "full state exchanges begun with failed members (Serf's reconnect)"},
      {"push_pulls", counter, "exchanges", "full state exchanges begun, joins included"},
      {"members_forgotten", counter, "members", "failed and departed members that Serf stopped remembering"},
      {"metadata_learnt", counter, "changes", "times that a node learnt of another one's new metadata"},
      {"left_silently", counter, "departures",
       "members that were taken for failed, or would have been, but that had announced their departure (Serf's "
       "intents)"},
      {"metadata_changes", counter, "changes", "times that a node gave itself new metadata"},
      {"probe_failure_share", ratio, "", "probes_failed over probes", index(Metric::probes_failed),
       index(Metric::probes)},
      {"gossip_queue_high_water", high_water, "broadcasts", "most broadcasts about members that waited at a node"},
      {"health_high_water", high_water, "", "highest local health score of Lifeguard; 0 is healthy"},
  };
}

std::vector<ProtocolMetric> event_metrics() {
  return {
      {"events_published", counter, "events", "user events that nodes published for their clients"},
      {"events_delivered", counter, "events", "events that subscribers got, over all nodes"},
      {"events_repeated", counter, "events", "events that came again and were recognised"},
      {"events_too_old", counter, "events", "events older than the buffer of Lamport times, dropped"},
      {"queries", counter, "queries", "queries asked"},
      {"query_answers", counter, "answers", "answers to queries that came before the time limit"},
      {"answers_a_query", ratio, "answers", "query_answers over queries", index(Metric::query_answers),
       index(Metric::queries)},
      {"unhealthy_answers", counter, "answers", "answers of nodes with a local health score above 0"},
      {"answers_repeated", counter, "answers", "answers that had come before by another way (relay_factor)"},
      {"ring_changes", counter, "changes", "members that came into or went from a node's ring"},
      {"ring_imbalance", high_water, "",
       "standard deviation over mean of the members' shares of the ring, the largest at boot and after changes, by the "
       "ring of the lowest member"},
  };
}

std::vector<ProtocolMetric> cache_metrics() {
  return {
      {"hits", counter, "reads", "reads of a key that found a value"},
      {"misses", counter, "reads", "reads of a key that found none"},
      {"reads_done", counter, "reads", "reads of a key that got their quorum"},
      {"hit_ratio", ratio, "", "hits over reads_done", index(Metric::hits), index(Metric::reads_done)},
      {"reads_served_alone", counter, "reads", "reads that the node that was asked answered from itself alone"},
      {"wrong_owner", counter, "requests", "puts and gets that came to a node which does not own the key by its ring"},
      {"no_quorum", counter, "operations", "operations that failed for want of a quorum"},
      {"evicted", counter, "entries", "entries dropped at max_entries"},
      {"expired", counter, "entries", "entries dropped by their time-to-live"},
      {"hints_kept", counter, "entries", "writes kept for an owner that did not take them"},
      {"hints_delivered", counter, "entries", "of those, taken by the owner later"},
      {"read_repairs", counter, "entries", "newer versions sent to owners after a read"},
      {"anti_entropy_sessions", counter, "sessions", "comparisons begun"},
      {"entries_repaired", counter, "entries", "entries that a comparison brought to a node"},
      {"keys_offered", counter, "keys", "(key, owner) pairs offered after a change of the ring"},
      {"keys_moved", counter, "keys", "entries sent to owners after a change of the ring"},
      {"keys_moved_needed", counter, "keys", "of those, news to the owner: the least that could be moved"},
      {"moved_over_minimum", ratio, "", "keys_moved over keys_moved_needed", index(Metric::keys_moved),
       index(Metric::keys_moved_needed)},
      {"store_high_water", high_water, "entries", "most keys that a node held"},
      {"tombstones_reclaimed", counter, "entries", "deletions that a node forgot after tombstone_ttl"},
  };
}

std::vector<ProtocolMetric> sibling_metrics() {
  return {
      {"updates_forwarded", counter, "writes", "writes that went to an owner to coordinate them"},
      {"siblings_high_water", high_water, "values", "most values of one key that a node held side by side"},
      {"siblings_read", counter, "values", "values that reads of a key found with `conflict: siblings`"},
      {"reads_of_one", counter, "reads", "of those reads, found one value"},
      {"reads_of_two", counter, "reads", "found two"},
      {"reads_of_more", counter, "reads", "found three or more"},
      {"siblings_a_hit", ratio, "values", "siblings_read over hits", index(Metric::siblings_read), index(Metric::hits)},
  };
}

}  // namespace

std::vector<ProtocolMetric> metric_table() {
  std::vector<ProtocolMetric> table = membership_metrics();
  for (auto part : {event_metrics(), cache_metrics(), sibling_metrics()})
    for (auto& metric : part) table.push_back(std::move(metric));
  HEARSAY_CHECK(table.size() == static_cast<std::size_t>(Metric::count_), "a metric without a description");
  return table;
}

}  // namespace hearsay::swim
