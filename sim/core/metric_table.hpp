// Builds a protocol's table of metrics from its enum, and checks that each enumerator has its row at its place.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/protocol_metric.hpp"

namespace hearsay {

// An enum class that ends with `count_`; its values are indices into the table, as the reports of Context take them.
template <class Metric>
concept MetricEnum = requires {
  Metric::count_;
};

template <MetricEnum Metric>
constexpr MetricIndex index(Metric metric) {
  return static_cast<MetricIndex>(metric);
}

//     MetricTable<Metric> table;
//     table.add({{Metric::sent, "sent", MetricKind::counter, "messages", "messages sent"}, ...});
//     info.metrics = table.rows();
//
// A row that stands in the place of another metric, a missing row and a ratio of what is no counter abort.
template <MetricEnum Metric>
class MetricTable {
 public:
  struct Row {
    Metric metric;
    std::string name;  // as in `protocol_metrics`
    MetricKind kind;
    std::string unit, meaning;
    MetricIndex numerator = 0, denominator = 0;  // of a ratio: index() of counters, of this table or of `before`
  };

  // `before`: rows of another enum, behind whose last value this one's first value comes.
  explicit MetricTable(std::vector<ProtocolMetric> before = {}) : rows_(std::move(before)) {}

  // Rows in the order of the enum; may be called several times.
  void add(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
      HEARSAY_CHECK(index(row.metric) == rows_.size(), "a metric's description is not at its place");
      rows_.push_back({row.name, row.kind, row.unit, row.meaning, row.numerator, row.denominator});
    }
  }

  // The whole table; every metric has a row.
  std::vector<ProtocolMetric> rows() const {
    HEARSAY_CHECK(rows_.size() == index(Metric::count_), "a metric without a description");
    for (const ProtocolMetric& row : rows_) {
      if (row.kind != MetricKind::ratio && row.kind != MetricKind::ratio_by_node) continue;
      HEARSAY_CHECK(is_counter(row.numerator) && is_counter(row.denominator),
                    "the ratio of something that is no counter");
    }
    return rows_;
  }

 private:
  bool is_counter(MetricIndex metric) const {
    return metric < rows_.size() && rows_[metric].kind == MetricKind::counter;
  }

  std::vector<ProtocolMetric> rows_;
};

}  // namespace hearsay
