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
  // Those that join at each other while nobody else can be reached stay apart from the rest, as with Serf.
  made.except = {H::name_clash, H::isolated_join};
  made.within = std::chrono::seconds(60) + 3 * config.push_pull_interval + 6 * p.reconnect_interval +
                p.suspicion_max_mult * 6 * config.probe_interval;
  return made;
}

Promise durability(const Params& p) {
  Promise made{.name = "keeps acknowledged writes",
               .path = "lost_writes",
               .bound = "0",
               .meaning = "an acknowledged write of a key is on a live node at the end, or one that replaced it",
               .given = p.persistence == Persistence::aof && p.ttl == Duration{} && p.max_entries == 0,
               .needs = "persistence: aof, and no ttl or max_entries",
               .except = {H::disk_loss, H::departure},
               .workloads = {"kv", "cache"}};
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
  };
}

}  // namespace hearsay::swim
