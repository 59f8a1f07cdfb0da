// What `plumtree` counts.
#pragma once

#include "sim/core/metric_table.hpp"

namespace hearsay::plumtree {

enum class Metric : MetricIndex {
  elements_sent,
  gossip_useful,
  gossip_redundant,
  relative_message_redundancy,
  hops_total,
  mean_hops,
  last_delivery_hop,
  announcements,
  grafts,
  recovered,
  prunes,
  optimisations,
  eager_links,
  active_links,
  passive_links,
  isolated,
  joins,
  promotions,
  rejections,
  failed_neighbours,
  shuffles,
  count_,
};

std::vector<ProtocolMetric> metric_table();

}  // namespace hearsay::plumtree
