#include "protocols/plumtree/promises.hpp"

namespace hearsay::plumtree {
namespace {

using H = Hazard;

// Connections that stall for `network.stream.limit` are given up: 15 s, and then again for those that replace them.
constexpr Duration slow_repair = std::chrono::seconds(60);

Promise convergence(const Params& p) {
  Promise made{.name = "converges",
               .path = "converged",
               .bound = "true",
               .meaning = "once faults and clients are over, live nodes come to hold the same",
               .given = p.exchange,
               .needs = "exchange: true; not after cuts, which can leave components without a node in common",
               .except = {H::cut}};
  made.within = slow_repair + 10 * p.shuffle_interval + p.join_within;
  return made;
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  return {
      convergence(p),
      {.name = "keeps acknowledged writes",
       .path = "lost_writes",
       .bound = "0",
       .meaning = "an acknowledged write is on a live node at the end",
       .needs = "processes that live: nothing is on disk",
       .except = {H::restart, H::unsynced_loss, H::disk_loss, H::departure}},
      {.name = "applies once",
       .path = "violations.duplicate_apply",
       .bound = "0",
       .meaning = "no payload changes a node's state a second time"},
  };
}

}  // namespace hearsay::plumtree
