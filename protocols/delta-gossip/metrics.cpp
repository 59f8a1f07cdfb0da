#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {
namespace {

using Metrics = MetricTable<Metric>;

constexpr auto counter = MetricKind::counter;
constexpr auto high_water = MetricKind::high_water;
constexpr auto ratio = MetricKind::ratio;

void declare_spreading_metrics(Metrics& table) {
  table.add({
      {Metric::elements_sent, "elements_sent", counter, "values",
       "values in messages sent, repeated messages included"},
      {Metric::elements_useful, "elements_useful", counter, "values", "values received for the first time"},
      {Metric::elements_redundant, "elements_redundant", counter, "values", "values received by a node that held them"},
      {Metric::relative_message_redundancy, "relative_message_redundancy", ratio, "values a value",
       "redundant receipts over useful ones: m/(n-1) - 1 of Leitao et al. 2007 for a broadcast that reaches all n "
       "nodes "
       "with m receipts; 0 is a tree",
       index(Metric::elements_redundant), index(Metric::elements_useful)},
      {Metric::hops_total, "hops_total", counter, "hops", "sum over the useful receipts of the hops from the writer"},
      {Metric::mean_hops, "mean_hops", ratio, "hops", "hops of a useful receipt", index(Metric::hops_total),
       index(Metric::elements_useful)},
      {Metric::last_delivery_hop, "last_delivery_hop", high_water, "hops", "most hops of a useful receipt"},
      {Metric::last_useful_round, "last_useful_round", high_water, "rounds",
       "most rounds (multiples of `interval`) between writing and a useful receipt, with `synchronous: true`"},
      {Metric::rounds_total, "rounds_total", counter, "rounds",
       "sum over the useful receipts of the rounds since writing, with `synchronous: true`"},
      {Metric::mean_useful_round, "mean_useful_round", ratio, "rounds",
       "rounds between writing and a useful receipt, with `synchronous: true`: t_ave of Demers et al. 1987",
       index(Metric::rounds_total), index(Metric::elements_useful)},
      {Metric::contacts, "contacts", counter, "contacts",
       "contacts with neighbours in the rounds of `spread`, rejected ones not counted"},
      {Metric::contacts_rejected, "contacts_rejected", counter, "contacts", "calls rejected at connection_limit"},
      {Metric::hunts, "hunts", counter, "contacts", "calls to another neighbour after a rejection"},
      {Metric::interest_lost, "interest_lost", counter, "values", "times that a node lost interest in a rumour"},
      {Metric::metadata_bytes, "metadata_bytes", counter, "B",
       "bytes sent by a `synchronisation` that are no entries of the data type: version vectors, names of updates, "
       "vector clocks, fingerprints"},
      {Metric::entries_stored, "entries_stored", high_water, "entries",
       "most entries that a node held of a data type: in its state, in its buffer, and as updates kept for others"},
  });
}

void declare_reliability_metrics(Metrics& table) {
  table.add({
      {Metric::retries, "retries", counter, "messages", "messages sent again without an acknowledgement"},
      {Metric::given_up, "given_up", counter, "values",
       "values that a peer did not acknowledge in max_attempts, left to anti-entropy"},
      {Metric::ack_delay, "ack_delay", MetricKind::distribution, "time",
       "from sending a message once to its acknowledgement"},
      {Metric::duplicates_suppressed, "duplicates_suppressed", counter, "messages",
       "messages recognised as arrived before"},
      {Metric::reprocessed, "reprocessed", counter, "values", "values processed again with `dedup: false`"},
      {Metric::fifo_queue_high_water, "fifo_queue_high_water", high_water, "values",
       "most values that wait at a node for earlier ones"},
      {Metric::anti_entropy_sessions, "anti_entropy_sessions", counter, "sessions",
       "comparisons of digests begun by anti-entropy"},
      {Metric::elements_repaired, "elements_repaired", counter, "values",
       "useful receipts that came as the answer to a digest"},
  });
}

void declare_limit_metrics(Metrics& table) {
  table.add({
      {Metric::buffer_high_water, "buffer_high_water", high_water, "values",
       "most values that a node had still to spread"},
      {Metric::state_high_water, "state_high_water", high_water, "values", "most values that a node held"},
      {Metric::expired, "expired", counter, "values", "values dropped from a state by their time-to-live"},
      {Metric::evicted, "evicted", counter, "values", "values dropped from a state at memory_limit"},
      {Metric::refused_full, "refused_full", counter, "values", "values of peers refused at memory_limit"},
      {Metric::rejected_back_pressure, "rejected_back_pressure", counter, "writes",
       "writes of clients rejected at buffer_limit"},
      {Metric::rejected_full, "rejected_full", counter, "writes", "writes of clients rejected at memory_limit"},
      {Metric::failures_detected, "failures_detected", counter, "peers",
       "times that a node took a neighbour for failed"},
      {Metric::neighbours_replaced, "neighbours_replaced", counter, "peers",
       "failed neighbours replaced by another peer"},
      {Metric::neighbours_returned, "neighbours_returned", counter, "peers", "failed neighbours taken back"},
      {Metric::peers_discovered, "peers_discovered", counter, "peers",
       "peers that a node first heard of by a message from them"},
      {Metric::breaker_openings, "breaker_openings", counter, "openings",
       "times that the circuit breaker of a peer opened"},
      {Metric::rate_limited, "rate_limited", counter, "contacts", "contacts put off by the rate limit of a peer"},
      {Metric::forged_dropped, "forged_dropped", counter, "messages", "forged messages that the signature exposed"},
      {Metric::forged_accepted, "forged_accepted", counter, "messages", "forged messages that were believed"},
      {Metric::unauthorised_dropped, "unauthorised_dropped", counter, "messages",
       "messages of nodes that are not in the list of members"},
      {Metric::inbound_limited, "inbound_limited", counter, "messages", "messages of peers dropped at inbound_limit"},
      {Metric::crashes_on_bad_input, "crashes_on_bad_input", counter, "crashes",
       "processes that ended because they could not decode a message"},
      {Metric::invalid_rejected, "invalid_rejected", counter, "values",
       "values of clients and peers that are larger than max_value_size"},
  });
}

}  // namespace

std::vector<ProtocolMetric> metric_table() {
  Metrics table;
  declare_spreading_metrics(table);
  declare_reliability_metrics(table);
  declare_limit_metrics(table);
  return table.rows();
}

}  // namespace hearsay::gossip
