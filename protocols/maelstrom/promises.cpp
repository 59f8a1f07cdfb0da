#include "protocols/maelstrom/promises.hpp"

#include "protocols/maelstrom/requests.hpp"

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
                    .given = reports(params) != StateReports::nothing,
                    .needs = "observe, sets or counters, and nodes that keep on sending what was lost",
                    .except = forgets};
  converges.within = repair;
  const auto answers = [&forgets](const char* name, const char* path, const char* meaning) {
    return Promise{.name = name, .path = path, .bound = "0", .meaning = meaning, .except = forgets};
  };
  return {
      converges,
      {.name = "keeps acknowledged writes",
       .path = "lost_writes",
       .bound = "0",
       .meaning = "an acknowledged write is read from a live node at the end",
       .given = reports(params) == StateReports::writes,
       .needs = "observe, and sets",
       .except = forgets},
      answers("echoes", "violations.echo", "an echo is what was sent"),
      answers("unique ids", "violations.unique_ids", "no id is given twice"),
      answers("counts", "violations.counter", "counters show what was added"),
      answers("is linearizable", "violations.linearizability", "registers of `lin-kv` are linearizable"),
      answers("reads committed", "violations.read_committed", "transactions read what others have committed"),
      answers("keeps logs", "violations.log", "logs of `kafka` have one order and no holes"),
      {.name = "does not exit", .path = "protocol_metrics.exits", .bound = "0", .meaning = "no node ends of itself"},
  };
}

}  // namespace hearsay::maelstrom
