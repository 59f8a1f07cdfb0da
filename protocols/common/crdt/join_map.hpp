// State-based data types by their join decompositions (Enes, Almeida, Baquero, Leitao, ICDE 2019, "Efficient
// Synchronization of State-based CRDTs", section III). Every type here is a finite map whose values ascend in a chain,
// so its join-irreducible states are single entries, and of two states the difference (the least state that joined to
// one gives both) is those entries that stand higher. A type is then a choice of keys and ranks: pn_counter.hpp,
// last_writer.hpp, or_set.hpp.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "protocols/common/dot.hpp"
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
    std::int64_t level = 0;
    Dot tie;
    auto operator<=>(const Rank&) const = default;
  };

  Key key;
  Rank rank;
  std::uint32_t bytes = 0;   // on the wire
  WriteId write = no_write;  // the simulation's name of the update that made it: takes no bytes and decides nothing

  // Of key and rank; different ones collide with a probability of 2^-64.
  std::uint64_t fingerprint() const {
    static const std::uint64_t salt = hash_text("join-entry");
    const std::uint64_t level =
        combine(combine(combine(salt, key.of), key.part), static_cast<std::uint64_t>(rank.level));
    const std::uint64_t tied = combine(level, rank.tie.stream);
    return rank.tie.number == 0 ? tied : combine(tied, rank.tie.number);
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

// A state. `Entry` is a JoinEntry, or one that carries more: then its own fingerprint() makes up the digest.
template <class Entry>
class JoinMapOf {
 public:
  // Null if there is none.
  const Entry* find(const JoinEntry::Key& key) const {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : &it->second;
  }
  // The entry would change nothing.
  bool covers(const JoinEntry& entry) const {
    const Entry* held = find(entry.key);
    return held != nullptr && held->rank >= entry.rank;
  }

  // The join with one entry. Returns what stood in its place. Requires that the entry is not covered.
  std::optional<Entry> raise(Entry entry) {
    digest_ += entry.fingerprint();
    const auto it = entries_.lower_bound(entry.key);
    if (it == entries_.end() || it->first != entry.key) {
      const JoinEntry::Key key = entry.key;
      entries_.emplace_hint(it, key, std::move(entry));
      return std::nullopt;
    }
    digest_ -= it->second.fingerprint();
    return std::exchange(it->second, std::move(entry));
  }

  // Takes an entry out, for whoever knows that nothing below it can arrive any more. Requires that it is there.
  void forget(const JoinEntry::Key& key) {
    const auto it = entries_.find(key);
    digest_ -= it->second.fingerprint();
    entries_.erase(it);
  }

  // Pairs of key and entry, ascending by key; and the entries alone.
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  std::vector<Entry> entries() const {
    std::vector<Entry> all;
    all.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) all.push_back(entry);
    return all;
  }
  std::size_t size() const { return entries_.size(); }
  std::uint64_t digest() const { return digest_; }  // equal for equal states, 0 for the empty one

  // The same entries stand at the same ranks.
  bool operator==(const JoinMapOf& other) const {
    return std::equal(
        entries_.begin(), entries_.end(), other.entries_.begin(), other.entries_.end(),
        [](const auto& a, const auto& b) { return a.first == b.first && a.second.rank == b.second.rank; });
  }

 private:
  std::map<JoinEntry::Key, Entry> entries_;
  std::uint64_t digest_ = 0;  // sum over the entries
};

using JoinMap = JoinMapOf<JoinEntry>;

}  // namespace hearsay
