// A set with a limit that throws out the least recently used member, and optionally forgets each one some time after it
// was inserted (being used does not prolong that: the usual expiring LRU).
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>

#include "sim/core/time.hpp"

namespace hearsay {

template <class Key, class Hash = std::hash<Key>>
class LruCache {
 public:
  // Requires limit >= 1. A `ttl` of zero means that nothing expires.
  explicit LruCache(std::size_t limit, Duration ttl = {}) : limit_(limit), ttl_(ttl) {}

  // Whether `key` is held and not expired at `now`; if so it becomes the most recently used.
  bool touch(const Key& key, Time now) {
    const auto it = index_.find(key);
    if (it == index_.end() || expired(it->second->inserted, now)) return false;
    order_.splice(order_.begin(), order_, it->second);
    return true;
  }

  // Returns the number of keys that went, expired or pushed out. Requires that touch(key, now) is false.
  std::size_t insert(const Key& key, Time now) {
    std::size_t gone = expire(now);
    if (const auto stale = index_.find(key);
        stale != index_.end()) {  // expired, but behind younger ones: a clock stepped back
      remove(stale);
      ++gone;
    }
    order_.push_front({key, now});
    index_[key] = order_.begin();
    if (ttl_ != Duration{}) by_age_.emplace_back(now, key);
    for (; index_.size() > limit_; ++gone) remove(index_.find(order_.back().key));
    return gone;
  }

  std::size_t size() const { return index_.size(); }

 private:
  struct Node {
    Key key;
    Time inserted;
  };
  using Index = std::unordered_map<Key, typename std::list<Node>::iterator, Hash>;

  bool expired(Time inserted, Time now) const { return ttl_ != Duration{} && later(inserted, ttl_) <= now; }

  std::size_t expire(Time now) {
    std::size_t gone = 0;
    for (; !by_age_.empty() && expired(by_age_.front().first, now); by_age_.pop_front()) {
      const auto it = index_.find(by_age_.front().second);
      // Pushed out and inserted again since: another insertion's business.
      if (it == index_.end() || it->second->inserted != by_age_.front().first) continue;
      remove(it);
      ++gone;
    }
    return gone;
  }

  void remove(typename Index::iterator it) {
    order_.erase(it->second);
    index_.erase(it);
  }

  std::size_t limit_;
  Duration ttl_;
  std::list<Node> order_;                    // most recently used first
  std::deque<std::pair<Time, Key>> by_age_;  // oldest first; may name keys that are gone
  Index index_;                              // looked up only: its order decides nothing
};

}  // namespace hearsay
