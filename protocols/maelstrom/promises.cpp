#include "protocols/maelstrom/promises.hpp"

namespace hearsay::maelstrom {

std::vector<Promise> promises(const Params& params) {
  using H = Hazard;
  const std::vector<H> forgets{H::restart, H::unsynced_loss, H::disk_loss, H::departure};
  // Of a node that repeats what was lost; one that sends everything once and never again does not keep it.
  constexpr Duration repair = std::chrono::seconds(10);
  Promise converges{.name = "converges",
                    .path = "converged",
                    .bound = "true",
                    .meaning = "once faults and clients are over, live nodes answer reads alike",
                    .given = params.observe > Duration{},
                    .needs = "observe, and nodes that keep on sending what was lost",
                    .except = forgets};
  converges.within = repair;
  return {
      converges,
      {.name = "keeps acknowledged writes",
       .path = "lost_writes",
       .bound = "0",
       .meaning = "an acknowledged write is read from a live node at the end",
       .given = params.observe > Duration{},
       .needs = "observe",
       .except = forgets},
      {.name = "does not exit", .path = "protocol_metrics.exits", .bound = "0", .meaning = "no node ends of itself"},
  };
}

}  // namespace hearsay::maelstrom
