// memberlist's TransmitLimitedQueue: what is to be gossiped, each item a limited number of times, the least often sent
// first; among those the largest, then the newest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace hearsay {

template <class Item>
class BroadcastQueue {
 public:
  // A newer item of the same `name` replaces an older one; name 0 replaces nothing.
  void add(std::uint64_t name, std::uint32_t size, Item item) {
    const Key key{0, ~size, ~++last_};
    if (name != 0) {
      const auto [known, fresh] = by_name_.try_emplace(name, key);
      if (!fresh) items_.erase(std::exchange(known->second, key));
    }
    items_.emplace(key, Entry{name, std::move(item)});
  }

  // Items that fit into `bytes`, each with `overhead` more; one that has been sent `limit` times leaves the queue.
  std::vector<Item> take(std::uint32_t bytes, std::uint32_t overhead, std::uint32_t limit) {
    std::vector<Item> taken;
    std::vector<typename Items::node_type> again;
    for (auto it = items_.begin(); it != items_.end();) {
      const std::uint32_t size = ~it->first.smallness + overhead;
      if (size > bytes) {
        if (bytes < overhead) break;
        // The first that fits, among those sent as often or more often.
        it = items_.lower_bound(Key{it->first.transmits, ~(bytes - overhead), 0});
        continue;
      }
      bytes -= size;
      taken.push_back(it->second.item);
      auto node = items_.extract(it++);
      const std::uint64_t name = node.mapped().name;
      if (++node.key().transmits < limit) {
        if (name != 0) by_name_.at(name) = node.key();
        again.push_back(std::move(node));
      } else if (name != 0) {
        by_name_.erase(name);
      }
    }
    for (auto& node : again) items_.insert(std::move(node));
    return taken;
  }

  bool contains(std::uint64_t name) const { return by_name_.count(name) > 0; }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }

 private:
  struct Key {
    std::uint32_t transmits;
    std::uint32_t smallness;  // ~size: larger ones come first
    std::uint64_t age;        // ~number: newer ones come first
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    std::uint64_t name;
    Item item;
  };
  using Items = std::map<Key, Entry>;

  Items items_;
  std::map<std::uint64_t, Key> by_name_;  // where the item of a name is; looked up only
  std::uint64_t last_ = 0;
};

}  // namespace hearsay
