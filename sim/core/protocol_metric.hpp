// Declarations of what a protocol counts about itself; `protocol_metrics` in a result holds the values.
#pragma once

#include <cstdint>
#include <string>

namespace hearsay {

// Index into the protocol's table of metrics.
using MetricIndex = std::uint16_t;

enum class MetricKind : std::uint8_t {
  counter,        // summed over replicas and time
  high_water,     // the largest level that any replica reported
  level,          // what each live replica reported last, summed over them: what there is at the end of the run
  ratio,          // one counter over another one at the end of the run; null over nothing
  distribution,   // of durations, over all replicas: NAME_count, and in seconds NAME_mean_s, NAME_p50_s, NAME_p99_s and
                  // NAME_max_s, null without a sample
  ratio_by_node,  // one counter over another one for each node that they were counted about (Context::count_about):
                  // NAME_min, NAME_max, and NAME_min_node, the first node with that least ratio; null without a node
};

struct ProtocolMetric {
  std::string name;  // as in `protocol_metrics`
  MetricKind kind = MetricKind::counter;
  std::string unit;
  std::string meaning;
  MetricIndex numerator = 0, denominator = 0;  // of a ratio, by node or not: counters of the same table
};

}  // namespace hearsay
