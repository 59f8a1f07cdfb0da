// The hashes of contents that a server has broadcast: the document's map, or the LRU cache that it wishes for.
#pragma once

#include <algorithm>
#include <variant>

#include "protocols/interceptor-broadcast/arbitrary_cache.hpp"
#include "protocols/interceptor-broadcast/content.hpp"
#include "protocols/interceptor-broadcast/lru_cache.hpp"
#include "protocols/interceptor-broadcast/metrics.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::interceptor {

class SeenContent {
 public:
  explicit SeenContent(const Params& params)
      : cache_(params.dedup_cache == DedupCache::lru ? Cache(Lru(params.cache_size, params.cache_ttl))
                                                     : Cache(Arbitrary(params.cache_size, params.cache_evict))) {}

  // True if `hash` was known; remembers it if not.
  bool check_and_add(Context& context, const ContentHash& hash) {
    if (known(hash, context)) return true;
    const std::size_t before = size();
    const std::size_t gone = add(hash, context);
    if (gone > 0) context.count(index(Metric::hash_evictions), static_cast<double>(gone));
    context.high_water(index(Metric::cache_high_water),
                       static_cast<double>(gone > 0 ? std::max(before, size()) : size()));
    return false;
  }

 private:
  using Arbitrary = ArbitraryCache<ContentHash, ContentHashHasher>;
  using Lru = LruCache<ContentHash, ContentHashHasher>;
  using Cache = std::variant<Arbitrary, Lru>;

  bool known(const ContentHash& hash, Context& context) {
    if (auto* lru = std::get_if<Lru>(&cache_)) return lru->touch(hash, context.now());
    return std::get<Arbitrary>(cache_).contains(hash);
  }
  std::size_t add(const ContentHash& hash, Context& context) {
    if (auto* lru = std::get_if<Lru>(&cache_)) return lru->insert(hash, context.now());
    return std::get<Arbitrary>(cache_).insert(hash, context.random());
  }
  std::size_t size() const {
    return std::visit([](const auto& cache) { return cache.size(); }, cache_);
  }

  Cache cache_;
};

}  // namespace hearsay::interceptor
