// A map of mostly one entry, or none: the first one takes no memory besides, and others go where they are found in
// O(log n).
#pragma once

#include <optional>
#include <utility>

#include "sim/core/pool.hpp"

namespace hearsay {

template <class Key, class Value>
class MostlyOneMap {
 public:
  bool empty() const { return !first_ && others_.empty(); }
  bool has_one() const { return first_ ? others_.empty() : others_.size() == 1; }

  // Requires a key that is not there.
  void put(const Key& key, Value&& value) {
    if (!first_)
      first_.emplace(key, std::move(value));
    else
      others_.emplace(key, std::move(value));
  }

  // Null if it is not there; valid until that key is taken out.
  Value* find(const Key& key) {
    if (first_ && first_->first == key) return &first_->second;
    if (others_.empty()) return nullptr;
    const auto found = others_.find(key);
    return found == others_.end() ? nullptr : &found->second;
  }

  template <class Visit>
  void each(Visit visit) const {
    if (first_) visit(first_->second);
    for (const auto& [key, value] : others_) visit(value);
  }

  // Requires a key that is there.
  Value take(const Key& key) {
    if (first_ && first_->first == key) {
      Value value = std::move(first_->second);
      first_.reset();
      return value;
    }
    return std::move(others_.extract(key).mapped());
  }

 private:
  std::optional<std::pair<Key, Value>> first_;
  PooledMap<Key, Value> others_;
};

}  // namespace hearsay
