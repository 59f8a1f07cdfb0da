#include "protocols/plumtree/promises.hpp"

namespace hearsay::plumtree {

// The papers promise reliability while the overlay is connected: nothing is repaired that was broadcast to a node while
// it was away, or cut off for so long that its connections broke.
std::vector<Promise> promises(const Params& p) {
  using H = Hazard;
  Promise convergence{.name = "converges",
                      .path = "converged",
                      .bound = "true",
                      .meaning = "every broadcast reaches every node of a cluster that stays together",
                      .given = p.bootstrap == Bootstrap::standing,
                      .needs = "bootstrap: standing; with join, an overlay that has formed before the first broadcast",
                      .except = {H::restart, H::departure, H::loss, H::cut, H::stall, H::corruption}};
  convergence.within = std::chrono::seconds(20) + 4 * p.neighbour_timeout + 4 * p.missing_timeout;
  return {
      convergence,
      {.name = "applies once",
       .path = "violations.duplicate_apply",
       .bound = "0",
       .meaning = "no broadcast changes a node's state a second time"},
  };
}

}  // namespace hearsay::plumtree
