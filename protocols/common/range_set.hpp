// An ordered set of 64-bit keys that gives the fingerprint of any range of keys in O(log n): what range-based set
// reconciliation compares (Meyer, "Range-Based Set Reconciliation", 2022), as Merkle trees do, but with ranges that
// either side may choose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay {

// Of a set of keys, whatever their order. Equal sets have equal fingerprints; of different sets a share of about 2^-64
// collides. Keys are scattered before they are summed, so that close keys do not cancel each other.
struct Fingerprint {
  std::uint64_t sum = 0;    // of scatter(key), mod 2^64
  std::uint32_t count = 0;  // of keys
  bool operator==(const Fingerprint&) const = default;
};

// A treap (Seidel, Aragon 1996) whose priorities are hashes of the keys: its shape follows from the set alone, not from
// the order of insertions, and its depth is O(log n) for keys that are hashes of element ids. 32 bytes a key.
class RangeSet {
 public:
  using Key = std::uint64_t;
  static constexpr Key lowest = 0;
  static constexpr Key highest = ~Key{0};

  // Adds `key` with the caller's `index`; false, and nothing changes, if the key is in the set. At most 2^32 - 2 keys.
  bool insert(Key key, std::uint32_t index);
  bool erase(Key key);  // false if it is not in the set

  std::optional<std::uint32_t> find(Key key) const;  // the index that came with the key
  std::size_t size() const { return root_ == none ? 0 : nodes_[root_].count; }
  bool empty() const { return root_ == none; }

  // Of the keys in first..last, both included; a range with first > last is empty.
  Fingerprint fingerprint(Key first, Key last) const;
  Fingerprint fingerprint() const { return fingerprint(lowest, highest); }
  std::vector<Key> keys(Key first, Key last) const;  // ascending; O(log n + keys)

  std::size_t rank(Key key) const;         // how many keys are lower; O(log n)
  Key key_at(std::size_t position) const;  // the key of that rank; O(log n). Requires position < size()

 private:
  using Link = std::uint32_t;  // into nodes_
  static constexpr Link none = ~Link{0};
  struct Node {
    Key key;
    std::uint64_t sum;    // of scatter(key) over the subtree
    std::uint32_t count;  // of the subtree
    std::uint32_t index;
    Link left = none;
    Link right = none;
  };

  Link allocate(Key key, std::uint32_t index);
  void refresh(Link tree);  // sum and count from the children
  void split(Link tree, Key key, Link& below, Link& above);
  Link merge(Link below, Link above);
  Fingerprint below(Key bound) const;  // of all keys < bound
  Fingerprint of(Link tree) const;

  std::vector<Node> nodes_;
  std::vector<Link> free_;
  Link root_ = none;
};

}  // namespace hearsay
