#include "protocols/causal-crdt/metrics.hpp"

#include "sim/core/check.hpp"

namespace hearsay::causal {

std::vector<ProtocolMetric> metric_table() {
  const auto counter = MetricKind::counter;
  const auto high_water = MetricKind::high_water;
  const auto level = MetricKind::level;
  const auto distribution = MetricKind::distribution;
  std::vector<ProtocolMetric> table{
      {"updates", counter, "updates", "updates of clients that were applied at their node"},
      {"effects_sent", counter, "messages", "effects handed to a member's link, retries not included"},
      {"clock_bytes", counter, "bytes", "of these, names and vector clocks"},
      {"clock_bytes_per_effect", MetricKind::ratio, "bytes", "clock_bytes over effects_sent",
       index(Metric::clock_bytes), index(Metric::effects_sent)},
      {"effects_received", counter, "effects", "effects of other nodes that arrived for the first time"},
      {"effects_repeated", counter, "effects", "effects that arrived though they were known"},
      {"waiting_high_water", high_water, "effects", "most effects that waited for others at one node"},
      {"waiting", distribution, "time",
       "from the arrival of an effect of another node to its application; 0 where it lacked nothing"},
      {"longest_wait", high_water, "s",
       "longest wait of an effect at a node, of those too that are never applied; "
       "seen at the node's last arrival or restart"},
      {"effects_blocked", level, "effects", "effects that wait for others, at all nodes"},
      {"link_retries", counter, "attempts", "attempts to deliver an effect to a member, after the first"},
      {"effects_given_up", counter, "effects",
       "(effect, member) pairs given up when the retries were used up: lost for good, unless only the acknowledgements "
       "were"},
      {"suspicions", counter, "times", "a member was suspected: an attempt failed and nothing was heard from it since"},
      {"reconnections", counter, "times", "a connection to a member stood again"},
      {"log_high_water", high_water, "records", "most effects in one node's log"},
      {"log_truncated", counter, "records", "effects dropped from logs because every member had them"},
      {"snapshots", counter, "times", "states written to disk"},
      {"replayed", counter, "records", "log records read after a restart"},
      {"reapplied", counter, "effects", "effects applied again because nothing recognised them"},
      {"session_waits", counter, "requests", "requests that had to wait for the clock that their client carried"},
      {"session_wait", distribution, "time", "how long these waited, when they were served in the end"},
      {"session_failures", counter, "requests", "requests that waited for session_wait in vain"},
      {"pulls", counter, "messages", "requests for missing effects"},
      {"effects_resent", counter, "effects", "effects sent again to a member that asked for them"},
      {"bootstraps", counter, "times", "a node took over another one's state"},
      {"bootstrap_bytes", counter, "bytes", "of these states"},
      {"bootstrap", distribution, "time", "from a node's start until it had taken over a state"},
  };
  HEARSAY_CHECK(table.size() == static_cast<std::size_t>(Metric::count_), "a metric without a description");
  return table;
}

}  // namespace hearsay::causal
