#include "protocols/plumtree/metrics.hpp"

namespace hearsay::plumtree {
namespace {

constexpr auto counter = MetricKind::counter;
constexpr auto level = MetricKind::level;

}  // namespace

std::vector<ProtocolMetric> metric_table() {
  MetricTable<Metric> table;
  table.add({
      {Metric::elements_sent, "elements_sent", counter, "payloads", "payloads sent"},
      {Metric::gossip_useful, "gossip_useful", counter, "payloads", "payloads received for the first time"},
      {Metric::gossip_redundant, "gossip_redundant", counter, "payloads", "payloads received by a node that had them"},
      {Metric::relative_message_redundancy, "relative_message_redundancy", MetricKind::ratio, "payloads a payload",
       "redundant receipts over useful ones: m/(n-1) - 1 for broadcasts that reach all n nodes with m payloads; 0 is a "
       "tree (Plumtree, section 2.2)",
       index(Metric::gossip_redundant), index(Metric::gossip_useful)},
      {Metric::hops_total, "hops_total", counter, "hops", "sum over the useful receipts of the hops from the writer"},
      {Metric::mean_hops, "mean_hops", MetricKind::ratio, "hops", "hops of a useful receipt", index(Metric::hops_total),
       index(Metric::gossip_useful)},
      {Metric::last_delivery_hop, "last_delivery_hop", MetricKind::high_water, "hops",
       "most hops of a useful receipt (Plumtree, section 2.2)"},
      {Metric::announcements, "announcements", counter, "announcements", "payloads announced to lazy neighbours"},
      {Metric::grafts, "grafts", counter, "messages", "requests for a payload that was announced and did not come"},
      {Metric::recovered, "recovered", counter, "payloads", "payloads sent as the answer to a graft"},
      {Metric::prunes, "prunes", counter, "messages", "links made lazy because a payload came twice"},
      {Metric::optimisations, "optimisations", counter, "links", "eager links replaced by shorter ones"},
      {Metric::eager_links, "eager_links", level, "links",
       "eager neighbours, of all nodes together: 2 (n - 1) if the eager links are a tree"},
      {Metric::active_links, "active_links", level, "links", "neighbours in active views, of all nodes together"},
      {Metric::passive_links, "passive_links", level, "links", "nodes in passive views, of all nodes together"},
      {Metric::isolated, "isolated", level, "nodes", "nodes without an active neighbour"},
      {Metric::joins, "joins", counter, "messages", "joins sent, those of nodes that lost every neighbour included"},
      {Metric::promotions, "promotions", counter, "nodes", "nodes of a passive view that became active neighbours"},
      {Metric::rejections, "rejections", counter, "messages", "requests to become neighbours that were rejected"},
      {Metric::failed_neighbours, "failed_neighbours", counter, "links", "connections of active neighbours that broke"},
      {Metric::shuffles, "shuffles", counter, "messages", "shuffles begun"},
  });
  return table.rows();
}

}  // namespace hearsay::plumtree
