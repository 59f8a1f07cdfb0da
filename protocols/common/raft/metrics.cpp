#include "protocols/common/raft/metrics.hpp"

namespace hearsay::raft {
namespace {

constexpr auto counter = MetricKind::counter;
constexpr auto level = MetricKind::level;

}  // namespace

std::vector<ProtocolMetric> metric_table() {
  MetricTable<Metric> table;
  table.add({
      {Metric::pre_votes, "pre_votes", counter, "elections", "times that a node asked whether it would win"},
      {Metric::elections, "elections", counter, "elections", "terms that a candidate began"},
      {Metric::terms_led, "terms_led", counter, "elections", "elections won"},
      {Metric::deposed, "deposed", counter, "leaders", "leaders that became followers"},
      {Metric::quorum_lost, "quorum_lost", counter, "leaders", "those that no majority had answered any more"},
      {Metric::hand_overs, "hand_overs", counter, "leaders", "leadership transfers begun"},
      {Metric::leaders, "leaders", level, "nodes", "nodes that hold themselves for the leader at the end"},
      {Metric::voters, "voters", level, "nodes", "nodes that hold themselves for voters at the end"},
      {Metric::highest_term, "highest_term", MetricKind::high_water, "terms", "the last term that any node knew"},
      {Metric::refused_appends, "refused_appends", counter, "messages",
       "answers that the follower's log does not match, which back the leader up"},
      {Metric::snapshots_made, "snapshots_made", counter, "snapshots", "logs compacted"},
      {Metric::snapshots_sent, "snapshots_sent", counter, "snapshots", "sent to followers whose next entry was gone"},
      {Metric::snapshots_installed, "snapshots_installed", counter, "snapshots", "taken in place of entries"},
      {Metric::log_high_water, "log_high_water", MetricKind::high_water, "entries", "most entries in a log at a time"},
      {Metric::batches, "batches", counter, "writes", "times that a node wrote to its disk and synced it"},
      {Metric::batched_entries, "batched_entries", counter, "entries", "log entries written so"},
      {Metric::mean_batch, "mean_batch", MetricKind::ratio, "entries", "entries written with one sync",
       index(Metric::batched_entries), index(Metric::batches)},
      {Metric::retries, "retries", counter, "requests", "requests handed to the leader again"},
      {Metric::repeated_commands, "repeated_commands", counter, "commands",
       "commands in the log that had been done before, and were recognised by their session; counted by each replica"},
      {Metric::panics, "panics", counter, "nodes",
       "nodes that ended because a leader would have them drop a committed entry"},
      {Metric::election_safety_violations, "election_safety_violations", counter, "leaders",
       "leaders of a term that had another one (Raft, figure 3)"},
      {Metric::log_matching_violations, "log_matching_violations", counter, "entries",
       "entries whose index and term another log has behind different entries (Raft, figure 3)"},
      {Metric::leader_completeness_violations, "leader_completeness_violations", counter, "leaders",
       "leaders whose log lacked what an earlier term had committed (Raft, figure 3)"},
      {Metric::state_machine_safety_violations, "state_machine_safety_violations", counter, "entries",
       "entries applied where another replica had applied others (Raft, figure 3)"},
      {Metric::backups_taken, "backups_taken", counter, "snapshots",
       "snapshots of the whole cluster that are complete"},
      {Metric::backups_inconsistent, "backups_inconsistent", counter, "snapshots",
       "those in which a node holds for committed what no majority has in its log"},
      {Metric::backup_messages, "backup_messages", counter, "messages",
       "messages on their way through the cut, which are parts of these"},
      {Metric::backups_restored, "backups_restored", counter, "nodes",
       "nodes that began again from a snapshot after all disks were lost"},
  });
  return table.rows();
}

}  // namespace hearsay::raft
