// Version vectors with exceptions (Malkhi, Terry 2005): which numbers of each stream somebody holds, as a prefix and
// intervals beyond it. Where nothing is missing in between, it is a plain version vector.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocols/common/dot.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

class Version {
 public:
  using Interval = std::pair<std::uint64_t, std::uint64_t>;  // first, last

  struct Entry {
    StreamId stream = 0;
    std::uint64_t prefix = 0;      // holds 1..prefix
    std::vector<Interval> beyond;  // ascending, apart from each other and from the prefix
    bool operator==(const Entry&) const = default;
  };

  Version() = default;
  // Of entries that ascend by stream, and the fingerprint() of a version that they are added to.
  Version(std::vector<Entry> entries, std::uint64_t fingerprint)
      : entries_(std::move(entries)), fingerprint_(fingerprint) {}

  // Requires a stream above all that were added.
  void add(Entry entry) {
    fingerprint_ += mark_of_prefix(entry.stream, entry.prefix);
    for (const auto& [first, last] : entry.beyond)
      for (std::uint64_t number = first; number <= last; ++number) fingerprint_ += mark_beyond(entry.stream, number);
    entries_.push_back(std::move(entry));
  }

  // The sum of these is the fingerprint, so that somebody who holds numbers can keep it up to date.
  static std::uint64_t mark_of_prefix(StreamId stream, std::uint64_t prefix) {
    return prefix == 0 ? 0 : combine(stream, prefix);
  }
  static std::uint64_t mark_beyond(StreamId stream, std::uint64_t number) { return combine(~stream, number); }

  // Null for a stream that it has nothing of.
  const Entry* find(StreamId stream) const {
    const auto it = std::lower_bound(entries_.begin(), entries_.end(), stream,
                                     [](const Entry& entry, StreamId s) { return entry.stream < s; });
    return it != entries_.end() && it->stream == stream ? &*it : nullptr;
  }

  // The same for streams that ascend from call to call: all of them take no longer than one walk.
  class Reader {
   public:
    explicit Reader(const Version& version) : at_(version.entries_.begin()), end_(version.entries_.end()) {}
    const Entry* find(StreamId stream) {
      while (at_ != end_ && at_->stream < stream) ++at_;
      return at_ != end_ && at_->stream == stream ? &*at_ : nullptr;
    }

   private:
    std::vector<Entry>::const_iterator at_, end_;
  };

  static bool holds(const Entry* entry, std::uint64_t number) {
    if (entry == nullptr) return false;
    if (number <= entry->prefix) return true;
    const auto it = std::upper_bound(entry->beyond.begin(), entry->beyond.end(), number,
                                     [](std::uint64_t n, const Interval& interval) { return n < interval.first; });
    return it != entry->beyond.begin() && number <= std::prev(it)->second;
  }
  bool holds(const Dot& dot) const { return holds(find(dot.stream), dot.number); }

  // Everything that `other` holds is held here.
  bool covers(const Version& other) const {
    Reader entries(*this);
    return std::all_of(other.entries_.begin(), other.entries_.end(), [&entries](const Entry& theirs) {
      const Entry* ours = entries.find(theirs.stream);
      const auto covered = [ours](std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t n = first; n <= last; ++n)
          if (!holds(ours, n)) return false;
        return true;
      };
      const std::uint64_t from = ours == nullptr ? 1 : ours->prefix + 1;
      return covered(from, theirs.prefix) &&
             std::all_of(theirs.beyond.begin(), theirs.beyond.end(),
                         [&](const Interval& i) { return covered(std::max(from, i.first), i.second); });
    });
  }

  const std::vector<Entry>& entries() const { return entries_; }
  bool operator==(const Version& other) const {
    return fingerprint_ == other.fingerprint_ && entries_ == other.entries_;
  }
  // Equal for equal versions, and different (except with a chance of 2^-64) for different ones.
  std::uint64_t fingerprint() const { return fingerprint_; }

  // 12 bytes a stream (its id and how far) and 8 for each interval beyond.
  std::uint32_t wire_size() const {
    std::size_t bytes = 0;
    for (const Entry& entry : entries_) bytes += 12 + 8 * entry.beyond.size();
    return static_cast<std::uint32_t>(bytes);
  }

 private:
  std::vector<Entry> entries_;  // ascending by stream
  std::uint64_t fingerprint_ = 0;
};

}  // namespace hearsay
