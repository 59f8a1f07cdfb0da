// What a protocol counts about itself, summed up over its replicas (sim/core/protocol_metric.hpp).
#pragma once

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

// The names under which the metric stands in `protocol_metrics`, in order.
std::vector<std::string> field_names(const ProtocolMetric& metric);

class ProtocolMetrics {
 public:
  // Keeps a reference to `table`.
  explicit ProtocolMetrics(const std::vector<ProtocolMetric>& table)
      : table_(table), levels_(table.size()), of_node_(table.size()), samples_(table.size()), about_(table.size()) {}

  // Each requires an index of the table and the kind that it says.
  void count(MetricIndex metric, double amount) { levels_[metric] += amount; }
  void count_about(MetricIndex metric, NodeId about, double amount) {
    count(metric, amount);
    about_[metric].of(about) += amount;
  }
  void high_water(MetricIndex metric, double level) {
    if (level > levels_[metric]) levels_[metric] = level;
  }
  void level(MetricIndex metric, NodeId node, double level) { of_node_[metric].of(node) = level; }
  void sample(MetricIndex metric, Duration duration) { samples_[metric].add(duration); }

  // The node's process is gone, and its levels with it.
  void forget(NodeId node);

  // Names and values in the order of the table; a distribution takes several.
  using Summary = std::vector<std::pair<std::string, std::optional<double>>>;
  Summary summary() const;

 private:
  // One value per node, zero until it is set. Grows to the highest node that was asked for.
  struct ByNode {
    std::vector<double> values;
    double& of(NodeId node) {
      if (node >= values.size()) [[unlikely]]
        values.resize(std::size_t{node} + 1);
      return values[node];
    }
    double at(NodeId node) const { return node < values.size() ? values[node] : 0; }
  };

  std::vector<std::optional<double>> values_of(MetricIndex index) const;
  std::vector<std::optional<double>> ratio_by_node(const ProtocolMetric& metric) const;

  const std::vector<ProtocolMetric>& table_;
  // By metric; empty where its kind needs none.
  std::vector<double> levels_;            // of counters and high-water marks
  std::vector<ByNode> of_node_;           // levels
  std::vector<DurationSamples> samples_;  // of distributions
  std::vector<ByNode> about_;             // the shares of counters that are about a node
};

}  // namespace hearsay
