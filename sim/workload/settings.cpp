#include "sim/workload/settings.hpp"

namespace hearsay {

const ParameterTable<WorkloadSettings>& settings_table() {
  using S = WorkloadSettings;
  constexpr Bounds times{0, 3.6e6};
  static const auto table =
      ParameterTable<S>()
          .add("rate", ValueType::rate, &S::rate, {0, 1e9},
               "operations per second over the whole cluster; 20/s when neither `rate` nor `operations` is given")
          .add("operations", ValueType::integer, &S::operations, {1, most_operations},
               "number of operations: at `rate` if that is given, else spread evenly from `start` to `stop`, else at "
               "20/s")
          .add("reads", ValueType::share, &S::reads, {0, 1}, "share of operations that are reads, drawn for each",
               "Maelstrom")
          .add("start", ValueType::duration, &S::start, times, "when the first operation may be invoked")
          .add("stop", ValueType::duration, &S::stop, times,
               "no operation is invoked at or after it; default: a quarter of the time from `start` before the end of "
               "the "
               "run, at most 15 s, so that the cluster can settle; with `operations` the end of the run")
          .add("targets", ValueType::selector, &S::targets, any_bounds, "the nodes that clients talk to")
          .add("size", ValueType::size, &S::size, {0, 1e9}, "payload of a write; at least the size of key and value")
          .add("client_latency", ValueType::duration, &S::client_latency, times,
               "one way between a client and its node")
          .add("timeout", ValueType::duration, &S::timeout, {1e-9, 3.6e6},
               "the client gives up this long after the invocation")
          .add("clients", ValueType::integer, &S::clients, {1, 1e6},
               "number of client sessions; session i talks to target i modulo the number of targets; default: one per "
               "target")
          .add("roam", ValueType::boolean, &S::roam, any_bounds,
               "true: a session goes to a random target for each operation")
          .add_choice("arrival", &S::arrival, {"even", "poisson", "staggered"},
                      "even: operation k comes k/rate after the start; poisson: gaps are exponential; staggered: gaps "
                      "are uniform between 0 and 2/rate, or each of a given number of operations comes anywhere in its "
                      "own share of the time from `start` to `stop`",
                      "Maelstrom; jepsen.generator/stagger")
          .add("final_reads", ValueType::duration, &S::final_reads, times,
               "this long after the schedule has ended (`stop`, or the last of the `operations`) each target is read "
               "once more, all at the same instant, by separate sessions; no such reads unless given",
               "Maelstrom")
          .add("burst", ValueType::integer, &S::burst, {1, 1e6},
               "this many operations are invoked at the same instant, that of the first of them, and sessions take "
               "turns: a burst of as many as there are sessions has one from each");
  return table;
}

void check_settings(const WorkloadSettings& settings) {
  if (settings.rate && *settings.rate <= 0)
    throw ParameterError("rate", "a rate of 0 never invokes anything; write a rate above 0, such as `20/s`");
  if (settings.rate && *settings.rate < 1e-6)
    throw ParameterError("rate", "the rate is less than one operation in eleven days; write a rate such as `1/m`");
  if (settings.stop && *settings.stop <= settings.start)
    throw ParameterError("stop", "the workload stops before it starts; `stop` is a time after `start`");
  if (settings.burst > 1 && settings.arrival != Arrival::even)
    throw ParameterError("burst", "bursts come on schedule; leave `burst` out, or write `arrival: even`");
}

}  // namespace hearsay
