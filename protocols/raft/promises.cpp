#include "protocols/raft/promises.hpp"

namespace hearsay::raft {
namespace {

using H = Hazard;

// The four of the paper's figure 3 that are of logs and leaders (leader append-only has no way to be broken: a leader
// has no code that drops entries).
Promise safety(const char* name, const char* path, const char* meaning) {
  return {.name = name, .path = path, .bound = "0", .meaning = meaning, .except = {H::disk_loss}};
}

Promise convergence(const Params& p) {
  Promise made{
      .name = "converges",
      .path = "converged",
      .bound = "true",
      .meaning = "once faults and clients are over, live nodes come to hold the same",
      .given =
          p.election_timeout_min >= std::chrono::milliseconds(500) && (p.max_inflight > 1 || p.max_append_size >= 4096),
      .needs =
          "a majority of voters with their disks; election_timeout_min well above a round trip (500ms or more), "
          "and more than one entry for each (max_inflight above 1, or max_append_size of 4KiB)",
      .except = {H::disk_loss, H::departure}};
  // Connections that stall are given up after 15 s, and then again those that replace them; then elections.
  made.within = std::chrono::seconds(60) + 20 * p.election_timeout_max;
  // Section 5.6: a leader's messages have to arrive well before its followers' patience ends. A stream keeps what
  // follows a late packet waiting, in both directions.
  made.patience = p.election_timeout_min / 4;
  return made;
}

// After a restart a node shows what a leader commits again: nobody may have been elected yet when nodes agree.
Promise durability(const Params& p) {
  Promise made = convergence(p);
  made.name = "keeps acknowledged writes";
  made.path = "lost_writes";
  made.bound = "0";
  made.meaning = "an acknowledged write is on a live node at the end";
  return made;
}

Promise linearizability(const Params& p) {
  Promise made{.name = "is linearizable",
               .path = "violations.linearizability",
               .bound = "0",
               .meaning =
                   "reads, writes and compare-and-sets of a key happen one after the other, each at an instant "
                   "between request and answer",
               .given = p.sessions && p.reads != Reads::leader && p.reads != Reads::local,
               .needs = "sessions: true, and reads: read-index, log, or lease with clocks that drift within the bound",
               .except = {H::disk_loss}};
  if (p.reads == Reads::lease) made.except.push_back(H::clock);
  made.workloads = {"register"};
  return made;
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  return {
      safety("elects one leader a term", "protocol_metrics.election_safety_violations",
             "at most one leader is elected in a term"),
      safety("logs match", "protocol_metrics.log_matching_violations",
             "logs with an entry of one index and term are equal up to it"),
      safety("leaders are complete", "protocol_metrics.leader_completeness_violations",
             "what is committed is in the logs of all later leaders"),
      safety("state machines are safe", "protocol_metrics.state_machine_safety_violations",
             "no two replicas apply different entries at one index"),
      safety("never panics", "protocol_metrics.panics", "no node is told to drop what was committed"),
      {.name = "snapshots are consistent cuts",
       .path = "protocol_metrics.backups_inconsistent",
       .bound = "0",
       .meaning = "what a snapshot of the cluster shows as committed at one node is in the logs of a majority of it",
       .given = p.backup_markers,
       .needs = "backup_markers: true",
       .except = {H::disk_loss}},
      convergence(p),
      linearizability(p),
      durability(p),
      {.name = "applies once",
       .path = "violations.duplicate_apply",
       .bound = "0",
       .meaning = "no write changes a node's state a second time",
       .given = p.sessions,
       .needs = "sessions: true",
       .except = {H::disk_loss}},
  };
}

}  // namespace hearsay::raft
