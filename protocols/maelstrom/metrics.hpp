// What `maelstrom` counts.
#pragma once

#include "sim/core/metric_table.hpp"

namespace hearsay::maelstrom {

enum class Metric : MetricIndex {
  steps,
  observations,
  errors_definite,
  errors_indefinite,
  unexpected_replies,
  service_requests,
  exits,
  count_,
};

std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::maelstrom
