// Turns counters, levels and samples into named values.
#include "sim/metrics/protocol_metrics.hpp"

namespace hearsay {

std::string_view name_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter: return "counter";
    case MetricKind::high_water: return "high water";
    case MetricKind::ratio: return "ratio";
    case MetricKind::distribution: return "distribution";
  }
  return "";
}

std::vector<std::pair<std::string, std::optional<double>>> ProtocolMetrics::summary() const {
  std::vector<std::pair<std::string, std::optional<double>>> values;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const ProtocolMetric& metric = table_[i];
    switch (metric.kind) {
      case MetricKind::counter:
      case MetricKind::high_water: values.emplace_back(metric.name, levels_[i]); break;
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
    }
  }
  return values;
}

}  // namespace hearsay
