// Turns counters, levels and samples into named values.
#include "sim/metrics/protocol_metrics.hpp"

namespace hearsay {

std::string_view name_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter: return "counter";
    case MetricKind::high_water: return "high water";
    case MetricKind::level: return "level";
    case MetricKind::ratio: return "ratio";
    case MetricKind::distribution: return "distribution";
    case MetricKind::ratio_by_node: return "ratio by node";
  }
  return "";
}

std::vector<std::string> field_names(const ProtocolMetric& metric) {
  std::vector<std::string> names;
  const auto add = [&](std::initializer_list<const char*> endings) {
    for (const char* ending : endings) names.push_back(metric.name + ending);
  };
  switch (metric.kind) {
    case MetricKind::counter:
    case MetricKind::high_water:
    case MetricKind::level:
    case MetricKind::ratio: add({""}); break;
    case MetricKind::distribution: add({"_count", "_mean_s", "_p50_s", "_p99_s", "_max_s"}); break;
    case MetricKind::ratio_by_node: add({"_min", "_max", "_min_node"}); break;
  }
  return names;
}

void ProtocolMetrics::forget(NodeId node) {
  for (ByNode& levels : of_node_)
    if (node < levels.values.size()) levels.values[node] = 0;
}

ProtocolMetrics::Summary ProtocolMetrics::summary() const {
  Summary summary;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const auto values = values_of(static_cast<MetricIndex>(i));
    const auto names = field_names(table_[i]);
    for (std::size_t part = 0; part < names.size(); ++part) summary.emplace_back(names[part], values[part]);
  }
  return summary;
}

// In the order of field_names().
std::vector<std::optional<double>> ProtocolMetrics::values_of(MetricIndex index) const {
  const ProtocolMetric& metric = table_[index];
  switch (metric.kind) {
    case MetricKind::counter:
    case MetricKind::high_water: return {levels_[index]};
    case MetricKind::level: {
      double sum = 0;
      for (const double level : of_node_[index].values) sum += level;
      return {sum};
    }
    case MetricKind::ratio: {
      const double below = levels_[metric.denominator];
      return {below == 0 ? std::nullopt : std::optional(levels_[metric.numerator] / below)};
    }
    case MetricKind::distribution: {
      const Quantiles q = samples_[index].summary();
      return {static_cast<double>(q.count), q.mean, q.p50, q.p99, q.max};
    }
    case MetricKind::ratio_by_node: return ratio_by_node(metric);
  }
  return {};
}

std::vector<std::optional<double>> ProtocolMetrics::ratio_by_node(const ProtocolMetric& metric) const {
  std::optional<double> least, most, where;
  const ByNode &below = about_[metric.denominator], &above = about_[metric.numerator];
  for (NodeId node = 0; node < below.values.size(); ++node) {
    const double whole = below.values[node];
    if (whole == 0) continue;
    const double share = above.at(node) / whole;
    if (!least || share < *least) {
      least = share;
      where = static_cast<double>(node);
    }
    if (!most || share > *most) most = share;
  }
  return {least, most, where};
}

}  // namespace hearsay
