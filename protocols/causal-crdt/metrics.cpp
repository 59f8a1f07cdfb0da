#include "protocols/causal-crdt/metrics.hpp"

namespace hearsay::causal {

std::vector<ProtocolMetric> metric_table() {
  const auto counter = MetricKind::counter;
  const auto high_water = MetricKind::high_water;
  const auto level = MetricKind::level;
  const auto distribution = MetricKind::distribution;
  MetricTable<Metric> table;
  table.add({
      {Metric::updates, "updates", counter, "updates", "updates of clients that were applied at their node"},
      {Metric::effects_sent, "effects_sent", counter, "messages",
       "effects handed to a member's link, retries not included"},
      {Metric::clock_bytes, "clock_bytes", counter, "bytes", "of these, names and vector clocks"},
      {Metric::clock_bytes_per_effect, "clock_bytes_per_effect", MetricKind::ratio, "bytes",
       "clock_bytes over effects_sent", index(Metric::clock_bytes), index(Metric::effects_sent)},
      {Metric::effects_received, "effects_received", counter, "effects",
       "effects of other nodes that arrived for the first time"},
      {Metric::effects_repeated, "effects_repeated", counter, "effects", "effects that arrived though they were known"},
      {Metric::effects_waited, "effects_waited", counter, "effects",
       "effects that lacked something when they arrived first, and had to wait for it"},
      {Metric::waited_share, "waited_share", MetricKind::ratio, "", "effects_waited over effects_received",
       index(Metric::effects_waited), index(Metric::effects_received)},
      {Metric::waiting_high_water, "waiting_high_water", high_water, "effects",
       "most effects that waited for others at one node"},
      {Metric::waiting, "waiting", distribution, "time",
       "from the arrival of an effect of another node to its application; 0 where it lacked nothing"},
      {Metric::longest_wait, "longest_wait", high_water, "s",
       "longest wait of an effect at a node, of those too that are never applied; "
       "seen at the node's last arrival or restart"},
      {Metric::effects_blocked, "effects_blocked", level, "effects", "effects that wait for others, at all nodes"},
      {Metric::link_retries, "link_retries", counter, "attempts",
       "attempts to deliver an effect to a member, after the first"},
      {Metric::effects_given_up, "effects_given_up", counter, "effects",
       "(effect, member) pairs given up when the retries were used up: lost for good, unless only the acknowledgements "
       "were"},
      {Metric::suspicions, "suspicions", counter, "times",
       "a member was suspected: an attempt failed and nothing was heard from it since"},
      {Metric::reconnections, "reconnections", counter, "times", "a connection to a member stood again"},
      {Metric::log_high_water, "log_high_water", high_water, "records", "most effects in one node's log"},
      {Metric::log_truncated, "log_truncated", counter, "records",
       "effects dropped from logs because every member had them"},
      {Metric::snapshots, "snapshots", counter, "times", "states written to disk"},
      {Metric::replayed, "replayed", counter, "records", "log records read after a restart"},
      {Metric::reapplied, "reapplied", counter, "effects", "effects applied again because nothing recognised them"},
      {Metric::session_waits, "session_waits", counter, "requests",
       "requests that had to wait for the clock that their client carried"},
      {Metric::session_wait, "session_wait", distribution, "time",
       "how long these waited, when they were served in the end"},
      {Metric::session_failures, "session_failures", counter, "requests",
       "requests that waited for session_wait and were not served"},
      {Metric::pulls, "pulls", counter, "messages", "requests for missing effects"},
      {Metric::effects_resent, "effects_resent", counter, "effects",
       "effects sent again to a member that asked for them"},
      {Metric::bootstraps, "bootstraps", counter, "times", "a node took over another one's state"},
      {Metric::bootstrap_bytes, "bootstrap_bytes", counter, "bytes", "of these states"},
      {Metric::bootstrap, "bootstrap", distribution, "time", "from a node's start until it had taken over a state"},
  });
  return table.rows();
}

}  // namespace hearsay::causal
