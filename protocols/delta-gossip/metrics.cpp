#include "protocols/delta-gossip/metrics.hpp"

#include "sim/core/check.hpp"

namespace hearsay::gossip {
namespace {

constexpr auto counter = MetricKind::counter;
constexpr auto high_water = MetricKind::high_water;
constexpr auto ratio = MetricKind::ratio;

std::vector<ProtocolMetric> spreading_metrics() {
  return {
      {"elements_sent", counter, "values", "values in messages sent, repeated messages included"},
      {"elements_useful", counter, "values", "values received for the first time"},
      {"elements_redundant", counter, "values", "values received by a node that held them"},
      {"relative_message_redundancy", ratio, "values a value",
       "redundant receipts over useful ones: m/(n-1) - 1 of Leitao et al. 2007 for a broadcast that reaches all n "
       "nodes "
       "with m receipts; 0 is a tree",
       index(Metric::elements_redundant), index(Metric::elements_useful)},
      {"hops_total", counter, "hops", "sum over the useful receipts of the hops from the writer"},
      {"mean_hops", ratio, "hops", "hops of a useful receipt", index(Metric::hops_total),
       index(Metric::elements_useful)},
      {"last_delivery_hop", high_water, "hops", "most hops of a useful receipt"},
      {"last_useful_round", high_water, "rounds",
       "most rounds (multiples of `interval`) between writing and a useful receipt, with `synchronous: true`"},
      {"interest_lost", counter, "values", "times that a node lost interest in a rumour"},
  };
}

std::vector<ProtocolMetric> reliability_metrics() {
  return {
      {"retries", counter, "messages", "messages sent again without an acknowledgement"},
      {"given_up", counter, "values", "values that a peer did not acknowledge in max_attempts, left to anti-entropy"},
      {"ack_delay", MetricKind::distribution, "time", "from sending a message once to its acknowledgement"},
      {"duplicates_suppressed", counter, "messages", "messages recognised as arrived before"},
      {"reprocessed", counter, "values", "values processed again with `dedup: false`"},
      {"fifo_queue_high_water", high_water, "values", "most values that wait at a node for earlier ones"},
      {"anti_entropy_sessions", counter, "sessions", "comparisons of digests begun by anti-entropy"},
      {"elements_repaired", counter, "values", "useful receipts that came as the answer to a digest"},
  };
}

std::vector<ProtocolMetric> limit_metrics() {
  return {
      {"buffer_high_water", high_water, "values", "most values that a node had still to spread"},
      {"state_high_water", high_water, "values", "most values that a node held"},
      {"expired", counter, "values", "values dropped from a state by their time-to-live"},
      {"evicted", counter, "values", "values dropped from a state at memory_limit"},
      {"refused_full", counter, "values", "values of peers refused at memory_limit"},
      {"rejected_back_pressure", counter, "writes", "writes of clients rejected at buffer_limit"},
      {"rejected_full", counter, "writes", "writes of clients rejected at memory_limit"},
      {"failures_detected", counter, "peers", "times that a node took a neighbour for failed"},
      {"neighbours_replaced", counter, "peers", "failed neighbours replaced by another peer"},
      {"neighbours_returned", counter, "peers", "failed neighbours taken back"},
      {"peers_discovered", counter, "peers", "peers that a node first heard of by a message from them"},
      {"breaker_openings", counter, "openings", "times that the circuit breaker of a peer opened"},
      {"rate_limited", counter, "contacts", "contacts put off by the rate limit of a peer"},
      {"forged_dropped", counter, "messages", "forged messages that the signature exposed"},
      {"forged_accepted", counter, "messages", "forged messages that were believed"},
      {"unauthorised_dropped", counter, "messages", "messages of nodes that are not in the list of members"},
      {"invalid_rejected", counter, "values", "values of clients and peers that are larger than max_value_size"},
  };
}

}  // namespace

std::vector<ProtocolMetric> metric_table() {
  std::vector<ProtocolMetric> table = spreading_metrics();
  for (auto part : {reliability_metrics(), limit_metrics()})
    for (auto& metric : part) table.push_back(std::move(metric));
  HEARSAY_CHECK(table.size() == static_cast<std::size_t>(Metric::count_), "a metric without a description");
  return table;
}

}  // namespace hearsay::gossip
