// State-based data types by their join decompositions (Enes, Almeida, Baquero, Leitao, ICDE 2019, "Efficient
// Synchronization of State-based CRDTs", section III). Every type here is a finite map whose values ascend in a chain,
// so its join-irreducible states are single entries, and of two states the difference (the least state that joined to
// one gives both) is those entries that stand higher.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

// A join-irreducible state.
struct JoinEntry {
  struct Key {
    std::uint64_t of = 0, part = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Rank {  // the place in the chain; an absent entry is below all
    std::uint64_t level = 0, tie = 0;
    auto operator<=>(const Rank&) const = default;
  };

  Key key;
  Rank rank;
  std::uint32_t bytes = 0;   // on the wire
  WriteId write = no_write;  // the simulation's name of the update that made it: takes no bytes and decides nothing

  // Of key and rank; different ones collide with a probability of 2^-64.
  std::uint64_t fingerprint() const {
    static const std::uint64_t salt = hash_text("join-entry");
    return combine(combine(combine(combine(salt, key.of), key.part), rank.level), rank.tie);
  }
};

// A state, or part of one: entries of different keys, ascending by key.
using JoinEntries = std::vector<JoinEntry>;

// The join of entries in any order, of each key the highest.
inline JoinEntries joined(JoinEntries entries) {
  std::sort(entries.begin(), entries.end(),
            [](const JoinEntry& a, const JoinEntry& b) { return a.key != b.key ? a.key < b.key : a.rank > b.rank; });
  const auto same = [](const JoinEntry& a, const JoinEntry& b) { return a.key == b.key; };
  entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
  return entries;
}

class JoinMap {
  template <class Entries>
  static auto position(Entries& entries, const JoinEntry::Key& key) {
    return std::lower_bound(entries.begin(), entries.end(), key,
                            [](const JoinEntry& entry, const JoinEntry::Key& k) { return entry.key < k; });
  }

 public:
  // Null if there is none.
  const JoinEntry* find(const JoinEntry::Key& key) const {
    const auto it = position(entries_, key);
    return it == entries_.end() || it->key != key ? nullptr : &*it;
  }
  // The entry would change nothing.
  bool covers(const JoinEntry& entry) const {
    const JoinEntry* held = find(entry.key);
    return held != nullptr && held->rank >= entry.rank;
  }

  // Returns what stood in the entry's place. Requires that the entry is not covered.
  std::optional<JoinEntry> raise(const JoinEntry& entry) {
    digest_ += entry.fingerprint();
    const auto it = position(entries_, entry.key);
    if (it == entries_.end() || it->key != entry.key) {
      entries_.insert(it, entry);
      return std::nullopt;
    }
    digest_ -= it->fingerprint();
    return std::exchange(*it, entry);
  }

  const JoinEntries& entries() const { return entries_; }
  std::size_t size() const { return entries_.size(); }
  std::uint64_t digest() const { return digest_; }  // equal for equal states, 0 for the empty one

 private:
  JoinEntries entries_;
  std::uint64_t digest_ = 0;  // sum over the entries
};

}  // namespace hearsay
