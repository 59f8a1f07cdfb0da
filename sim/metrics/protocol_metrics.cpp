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
  const auto from = of_node_.lower_bound({node, 0});
  of_node_.erase(from, of_node_.lower_bound({node + 1, 0}));
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
      for (const auto& [place, level] : of_node_)
        if (place.second == index) sum += level;
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
  const auto below = about_.find(metric.denominator);
  if (below == about_.end()) return {least, most, where};
  const auto above = about_.find(metric.numerator);
  for (const auto& [node, whole] : below->second) {
    if (whole == 0) continue;
    double part = 0;
    if (above != about_.end())
      if (const auto found = above->second.find(node); found != above->second.end()) part = found->second;
    const double share = part / whole;
    if (!least || share < *least) {
      least = share;
      where = static_cast<double>(node);
    }
    if (!most || share > *most) most = share;
  }
  return {least, most, where};
}

}  // namespace hearsay
