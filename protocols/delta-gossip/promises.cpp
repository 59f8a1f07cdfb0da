#include "protocols/delta-gossip/promises.hpp"

#include <string>

#include "protocols/common/promises.hpp"

namespace hearsay::gossip {
namespace {

using H = Hazard;

// Values that a node drops, refuses or never sends on for good.
bool keeps_everything(const Params& p) {
  return p.ttl == Duration{} && p.memory_limit == 0 && p.max_value_size == 0 && p.inbound_limit == 0 && p.forged == 0;
}

// A synchronisation that sends again what was lost.
bool resends(const Params& p) {
  return p.synchronisation == Synchronisation::state || p.synchronisation == Synchronisation::scuttlebutt ||
         p.synchronisation == Synchronisation::digest;
}

Promise convergence(const Params& p) {
  const bool repairs = p.synchronises() ? resends(p) : p.anti_entropy_interval > Duration{} && !p.full();
  Promise made{.name = "converges",
               .path = "converged",
               .bound = "true",
               .meaning = "once faults and clients are over, live nodes come to hold the same values",
               .given = (repairs || (p.full() && p.pushes())) && keeps_everything(p) && p.max_hops == 0 &&
                        p.membership == Membership::open,
               .needs =
                   "anti_entropy_interval above 0s, payload: full, or synchronisation: state, scuttlebutt or digest, "
                   "membership: open, and no ttl, memory_limit, "
                   "max_value_size, inbound_limit, max_hops or forged messages"};
  if (!p.checksum || p.crashes_on_bad_input()) made.except.push_back(H::corruption);
  if (p.ordering == Ordering::fifo) made.except.push_back(H::disk_loss);
  if (p.full()) made.except = {H::corruption, H::departure};
  made.within = std::chrono::seconds(10) + 20 * p.anti_entropy_interval + 2 * p.retry_max_delay + 5 * p.probe_interval +
                20 * (p.adaptive_interval ? p.interval_max : p.interval);
  return made;
}

Promise durability(const Params& p) {
  Promise made =
      keeps_acknowledged_writes("a write that was acknowledged is on a live node at the end", p.keeps_disk());
  made.given = p.ttl == Duration{} && p.memory_limit == 0;
  made.needs = "no ttl and no memory_limit; with storage: disk over restarts, too";
  return made;
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  return {
      convergence(p),
      durability(p),
      {.name = "applies once",
       .path = "violations.duplicate_apply",
       .bound = "0",
       .meaning = "no value changes a node's state a second time",
       .given = p.dedup,
       .needs = "dedup: true"},
      recognises_garbage(p.checksum || p.sign, "checksum or sign"),
      {.name = "bounded memory",
       .path = "protocol_metrics.state_high_water",
       .bound = "{max: " + std::to_string(p.memory_limit) + "}",
       .meaning = "no node holds more values than memory_limit",
       .given = p.memory_limit > 0,
       .needs = "memory_limit above 0"},
  };
}

}  // namespace hearsay::gossip
