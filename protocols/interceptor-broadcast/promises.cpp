#include "protocols/interceptor-broadcast/promises.hpp"

#include <algorithm>

#include "protocols/common/promises.hpp"

namespace hearsay::interceptor {
namespace {

using H = Hazard;

// For how long at least a call goes on being tried.
Duration trying(const Params& p) {
  Duration sum{}, delay = p.retry_delay;
  for (std::uint32_t retry = 0; retry < std::min(p.retries, 100U); ++retry) {
    sum += delay;
    delay = std::min(p.retry_max_delay, from_seconds(seconds(delay) * p.retry_backoff));
  }
  return sum;
}

bool broadcasts_every_write(const Params& p) {
  return p.broadcasts(Method::write) && !p.has("rate_limit") && p.cache_ttl == Duration{} && p.cache_size >= 10'000 &&
         p.hash_bytes >= 8;
}

// Only what reaches a server changes it: there is no transfer of state. So a restart without a disk, or an absence, is
// for good.
Promise convergence(const Params& p) {
  Promise made{.name = "converges",
               .path = "converged",
               .bound = "true",
               .meaning =
                   "once faults and clients are over, live servers come to hold the same; of fewer than "
                   "cache_size writes of different values",
               .given = broadcasts_every_write(p),
               .needs =
                   "broadcast in the chain, and no rate_limit, cache_ttl, shorter hash or smaller cache; retries "
                   "make it outlast partitions and loss",
               .except = {H::restart, H::departure}};
  if (p.retries == 0) {
    for (const H hazard : {H::loss, H::cut, H::stall, H::corruption}) made.except.push_back(hazard);
  } else {
    made.bridges = trying(p);
    if (!p.checksum) made.except.push_back(H::corruption);
  }
  made.workloads = {"broadcast"};  // of equal content all but the first are swallowed, and kv may write equal content
  made.within = std::chrono::seconds(20) + 2 * p.call_timeout + p.retry_max_delay + p.causal_wait;
  return made;
}

Promise durability(const Params& p) {
  Promise made =
      keeps_acknowledged_writes("a write that was acknowledged is on a live server at the end, or one that replaced it",
                                p.storage != StorageKind::memory);
  made.needs = "storage: disk makes it outlast restarts, and sync_interval: 0s the loss of unsynced writes";
  if (p.sync_interval > Duration{}) made.except.push_back(H::unsynced_loss);
  return made;
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  return {
      convergence(p),
      durability(p),
      {.name = "causal order",
       .path = "violations.causal_order",
       .bound = "0",
       .meaning = "no server applies a write before what its author had seen",
       .given = p.ordering == Ordering::causal && p.causal_wait == Duration{},
       .needs = "ordering: causal with causal_wait: 0s",
       .except = {H::restart, H::departure}},
      recognises_garbage(p.checksum, "checksum: true"),
  };
}

}  // namespace hearsay::interceptor
