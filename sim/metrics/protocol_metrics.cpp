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

void ProtocolMetrics::forget(NodeId node) {
  const auto from = of_node_.lower_bound({node, 0});
  of_node_.erase(from, of_node_.lower_bound({node + 1, 0}));
}

ProtocolMetrics::Summary ProtocolMetrics::summary() const {
  Summary values;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const ProtocolMetric& metric = table_[i];
    switch (metric.kind) {
      case MetricKind::counter:
      case MetricKind::high_water: values.emplace_back(metric.name, levels_[i]); break;
      case MetricKind::level: {
        double sum = 0;
        for (const auto& [place, level] : of_node_)
          if (place.second == i) sum += level;
        values.emplace_back(metric.name, sum);
        break;
      }
      case MetricKind::ratio: {
        const double below = levels_[metric.denominator];
        values.emplace_back(metric.name, below == 0 ? std::nullopt : std::optional(levels_[metric.numerator] / below));
        break;
      }
      case MetricKind::distribution: {
        const auto found = samples_.find(static_cast<MetricIndex>(i));
        const Quantiles q = found == samples_.end() ? Quantiles{} : found->second.summary();
        values.emplace_back(metric.name + "_count", static_cast<double>(q.count));
        values.emplace_back(metric.name + "_mean_s", q.mean);
        values.emplace_back(metric.name + "_p50_s", q.p50);
        values.emplace_back(metric.name + "_p99_s", q.p99);
        values.emplace_back(metric.name + "_max_s", q.max);
        break;
      }
      case MetricKind::ratio_by_node: add_ratio_by_node(metric, values); break;
    }
  }
  return values;
}

void ProtocolMetrics::add_ratio_by_node(const ProtocolMetric& metric, Summary& values) const {
  std::optional<double> least, most, where;
  const auto below = about_.find(metric.denominator);
  const auto above = about_.find(metric.numerator);
  if (below != about_.end()) {
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
  }
  values.emplace_back(metric.name + "_min", least);
  values.emplace_back(metric.name + "_max", most);
  values.emplace_back(metric.name + "_min_node", where);
}

}  // namespace hearsay
