// What a protocol counts about itself, summed up over its replicas (sim/core/protocol_metric.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/protocol_metric.hpp"
#include "sim/metrics/quantiles.hpp"

namespace hearsay {

std::string_view name_of(MetricKind kind);  // as `describe` shows it

class ProtocolMetrics {
 public:
  // Keeps a reference to `table`.
  explicit ProtocolMetrics(const std::vector<ProtocolMetric>& table) : table_(table), levels_(table.size()) {}

  // Each requires an index of the table and the kind that it says.
  void count(MetricIndex metric, double amount) { levels_[metric] += amount; }
  void high_water(MetricIndex metric, double level) {
    if (level > levels_[metric]) levels_[metric] = level;
  }
  void level(MetricIndex metric, NodeId node, double level) { of_node_[{node, metric}] = level; }
  void sample(MetricIndex metric, Duration duration) { samples_[metric].add(duration); }

  // The node's process is gone, and its levels with it.
  void forget(NodeId node);

  // Names and values in the order of the table; a distribution takes several.
  std::vector<std::pair<std::string, std::optional<double>>> summary() const;

 private:
  const std::vector<ProtocolMetric>& table_;
  std::vector<double> levels_;                                // of counters and high-water marks
  std::map<std::pair<NodeId, MetricIndex>, double> of_node_;  // levels
  std::map<MetricIndex, DurationSamples> samples_;
};

}  // namespace hearsay
