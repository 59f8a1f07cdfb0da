// Parameters of `interceptor-broadcast`. The defaults are the document's behaviour, flaws included.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/message.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/time.hpp"

namespace hearsay::interceptor {

enum class Conflict : std::uint8_t { arrival, timestamp };
enum class DedupCache : std::uint8_t { arbitrary, lru };
enum class Consistency : std::uint8_t { one, quorum, all };
enum class Ordering : std::uint8_t { none, causal };
enum class StorageKind : std::uint8_t { memory, disk };
enum class Replicate : std::uint8_t { value, invalidation };
enum class Method : std::uint8_t { write, read };

struct Params {
  std::vector<std::string> chain{"logging", "validation", "metadata", "broadcast"};
  std::string forbidden_key = "foo";
  std::string metadata_entry = "customKey=customValue";
  bool forward_metadata = false;
  std::vector<std::string> methods{"write"};
  Replicate replicate = Replicate::value;
  double rate_limit = 0;

  std::uint32_t hash_bytes = 8;
  DedupCache dedup_cache = DedupCache::arbitrary;
  std::uint32_t cache_size = 10'000;
  std::uint32_t cache_evict = 5'000;
  Duration cache_ttl{};

  Transport transport = Transport::stream;
  bool checksum = true;
  Duration call_timeout = std::chrono::seconds(5);

  Conflict conflict = Conflict::arrival;
  Consistency consistency = Consistency::one;
  Duration consistency_timeout = std::chrono::seconds(5);
  bool acknowledgements = false;
  std::uint32_t retries = 0;
  Duration retry_delay = std::chrono::milliseconds(500);
  double retry_backoff = 2.0;
  Duration retry_max_delay = std::chrono::seconds(5);

  Ordering ordering = Ordering::none;
  Duration causal_wait = std::chrono::seconds(10);

  StorageKind storage = StorageKind::memory;
  Duration sync_interval{};
  Duration handler_cpu{};

  bool broadcasts() const { return has("broadcast"); }
  bool has(std::string_view interceptor) const;  // it is part of the chain
  bool broadcasts(Method method) const;          // `broadcast` replicates requests of this method
  // Quorums and retries rest on knowing who answered.
  bool tracks_acknowledgements() const { return acknowledgements || retries > 0 || consistency != Consistency::one; }
};

const ParameterTable<Params>& parameter_table();

// Throws ParameterError if the values contradict each other.
void check(const Params& params);

// The parameters by which replicas spend processor time.
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::interceptor
