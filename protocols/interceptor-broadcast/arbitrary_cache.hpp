// A set with a limit that throws out arbitrary members when it overflows, as Go code does that ranges over a map and
// deletes until it has deleted enough: the order is random by the language's definition.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay {

template <class Key, class Hash = std::hash<Key>>
class ArbitraryCache {
 public:
  // Once more than `limit` keys are held, `batch` of them go (the newest may be among them). Requires batch <= limit.
  ArbitraryCache(std::size_t limit, std::size_t batch) : limit_(limit), batch_(batch) {}

  bool contains(const Key& key) const { return index_.contains(key); }

  // Returns the number of keys thrown out. Requires that `key` is not held.
  std::size_t insert(const Key& key, RandomStream& random) {
    index_.emplace(key, keys_.size());
    keys_.push_back(key);
    if (keys_.size() <= limit_) return 0;
    for (std::size_t i = 0; i < batch_; ++i) remove_at(static_cast<std::size_t>(random.below(keys_.size())));
    return batch_;
  }

  std::size_t size() const { return keys_.size(); }

 private:
  void remove_at(std::size_t position) {
    index_.erase(keys_[position]);
    if (position + 1 < keys_.size()) {
      keys_[position] = keys_.back();
      index_[keys_[position]] = position;
    }
    keys_.pop_back();
  }

  std::size_t limit_;
  std::size_t batch_;
  std::vector<Key> keys_;
  std::unordered_map<Key, std::size_t, Hash> index_;  // looked up only: its order decides nothing
};

}  // namespace hearsay
