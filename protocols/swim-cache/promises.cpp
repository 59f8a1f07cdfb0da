#include "protocols/swim-cache/promises.hpp"

#include <algorithm>
#include <string>

namespace hearsay::swim {
namespace {

using H = Hazard;

Promise convergence(const Params& p) {
  const membership::Config config = p.config();
  Promise made{.name = "converges",
               .path = "converged",
               .bound = "true",
               .meaning = "once faults and clients are over, live nodes come to agree on members, and on events",
               .given = p.reconnect_interval > Duration{} && p.names == 0,
               .needs =
                   "reconnect_interval above 0s and a name for each node; over restarts and absences, events need "
                   "replay_on_join: true, and over loss a gossip that reached each node"};
  if (p.membership == MembershipKind::oracle) made.given = true;
  // An event that all its retransmissions miss is not sent again: only full states carry it, to joiners.
  made.workloads = {"kv", "cache"};
  if (p.consensus == Agreement::raft) made.workloads.emplace_back("register");
  // Those that join at each other while nobody else can be reached stay apart from the rest, as with Serf.
  made.except = {H::name_clash, H::isolated_join};
  made.within = std::chrono::seconds(60) + 3 * config.push_pull_interval + 6 * p.reconnect_interval +
                p.suspicion_max_mult * 6 * config.probe_interval;
  if (p.consensus == Agreement::raft) {
    made.needs += ", and with consensus a majority of voters with their disks";
    made.except.insert(made.except.end(), {H::disk_loss, H::departure});
    made.within += std::chrono::seconds(60) + 40 * p.election_timeout;
    made.patience = p.election_timeout / 4;  // Raft, section 5.6: messages arrive well before
  }
  return made;
}

Promise durability(const Params& p) {
  Promise made{.name = "keeps acknowledged writes",
               .path = "lost_writes",
               .bound = "0",
               .meaning = "an acknowledged write of a key is on a live node at the end, or one that replaced it",
               .given = p.persistence == Persistence::aof && p.ttl == Duration{} && p.tombstone_ttl == Duration{} &&
                        p.max_entries == 0,
               .needs = "persistence: aof, and no ttl, tombstone_ttl or max_entries",
               .except = {H::disk_loss, H::departure},
               .workloads = {"kv", "cache"}};
  if (p.consensus == Agreement::raft) {
    made.workloads.emplace_back("register");
    made.patience = convergence(p).patience;
    made.within = convergence(p).within;  // after a restart a node shows what a coordinator commits again
  }
  return made;
}

// Any read quorum shares an owner with any write quorum, as long as all nodes see the same ring.
Promise fresh_reads(const Params& p) {
  Promise made{
      .name = "reads what was acknowledged",
      .path = "stale_reads",
      .bound = "0",
      .meaning = "no read misses a write of its key that was acknowledged before it began",
      .given = p.read_quorum + p.write_quorum > p.replicas && p.ttl == Duration{} && p.max_entries == 0 && p.names == 0,
      .needs = "read_quorum + write_quorum above replicas, a name for each node, and no ttl or max_entries",
      .except = {H::restart, H::departure, H::loss, H::cut, H::stall, H::corruption, H::reordering, H::clock},
      .workloads = {"kv"}};
  return made;
}

// Figure 3 of Raft, by the witness that it has in `raft`.
Promise safety(const Params& p, const char* name, const char* metric, const char* meaning) {
  return {.name = name,
          .path = std::string("protocol_metrics.consensus_") + metric,
          .bound = "0",
          .meaning = meaning,
          .given = p.consensus == Agreement::raft,
          .needs = "consensus: raft",
          .except = {H::disk_loss}};
}

Promise linearizability(const Params& p) {
  Promise made{.name = "critical operations are linearizable",
               .path = "violations.linearizability",
               .bound = "0",
               .meaning =
                   "operations of a register or counter happen one after the other, each at an instant between "
                   "request and answer",
               .given = p.consensus == Agreement::raft,
               .needs = "consensus: raft",
               .except = {H::disk_loss}};
  made.workloads = {"register"};
  return made;
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  return {
      convergence(p),
      durability(p),
      fresh_reads(p),
      {.name = "accuses nobody healthy",
       .path = "membership.false_deaths_of_healthy",
       .bound = "0",
       .meaning = "no node that runs is declared dead while nothing is wrong with the network",
       .given = p.membership == MembershipKind::swim && p.suspicion,
       .needs = "membership: swim with suspicion: true",
       .except = {H::restart, H::departure, H::loss, H::cut, H::stall, H::corruption, H::reordering}},
      {.name = "keeps concurrent writes",
       .path = "lost_updates",
       .bound = "0",
       .meaning = "no acknowledged write is replaced by one whose author did not know of it",
       .given = p.conflict == Conflict::siblings && p.ttl == Duration{} && p.max_entries == 0 &&
                p.persistence == Persistence::aof,
       .needs = "conflict: siblings, persistence: aof, and no ttl or max_entries; without deletes",
       .except = {H::disk_loss, H::departure},
       .workloads = {"kv"}},
      {.name = "bounded memory",
       .path = "protocol_metrics.store_high_water",
       .bound = "{max: " + std::to_string(p.max_entries) + "}",
       .meaning = "no node holds more keys than max_entries",
       .given = p.max_entries > 0,
       .needs = "max_entries above 0"},
      linearizability(p),
      safety(p, "elects one coordinator a term", "election_safety_violations",
             "at most one leader is elected in a term"),
      safety(p, "logs match", "log_matching_violations", "logs with an entry of one index and term are equal up to it"),
      safety(p, "coordinators are complete", "leader_completeness_violations",
             "what is committed is in the logs of all later leaders"),
      safety(p, "state machines are safe", "state_machine_safety_violations",
             "no two nodes apply different entries at one index"),
      safety(p, "never panics", "panics", "no node is told to drop what was committed"),
  };
}

}  // namespace hearsay::swim
