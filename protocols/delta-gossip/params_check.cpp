// Values that contradict each other, and values that were given although nothing would read them.
#include <string>

#include "protocols/delta-gossip/params.hpp"

namespace hearsay::gossip {
namespace {

[[noreturn]] void contradiction(const char* name, const std::string& message) { throw ParameterError(name, message); }

void check_spread(const Params& p) {
  if (!p.delta_groups && p.synchronisation != Synchronisation::delta &&
      !(p.avoid_back_propagation && p.remove_redundancy))
    contradiction(p.avoid_back_propagation ? "remove_redundancy" : "avoid_back_propagation",
                  "without delta groups a peer is never sent what it is known to hold; add `delta_groups: true`");
  if (p.delta_groups && p.spread != Spread::push)
    contradiction("delta_groups", "delta groups are pushed; use `spread: push`");
  if (p.delta_groups && p.eager) contradiction("eager", "delta groups go by rounds; leave `eager` out");
  if (p.delta_groups && p.rate_limit > 0) contradiction("rate_limit", "delta groups know no rate limit; leave it out");
  if (p.delta_groups && p.breaker_failures > 0)
    contradiction("breaker_failures", "delta groups know no breaker; leave it out");
  if (!p.dedup && p.eager && p.max_hops == 0)
    contradiction("dedup", "eager forwarding without dedup goes on for ever; give `max_hops`");
  if (p.mongers() && p.rumour == Rumour::feedback && !p.acknowledgements)
    contradiction("rumour", "feedback comes with acknowledgements; use `acknowledgements: true`, or `rumour: blind`");
}

void check_flow(const Params& p) {
  if (p.adaptive_interval && p.synchronous)
    contradiction("adaptive_interval", "rounds in phase have one length; leave out `synchronous` or this");
  if (p.interval_min > p.interval_max) contradiction("interval_max", "interval_max is shorter than interval_min");
  if (p.retry_delay > p.retry_max_delay)
    contradiction("retry_max_delay", "retry_max_delay is shorter than retry_delay");
  if (p.acknowledgements && p.ack_delay >= p.retry_delay)
    contradiction("ack_delay", "ack_delay must be below retry_delay, or every message is sent twice");
}

// A parameter that was given another value than its default where it has no meaning.
struct Given {
  const char* name;
  bool changed;
};

void needs(bool met, const char* what, std::initializer_list<Given> parameters) {
  if (met) return;
  for (const Given& given : parameters)
    if (given.changed) contradiction(given.name, std::string(given.name) + " has no meaning without " + what);
}

void check_full(const Params& p, const Params& d) {
  needs(!p.full(), "`payload: delta`",
        {{"delta_groups", p.delta_groups},
         {"dedup", p.dedup != d.dedup},
         {"max_hops", p.max_hops != d.max_hops},
         {"spread", p.spread != d.spread},
         {"fanout", p.fanout != d.fanout},
         {"eager", p.eager},
         {"rumour", p.rumour == Rumour::blind},
         {"remember_peers", !p.remember_peers},
         {"connection_limit", p.connection_limit > 0},
         {"anti_entropy_interval",
          p.anti_entropy_interval != d.anti_entropy_interval && p.anti_entropy_interval > Duration{}},
         {"digest", p.digest != d.digest},
         {"ack_delay", p.ack_delay != d.ack_delay},
         {"retry_delay", p.retry_delay != d.retry_delay},
         {"max_attempts", p.max_attempts != d.max_attempts},
         {"failure_detection", p.failure_detection == Detection::heartbeats},
         {"adaptive_interval", p.adaptive_interval},
         {"batch_limit", p.batch_limit != d.batch_limit},
         {"batch_bytes", p.batch_bytes.has_value()},
         {"adaptive_batch", p.adaptive_batch},
         {"rate_limit", p.rate_limit > 0},
         {"breaker_failures", p.breaker_failures > 0},
         {"buffer_limit", p.buffer_limit != d.buffer_limit}});
}

// A data type goes by rounds of its own.
void check_data(const Params& p, const Params& d) {
  const auto is = [&p](DataKind kind) { return p.type == kind; };
  if (!p.synchronises() && !is(DataKind::gset))
    contradiction("type", "rumours spread sets of values alone; give a `synchronisation`, such as delta");
  needs(is(DataKind::gmap) || is(DataKind::lww_map), "`type: gmap` or `lww-map`", {{"keys", p.keys != d.keys}});
  needs(is(DataKind::gmap), "`type: gmap`", {{"update_share", p.update_share != d.update_share}});
  needs(is(DataKind::pncounter) || is(DataKind::or_set), "`type: pncounter` or `or-set`", {{"removes", p.removes > 0}});
  needs(p.synchronisation != Synchronisation::delta && p.synchronisation != Synchronisation::operations,
        "a choice of neighbours; deltas and operations go to all", {{"fanout", p.fanout != d.fanout && p.fanout != 0}});
  if (!p.synchronises()) return;
  if (p.keeps_disk()) contradiction("storage", "a synchronised data type is kept in memory; leave out `storage: disk`");
  needs(p.synchronisation == Synchronisation::digest, "`synchronisation: digest`",
        {{"range_branch", p.range_branch != d.range_branch}, {"range_leaf", p.range_leaf != d.range_leaf}});
  needs(false, "`synchronisation: rumours`",
        {{"payload", p.payload != d.payload},
         {"delta_groups", p.delta_groups},
         {"dedup", p.dedup != d.dedup},
         {"max_hops", p.max_hops != d.max_hops},
         {"spread", p.spread != d.spread},
         {"eager", p.eager},
         {"rumour", p.rumour == Rumour::blind},
         {"rumour_stop", p.rumour_stop != d.rumour_stop},
         {"rumour_k", p.rumour_k != d.rumour_k},
         {"remember_peers", !p.remember_peers},
         {"connection_limit", p.connection_limit > 0},
         {"anti_entropy_interval",
          p.anti_entropy_interval != d.anti_entropy_interval && p.anti_entropy_interval > Duration{}},
         {"digest", p.digest != d.digest},
         {"ack_delay", p.ack_delay != d.ack_delay},
         {"retry_delay", p.retry_delay != d.retry_delay},
         {"retry_backoff", p.retry_backoff != d.retry_backoff},
         {"retry_max_delay", p.retry_max_delay != d.retry_max_delay},
         {"max_attempts", p.max_attempts != d.max_attempts},
         {"ordering", p.ordering != d.ordering},
         {"ttl", p.ttl > Duration{}},
         {"memory_limit", p.memory_limit > 0},
         {"adaptive_interval", p.adaptive_interval},
         {"batch_limit", p.batch_limit != d.batch_limit},
         {"adaptive_batch", p.adaptive_batch},
         {"rate_limit", p.rate_limit > 0},
         {"breaker_failures", p.breaker_failures > 0},
         {"forged", p.forged > 0},
         {"buffer_limit", p.buffer_limit != d.buffer_limit}});
}

void check_spreading(const Params& p, const Params& d) {
  needs(p.spread != Spread::none, "rounds; `spread` is none",
        {{"fanout", p.fanout != d.fanout},
         {"synchronous", p.synchronous},
         {"adaptive_interval", p.adaptive_interval},
         {"connection_limit", p.connection_limit > 0}});
  needs(!p.delta_groups, "per-peer knowledge; leave out `delta_groups`",
        {{"remember_peers", !p.remember_peers},
         {"connection_limit", p.connection_limit > 0},
         {"fanout", p.fanout != d.fanout && p.fanout != 0},
         {"buffer_limit", p.buffer_limit != d.buffer_limit}});
  needs(p.connection_limit > 0, "a `connection_limit`", {{"hunt_limit", p.hunt_limit > 0}});
  needs(p.mongers(), "rumours in rounds: `rumour: feedback` or `blind`",
        {{"rumour_stop", p.rumour_stop != d.rumour_stop}, {"rumour_k", p.rumour_k != d.rumour_k}});
  needs(p.eager, "`eager: true`",
        {{"echo", p.echo},
         {"eager_fanout", p.eager_fanout > 0},
         {"batch_window", p.batch_window > Duration{}},
         {"pacing", p.pacing > Duration{}}});
  needs(p.anti_entropy_interval > Duration{} || p.anti_entropy_on_reconnect, "anti-entropy",
        {{"digest", p.digest != d.digest}});
  needs(p.digest == DigestKind::ranges || p.synchronises(), "`digest: ranges`",
        {{"range_branch", p.range_branch != d.range_branch}, {"range_leaf", p.range_leaf != d.range_leaf}});
}

void check_acknowledgements(const Params& p, const Params& d) {
  needs(p.acknowledgements, "`acknowledgements: true`",
        {{"ack_delay", p.ack_delay > Duration{}},
         {"retry_delay", p.retry_delay != d.retry_delay},
         {"retry_backoff", p.retry_backoff != d.retry_backoff},
         {"retry_max_delay", p.retry_max_delay != d.retry_max_delay},
         {"max_attempts", p.max_attempts != d.max_attempts},
         {"adaptive_batch", p.adaptive_batch},
         {"breaker_failures", p.breaker_failures > 0}});
  needs(p.failure_detection == Detection::heartbeats, "`failure_detection: heartbeats`",
        {{"heartbeat_interval", p.heartbeat_interval != d.heartbeat_interval}});
  needs(p.failure_detection != Detection::none, "failure detection",
        {{"failure_after", p.failure_after != d.failure_after},
         {"probe_interval", p.probe_interval != d.probe_interval}});
}

void check_costs(const Params& p, const Params& d) {
  needs(p.adaptive_interval, "`adaptive_interval: true`",
        {{"interval_min", p.interval_min != d.interval_min}, {"interval_max", p.interval_max != d.interval_max}});
  needs(p.adaptive_batch, "`adaptive_batch: true`", {{"ack_delay_target", p.ack_delay_target != d.ack_delay_target}});
  needs(p.breaker_failures > 0, "`breaker_failures`", {{"breaker_reset", p.breaker_reset != d.breaker_reset}});
  needs(p.compresses(), "`compression` below 100%", {{"compression_cpu", p.compression_cpu != d.compression_cpu}});
  needs(p.sign, "`sign: true`",
        {{"signature_size", p.signature_size != d.signature_size},
         {"sign_cpu", p.sign_cpu != d.sign_cpu},
         {"verify_cpu", p.verify_cpu != d.verify_cpu}});
  needs(p.memory_limit > 0, "a `memory_limit`", {{"memory_full", p.memory_full != d.memory_full}});
  if (!p.checksum && p.transport != Carrier::datagram)
    contradiction("checksum", "checksum: false needs transport: datagram; TCP always has one");
  if (p.batch_bytes.value_or(0) > Params::most_datagram_bytes && p.transport == Carrier::datagram)
    contradiction("batch_bytes", "a datagram carries 65507B at most; give no more, or `transport: stream`");
  if (p.memory_limit > 0 && p.memory_full == WhenFull::reject && p.ordering == Ordering::fifo)
    contradiction("memory_full",
                  "a full node would refuse the very value that those behind it wait for; use `memory_full: evict`");
}

}  // namespace

void check(const Params& params) {
  const Params defaults;
  check_data(params, defaults);
  check_full(params, defaults);
  check_spreading(params, defaults);
  check_acknowledgements(params, defaults);
  check_costs(params, defaults);
  check_spread(params);
  check_flow(params);
}

std::vector<std::string> processor_time(const Params& params) {
  return names_of_positive({{"handler_cpu", params.handler_cpu},
                            {"compression_cpu", params.compresses() ? params.compression_cpu : Duration{}},
                            {"sign_cpu", params.sign ? params.sign_cpu : Duration{}},
                            {"verify_cpu", params.sign ? params.verify_cpu : Duration{}}});
}

}  // namespace hearsay::gossip
