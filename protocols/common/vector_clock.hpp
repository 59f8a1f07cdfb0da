// Vector clocks (Fidge 1988, Mattern 1989): how many events of each stream somebody has seen. A stream is one writer's
// numbered sequence 1, 2, ...; a writer that restarts without its memory opens a new stream.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace hearsay {

using StreamId = std::uint64_t;

enum class ClockOrder : std::uint8_t { equal, before, after, concurrent };

class VectorClock {
 public:
  using Entry = std::pair<StreamId, std::uint64_t>;

  // Events of `stream` seen; 0 for one never heard of.
  std::uint64_t at(StreamId stream) const {
    const auto it = position(entries_, stream);
    return it != entries_.end() && it->first == stream ? it->second : 0;
  }

  // Raises one component to at least `count`.
  void raise(StreamId stream, std::uint64_t count) {
    const auto it = position(entries_, stream);
    if (it != entries_.end() && it->first == stream)
      it->second = std::max(it->second, count);
    else if (count > 0)
      entries_.insert(it, {stream, count});
  }

  // Componentwise maximum.
  void merge(const VectorClock& other) {
    for (const auto& [stream, count] : other.entries_) raise(stream, count);
  }

  // Everything that `other` has seen is seen here too.
  bool covers(const VectorClock& other) const {
    return std::all_of(other.entries_.begin(), other.entries_.end(),
                       [this](const Entry& entry) { return at(entry.first) >= entry.second; });
  }

  ClockOrder compare(const VectorClock& other) const {
    const bool above = covers(other);
    const bool below = other.covers(*this);
    if (above) return below ? ClockOrder::equal : ClockOrder::after;
    return below ? ClockOrder::before : ClockOrder::concurrent;
  }

  // Ascending by stream, without zero components.
  std::span<const Entry> entries() const { return entries_; }

  bool operator==(const VectorClock&) const = default;

 private:
  template <class Entries>
  static decltype(std::declval<Entries&>().begin()) position(Entries& entries, StreamId stream) {
    return std::lower_bound(entries.begin(), entries.end(), stream,
                            [](const Entry& entry, StreamId s) { return entry.first < s; });
  }
  std::vector<Entry> entries_;
};

}  // namespace hearsay
