#include "protocols/delta-gossip/params.hpp"

#include <catch2/catch.hpp>

#include "sim/transcript/script.hpp"

namespace hearsay::gossip {
namespace {

using Words = std::vector<std::string>;

std::string blamed(const std::vector<std::string>& words) { return bench::blamed("delta-gossip", words); }

}  // namespace

TEST_CASE("gossip: every combination that makes no sense is refused, and blamed on the parameter to change") {
  const auto [words, parameter] = GENERATE(table<Words, std::string>({
      {{"avoid_back_propagation=false"}, "avoid_back_propagation"},
      {{"remove_redundancy=false"}, "remove_redundancy"},
      {{"delta_groups=true", "spread=pull"}, "delta_groups"},
      {{"delta_groups=true", "spread=push-pull"}, "delta_groups"},
      {{"delta_groups=true", "spread=none"}, "delta_groups"},
      {{"delta_groups=true", "eager=true"}, "eager"},
      {{"delta_groups=true", "rate_limit=1/s"}, "rate_limit"},
      {{"delta_groups=true", "breaker_failures=1"}, "breaker_failures"},
      {{"echo=true"}, "echo"},
      {{"hunt_limit=1"}, "hunt_limit"},
      {{"connection_limit=1", "spread=none"}, "connection_limit"},
      {{"connection_limit=1", "delta_groups=true"}, "connection_limit"},
      {{"connection_limit=1", "payload=full"}, "connection_limit"},
      {{"connection_limit=1", "synchronisation=delta"}, "connection_limit"},
      {{"eager_fanout=2"}, "eager_fanout"},
      {{"eager=true", "dedup=false"}, "dedup"},
      {{"batch_window=10ms"}, "batch_window"},
      {{"pacing=1ms"}, "pacing"},
      {{"acknowledgements=false"}, "rumour"},
      {{"adaptive_interval=true", "synchronous=true"}, "adaptive_interval"},
      {{"adaptive_interval=true", "spread=none"}, "adaptive_interval"},
      {{"adaptive_interval=true", "interval_min=2s"}, "interval_max"},
      {{"retry_delay=6s"}, "retry_max_delay"},
      {{"acknowledgements=false", "rumour=blind", "ack_delay=10ms"}, "ack_delay"},
      {{"acknowledgements=false", "rumour=blind", "adaptive_batch=true"}, "adaptive_batch"},
      {{"acknowledgements=false", "rumour=blind", "breaker_failures=3"}, "breaker_failures"},
      {{"ack_delay=500ms"}, "ack_delay"},
      {{"payload=full", "spread=pull"}, "spread"},
      {{"payload=full", "eager=true"}, "eager"},
      {{"payload=full", "delta_groups=true"}, "delta_groups"},
      {{"payload=full", "batch_bytes=1400B"}, "batch_bytes"},
      {{"batch_bytes=65508B"}, "batch_bytes"},
      {{"payload=full", "adaptive_interval=true"}, "adaptive_interval"},
      {{"payload=full", "adaptive_batch=true"}, "adaptive_batch"},
      {{"payload=full", "breaker_failures=1"}, "breaker_failures"},
      {{"payload=full", "rate_limit=1/s"}, "rate_limit"},
      {{"memory_full=evict"}, "memory_full"},
      {{"checksum=false", "transport=stream"}, "checksum"},
      {{"checksum=false", "transport=stream-per-message"}, "checksum"},
      // what nothing would read
      {{"payload=full", "dedup=false"}, "dedup"},
      {{"payload=full", "max_hops=3"}, "max_hops"},
      {{"payload=full", "fanout=1"}, "fanout"},
      {{"payload=full", "rumour=blind"}, "rumour"},
      {{"payload=full", "anti_entropy_interval=5s"}, "anti_entropy_interval"},
      {{"payload=full", "digest=ranges"}, "digest"},
      {{"payload=full", "ack_delay=10ms"}, "ack_delay"},
      {{"payload=full", "retry_delay=1s"}, "retry_delay"},
      {{"payload=full", "max_attempts=2"}, "max_attempts"},
      {{"payload=full", "failure_detection=heartbeats"}, "failure_detection"},
      {{"payload=full", "batch_limit=5"}, "batch_limit"},
      {{"payload=full", "buffer_limit=5"}, "buffer_limit"},
      {{"spread=none", "fanout=1"}, "fanout"},
      {{"spread=none", "synchronous=true"}, "synchronous"},
      {{"spread=none", "rumour_k=2"}, "rumour_k"},
      {{"delta_groups=true", "fanout=2"}, "fanout"},
      {{"delta_groups=true", "remember_peers=false"}, "remember_peers"},
      {{"payload=full", "remember_peers=false"}, "remember_peers"},
      {{"delta_groups=true", "buffer_limit=5"}, "buffer_limit"},
      {{"rumour=off", "rumour_stop=coin"}, "rumour_stop"},
      {{"rumour=off", "rumour_k=2"}, "rumour_k"},
      {{"anti_entropy_interval=0s", "anti_entropy_on_reconnect=false", "digest=ranges"}, "digest"},
      {{"range_branch=4"}, "range_branch"},
      {{"range_leaf=4"}, "range_leaf"},
      {{"heartbeat_interval=3s"}, "heartbeat_interval"},
      {{"interval_min=10ms"}, "interval_min"},
      {{"interval_max=3s"}, "interval_max"},
      {{"ack_delay_target=1s"}, "ack_delay_target"},
      {{"breaker_reset=1s"}, "breaker_reset"},
      {{"compression_cpu=1ms"}, "compression_cpu"},
      {{"signature_size=10B"}, "signature_size"},
      {{"sign_cpu=1ms"}, "sign_cpu"},
      {{"verify_cpu=1ms"}, "verify_cpu"},
      {{"acknowledgements=false", "rumour=blind", "retry_delay=1s"}, "retry_delay"},
      {{"acknowledgements=false", "rumour=blind", "retry_backoff=3"}, "retry_backoff"},
      {{"acknowledgements=false", "rumour=blind", "retry_max_delay=9s"}, "retry_max_delay"},
      {{"acknowledgements=false", "rumour=blind", "max_attempts=2"}, "max_attempts"},
      {{"failure_detection=none", "failure_after=2"}, "failure_after"},
      {{"failure_detection=none", "probe_interval=2s"}, "probe_interval"},
      {{"memory_limit=5", "ordering=fifo"}, "memory_full"},
      // data types
      {{"type=gcounter"}, "type"},
      {{"synchronisation=delta", "keys=5"}, "keys"},
      {{"synchronisation=delta", "type=lww-map", "update_share=50%"}, "update_share"},
      {{"synchronisation=delta", "type=gcounter", "removes=10%"}, "removes"},
      {{"synchronisation=delta", "fanout=2"}, "fanout"},
      {{"synchronisation=operations", "fanout=2"}, "fanout"},
      {{"synchronisation=delta", "storage=disk"}, "storage"},
      {{"synchronisation=state", "range_branch=4"}, "range_branch"},
      {{"synchronisation=state", "range_leaf=4"}, "range_leaf"},
      {{"synchronisation=state", "payload=full"}, "payload"},
      {{"synchronisation=state", "delta_groups=true"}, "delta_groups"},
      {{"synchronisation=state", "dedup=false"}, "dedup"},
      {{"synchronisation=state", "max_hops=3"}, "max_hops"},
      {{"synchronisation=state", "spread=pull"}, "spread"},
      {{"synchronisation=state", "eager=true"}, "eager"},
      {{"synchronisation=state", "rumour=blind"}, "rumour"},
      {{"synchronisation=state", "rumour_stop=coin"}, "rumour_stop"},
      {{"synchronisation=state", "rumour_k=2"}, "rumour_k"},
      {{"synchronisation=state", "remember_peers=false"}, "remember_peers"},
      {{"synchronisation=state", "anti_entropy_interval=5s"}, "anti_entropy_interval"},
      {{"synchronisation=state", "digest=ranges"}, "digest"},
      {{"synchronisation=state", "ack_delay=10ms"}, "ack_delay"},
      {{"synchronisation=state", "retry_delay=1s"}, "retry_delay"},
      {{"synchronisation=state", "retry_backoff=3"}, "retry_backoff"},
      {{"synchronisation=state", "retry_max_delay=9s"}, "retry_max_delay"},
      {{"synchronisation=state", "max_attempts=2"}, "max_attempts"},
      {{"synchronisation=state", "ordering=fifo"}, "ordering"},
      {{"synchronisation=state", "ttl=1s"}, "ttl"},
      {{"synchronisation=state", "memory_limit=5"}, "memory_limit"},
      {{"synchronisation=state", "adaptive_interval=true"}, "adaptive_interval"},
      {{"synchronisation=state", "batch_limit=5"}, "batch_limit"},
      {{"synchronisation=state", "adaptive_batch=true"}, "adaptive_batch"},
      {{"synchronisation=state", "rate_limit=1/s"}, "rate_limit"},
      {{"synchronisation=state", "breaker_failures=1"}, "breaker_failures"},
      {{"synchronisation=state", "forged=10%"}, "forged"},
      {{"synchronisation=state", "buffer_limit=5"}, "buffer_limit"},
  }));
  INFO(words.back());
  CHECK(blamed(words) == parameter);
}

TEST_CASE("gossip: the document's present state and each improvement alone are accepted") {
  const auto words = GENERATE(
      Words{"adaptive_interval=true", "interval_min=1s", "interval_max=1s"},
      Words{"retry_delay=1s", "retry_max_delay=1s"}, Words{"connection_limit=3", "hunt_limit=0"},
      Words{"breaker_failures=1", "breaker_reset=9s"}, Words{}, Words{"payload=full"}, Words{"spread=pull"},
      Words{"spread=push-pull"}, Words{"rumour=off"}, Words{"rumour=blind", "rumour_stop=coin"},
      Words{"rumour=blind", "acknowledgements=false"}, Words{"rumour=off", "acknowledgements=false"},
      Words{"spread=none", "eager=true"}, Words{"eager=true", "eager_fanout=3", "echo=true"},
      Words{"eager=true", "dedup=false", "max_hops=5"},
      Words{"delta_groups=true", "avoid_back_propagation=false", "remove_redundancy=false"}, Words{"digest=ranges"},
      Words{"ordering=fifo"}, Words{"storage=memory"}, Words{"ttl=10s"}, Words{"memory_limit=5", "memory_full=evict"},
      Words{"overlay=static"}, Words{"failure_detection=heartbeats"}, Words{"adaptive_interval=true"},
      Words{"adaptive_batch=true"}, Words{"rate_limit=5/s"}, Words{"breaker_failures=3"}, Words{"compression=50%"},
      Words{"sign=true"}, Words{"membership=list"}, Words{"max_value_size=1KiB"}, Words{"ack_delay=100ms"},
      Words{"transport=stream"}, Words{"transport=stream-per-message"}, Words{"memory_limit=1", "memory_full=evict"},
      Words{"synchronisation=state", "fanout=2"}, Words{"synchronisation=delta", "fanout=0"},
      Words{"synchronisation=delta", "type=gmap", "keys=5", "update_share=50%"},
      Words{"synchronisation=delta", "type=lww-map", "keys=5"},
      Words{"synchronisation=delta", "type=pncounter", "removes=10%"},
      Words{"synchronisation=delta", "type=or-set", "removes=10%"}, Words{"synchronisation=state", "storage=memory"},
      Words{"synchronisation=digest", "range_branch=4", "range_leaf=4"},
      Words{"synchronisation=delta", "avoid_back_propagation=false"}, Words{"delta_groups=true", "fanout=0"});
  INFO((words.empty() ? "" : words.front()));
  CHECK(blamed(words).empty());
}

TEST_CASE("gossip: every parameter says what it means, and every section of the document has its parameters") {
  std::string sources;
  for (const auto& parameter : parameter_table().parameters()) {
    INFO(parameter.name);
    CHECK(parameter.meaning.size() > 10);
    sources += parameter.source + "\n";
  }
  for (int issue = 1; issue <= 3; ++issue)
    CHECK(sources.find("Correctness Issues " + std::to_string(issue)) != std::string::npos);
  for (const int improvement : {1, 2, 3, 5, 6, 7, 8})
    CHECK(sources.find("Production-Level Improvements " + std::to_string(improvement)) != std::string::npos);
}

}  // namespace hearsay::gossip
