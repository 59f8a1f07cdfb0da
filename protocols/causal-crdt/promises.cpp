#include "protocols/causal-crdt/promises.hpp"

namespace hearsay::causal {
namespace {

using H = Hazard;

// What costs a node its own writes, so that others cannot tell its numbers apart.
std::vector<H> forgetting(const Params& p) {
  std::vector<H> hazards{H::disk_loss};
  if (!p.wal_sync) hazards.push_back(H::unsynced_loss);
  return hazards;
}

Promise convergence(const Params& p) {
  Promise made{.name = "converges",
               .path = "converged",
               .bound = "true",
               .meaning = "once faults and clients are over, live nodes come to hold the same objects",
               .given = p.deduplicate && !p.log_truncation,
               .needs =
                   "deduplicate and no log_truncation; anti_entropy above 0s makes it outlast restarts, partitions, "
                   "loss and packets that come after ack_timeout, bootstrap joins",
               .except = forgetting(p)};
  if (p.anti_entropy == Duration{})
    for (const H hazard : {H::restart, H::loss, H::cut, H::stall, H::corruption, H::reordering})
      made.except.push_back(hazard);
  if (!p.bootstrap) made.except.push_back(H::departure);
  made.within = std::chrono::seconds(20) + 20 * p.anti_entropy + 4 * (p.ack_timeout + p.retry_max_delay) +
                5 * p.bootstrap_retry + p.reconnect_delay;
  return made;
}

Promise session(const Params& p, const char* name, const char* path, const char* meaning) {
  Promise made{.name = name,
               .path = path,
               .bound = "0",
               .meaning = meaning,
               .needs = "session_clocks: true for clients that roam",
               .except = forgetting(p)};
  made.except.push_back(H::departure);
  if (!p.session_clocks) made.except.push_back(H::roaming);
  return made;
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  Promise durability{.name = "keeps acknowledged writes",
                     .path = "lost_writes",
                     .bound = "0",
                     .meaning = "an update that was acknowledged is on a live node at the end",
                     .given = p.deduplicate,
                     .needs = "deduplicate: true; wal_sync: true makes it outlast the loss of unsynced writes",
                     .except = forgetting(p)};
  durability.except.push_back(H::departure);
  return {
      convergence(p),
      durability,
      {.name = "causal order",
       .path = "violations.causal_order",
       .bound = "0",
       .meaning = "no node applies an update before what its author had seen",
       .given = p.ordering == Ordering::causal,
       .needs = "ordering: causal",
       .except = forgetting(p)},
      session(p, "read your writes", "violations.read_your_writes", "no read misses an earlier write of its session"),
      session(p, "monotonic reads", "violations.monotonic_reads", "no read misses what its session had read before"),
      {.name = "applies once",
       .path = "violations.duplicate_apply",
       .bound = "0",
       .meaning = "no update changes a node's state a second time",
       .given = p.deduplicate,
       .needs = "deduplicate: true",
       .except = forgetting(p)},
  };
}

}  // namespace hearsay::causal
