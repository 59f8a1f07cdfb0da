#include "protocols/interceptor-broadcast/params.hpp"

#include <algorithm>
#include <set>

#include "protocols/interceptor-broadcast/interceptors.hpp"

namespace hearsay::interceptor {
namespace {

using Table = ParameterTable<Params>;

// In the order of Method.
std::vector<std::string> method_names() { return {"write", "read"}; }

void declare_chain(Table& table) {
  table.add("chain", ValueType::text_list, &Params::chain, any_bounds,
            "interceptors in the order in which a request passes them; without `broadcast` nothing is replicated",
            "Server Setup 2");
  table.one_of(interceptor_names());
  table.add("forbidden_key", ValueType::text, &Params::forbidden_key, any_bounds,
            "key that `validation` refuses to write, for clients and peers alike", "Request Flow, Phase 2");
  table.add("metadata_entry", ValueType::text, &Params::metadata_entry, any_bounds,
            "key=value that `metadata` adds to a request", "Request Flow, Phase 2");
  table.add(
      "forward_metadata", ValueType::boolean, &Params::forward_metadata, any_bounds,
      "what `metadata` adds travels on to the peers, with its bytes; false: it stays behind, as in the document's "
      "listing, which clones the message alone",
      "Code Structure 3, step 5");
  table.add("methods", ValueType::text_list, &Params::methods, any_bounds,
            "methods whose requests `broadcast` replicates; the others pass it by. A broadcast read changes nothing at "
            "the peers, whose other interceptors see it: an audit log",
            "Code Structure 1, method; Key Features, Method-specific");
  table.one_of(method_names());
  table.add_choice("replicate", &Params::replicate, {"value", "invalidation"},
                   "what a peer is sent of a write: the request itself; or its key and hash, upon which it drops what "
                   "it holds under the key, and reads find nothing until the key is written there",
                   "value: Code Structure 3, step 5; invalidation: Use Cases, Distributed cache invalidation");
  table.add("rate_limit", ValueType::rate, &Params::rate_limit, non_negative,
            "requests that the interceptor `rate_limit` lets pass at most, of clients and peers together, in bursts of "
            "up to a second's worth; it refuses the others",
            "Key Features, Composable");
  table.add("handler_cpu", ValueType::duration, &Params::handler_cpu, non_negative,
            "processor time that the storage handler takes for a request; the document's timeline has 1 to 2 ms",
            "Request Flow, Phase 3");
}

void declare_dedup(Table& table) {
  table.add("hash_bytes", ValueType::integer, &Params::hash_bytes, {1, 32},
            "bytes of the SHA-256 of key and value by which contents are recognised", "Code Structure 3, step 2");
  table.add_choice(
      "dedup_cache", &Params::dedup_cache, {"arbitrary", "lru"},
      "which hashes go when the cache is full: a batch in Go's random map order, or the least recently used",
      "Code Structure 3, step 3; Potential Improvements 6");
  table.add("cache_size", ValueType::integer, &Params::cache_size, {1, 1e9},
            "hashes remembered before some are thrown out", "Code Structure 3, step 3");
  table.add("cache_evict", ValueType::integer, &Params::cache_evict, {1, 1e9},
            "hashes thrown out at once by the arbitrary cache", "Code Structure 3, step 3");
  table.add("cache_ttl", ValueType::duration, &Params::cache_ttl, non_negative,
            "a hash in the lru cache is forgotten this long after it was inserted; 0s: never",
            "Potential Improvements 6");
}

void declare_calls(Table& table) {
  table.add_choice("transport", &Params::transport, {"datagram", "stream"},
                   "what carries the calls: gRPC's connections, or datagrams that get lost", "Server Setup 2");
  table.add("checksum", ValueType::boolean, &Params::checksum, any_bounds,
            "datagrams carry a checksum of 4 bytes; without it garbage is believed");
  table.add("call_timeout", ValueType::duration, &Params::call_timeout, {1e-9, 1e9},
            "a call to a peer is abandoned after this", "Code Structure 3, step 5");
  table.add("acknowledgements", ValueType::boolean, &Params::acknowledgements, any_bounds,
            "keep track of which peers acknowledged a broadcast; retries and consistency levels imply it",
            "Potential Improvements 4");
  table.add("retries", ValueType::integer, &Params::retries, {0, 1e9},
            "further attempts after a call that failed or timed out", "Potential Improvements 2");
  table.add("retry_delay", ValueType::duration, &Params::retry_delay, non_negative,
            "wait before the first retry; the wait is drawn between half of it and all of it",
            "Potential Improvements 2");
  table.add("retry_backoff", ValueType::number, &Params::retry_backoff, {1, 100},
            "factor by which the wait grows with each retry", "Potential Improvements 2");
  table.add("retry_max_delay", ValueType::duration, &Params::retry_max_delay, non_negative,
            "longest wait before a retry", "Potential Improvements 2");
}

void declare_guarantees(Table& table) {
  table.add_choice("conflict", &Params::conflict, {"arrival", "timestamp"},
                   "which write of a key stays: the one handled last, or the one with the larger (time, origin, write)",
                   "arrival: Request Flow, Phase 3 stores unconditionally, with the receiver's time.Now(); timestamp: "
                   "what Trade-offs, Limitations 1 says it does");
  table.add_choice("consistency", &Params::consistency, {"one", "quorum", "all"},
                   "how many servers have the write before its client is answered", "Potential Improvements 1, 5");
  table.add("consistency_timeout", ValueType::duration, &Params::consistency_timeout, {1e-9, 1e9},
            "the client is told `failed` when the consistency level is not reached in this time",
            "Potential Improvements 5");
  table.add_choice("ordering", &Params::ordering, {"none", "causal"},
                   "whether a replicated write waits for the writes that its origin had seen (vector clocks)",
                   "Potential Improvements 3");
  table.add("causal_wait", ValueType::duration, &Params::causal_wait, non_negative,
            "a write held back this long is delivered without what it waits for, which nothing would send again; 0s: "
            "wait for ever");
  table.add_choice("storage", &Params::storage, {"memory", "disk"}, "where the state lives; a crash erases memory",
                   "memory: Request Flow, Phase 3");
  table.add("sync_interval", ValueType::duration, &Params::sync_interval, period_or_never,
            "how often the disk is synced; 0s: after every write, before the answer");
}

[[noreturn]] void contradiction(const char* name, const std::string& message) { throw ParameterError(name, message); }

void check_chain(const Params& params) {
  std::set<std::string> seen;
  if (params.methods.empty()) contradiction("methods", "no method is broadcast; leave `broadcast` out of the chain");
  if (params.has("rate_limit") != (params.rate_limit > 0))
    contradiction("rate_limit", "the interceptor `rate_limit` in the chain and a rate_limit go together");
  for (const auto& name : params.chain)
    if (!seen.insert(name).second) contradiction("chain", "interceptor " + name + " stands in the chain twice");
  const auto needs_broadcast = [&](const char* name, bool used) {
    if (used && !params.broadcasts())
      contradiction(name, std::string(name) + " has no meaning without `broadcast` in the chain");
  };
  needs_broadcast("retries", params.retries > 0);
  needs_broadcast("consistency", params.consistency != Consistency::one);
  needs_broadcast("acknowledgements", params.acknowledgements);
  needs_broadcast("ordering", params.ordering == Ordering::causal);
  needs_broadcast("methods", params.methods != Params{}.methods);
  needs_broadcast("replicate", params.replicate == Replicate::invalidation);
  const auto needs_writes = [&](const char* name, bool used) {
    if (used && !params.broadcasts(Method::write))
      contradiction(name, std::string(name) + " has no meaning unless `write` is among the methods");
  };
  needs_writes("consistency", params.consistency != Consistency::one);
  needs_writes("ordering", params.ordering == Ordering::causal);
  needs_writes("replicate", params.replicate == Replicate::invalidation);
}

// Parameters of what is switched off. Those with a default value count as given where they differ from it.
void check_switches(const Params& p) {
  const Params usual;
  const auto needs = [](bool there, const char* what, std::initializer_list<std::pair<const char*, bool>> given) {
    for (const auto& [name, is_given] : given)
      if (is_given && !there) contradiction(name, std::string(name) + " has no meaning without " + what);
  };
  needs(p.has("validation"), "`validation` in the chain", {{"forbidden_key", p.forbidden_key != usual.forbidden_key}});
  needs(p.has("metadata"), "`metadata` in the chain",
        {{"metadata_entry", p.metadata_entry != usual.metadata_entry}, {"forward_metadata", p.forward_metadata}});
  needs(p.broadcasts(), "`broadcast` in the chain",
        {{"hash_bytes", p.hash_bytes != usual.hash_bytes},
         {"dedup_cache", p.dedup_cache != usual.dedup_cache},
         {"cache_size", p.cache_size != usual.cache_size},
         {"cache_evict", p.cache_evict != usual.cache_evict},
         {"call_timeout", p.call_timeout != usual.call_timeout},
         {"transport", p.transport != usual.transport}});
  needs(p.dedup_cache == DedupCache::arbitrary, "dedup_cache: arbitrary; lru throws out one hash at a time",
        {{"cache_evict", p.cache_evict != usual.cache_evict}});
  needs(p.retries > 0, "retries",
        {{"retry_delay", p.retry_delay != usual.retry_delay},
         {"retry_backoff", p.retry_backoff != usual.retry_backoff},
         {"retry_max_delay", p.retry_max_delay != usual.retry_max_delay}});
  needs(p.consistency != Consistency::one, "consistency: quorum or all",
        {{"consistency_timeout", p.consistency_timeout != usual.consistency_timeout}});
  needs(p.ordering == Ordering::causal, "ordering: causal", {{"causal_wait", p.causal_wait != usual.causal_wait}});
}

}  // namespace

bool Params::has(std::string_view interceptor) const {
  return std::find(chain.begin(), chain.end(), interceptor) != chain.end();
}

bool Params::broadcasts(Method method) const {
  const std::string name = method_names()[static_cast<std::size_t>(method)];
  return std::find(methods.begin(), methods.end(), name) != methods.end();
}

const ParameterTable<Params>& parameter_table() {
  static const Table table = [] {
    Table t;
    declare_chain(t);
    declare_dedup(t);
    declare_calls(t);
    declare_guarantees(t);
    return t;
  }();
  return table;
}

void check(const Params& params) {
  check_chain(params);
  check_switches(params);
  if (params.cache_evict > params.cache_size && params.dedup_cache == DedupCache::arbitrary)
    contradiction("cache_evict",
                  "cache_evict is larger than cache_size: the cache cannot throw out more than it holds");
  if (params.cache_ttl > Duration{} && params.dedup_cache != DedupCache::lru)
    contradiction("cache_ttl", "cache_ttl needs dedup_cache: lru");
  if (!params.checksum && params.transport == Transport::stream)
    contradiction("checksum", "checksum: false needs transport: datagram; TCP always has one");
  if (params.retry_delay > params.retry_max_delay)
    contradiction("retry_max_delay", "retry_max_delay is shorter than retry_delay");
  if (params.sync_interval > Duration{} && params.storage != StorageKind::disk)
    contradiction("sync_interval", "sync_interval needs storage: disk");
  if (params.metadata_entry.find('=') == std::string::npos)
    contradiction("metadata_entry", "metadata_entry must look like key=value");
}

std::vector<std::string> processor_time(const Params& params) {
  return names_of_positive({{"handler_cpu", params.handler_cpu}});
}

}  // namespace hearsay::interceptor
