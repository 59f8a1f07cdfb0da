// The replicated state: a set of values that grows, what of each writer is held, and its disk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "protocols/common/range_set.hpp"
#include "protocols/delta-gossip/element.hpp"
#include "protocols/delta-gossip/messages.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/place_table.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Store {
 public:
  explicit Store(const Params& params) : params_(params) {}

  // Reads what the disk has kept and reports the state. Call once, first.
  void start(Context& context, StartReason reason);

  // A client's write, as the next value of this incarnation. Requires that it is not full().
  Index write(Context& context, const Operation& operation);

  // A value of a peer, unless its time-to-live is over: then it is skipped. Requires that it is not full() and that
  // place_of() gives nothing.
  std::optional<Index> take(Context& context, const Carried& carried);

  // A copy that is processed again (`dedup: false`) has come so far; those passed on from here count from it, so that
  // `max_hops` ends the storm.
  void note_hops(Index index, std::uint32_t hops);

  // Counts as held from now on, though its value is not to be had any more. False if it is held.
  bool skip(Context& context, const Dot& dot);

  // Nothing if it was never held. It may have been dropped: see live().
  std::optional<Index> place_of(const Dot& dot) const {
    const std::uint32_t place = place_of_stream(dot.stream);
    if (place == places_.none) return std::nullopt;
    const Index index = streams_[place].at(dot.number);
    return index == absent ? std::nullopt : std::optional(index);
  }
  const Element& at(Index index) const { return *entries_[index].element; }  // with its id alone if it was skipped
  const ElementPtr& element(Index index) const { return entries_[index].element; }
  const Dot& dot(Index index) const { return at(index).dot; }
  Carried carried(Index index) const;                                     // as a peer gets it from here
  std::uint32_t hops(Index index) const { return entries_[index].hops; }  // from its writer to here
  Time arrived(Index index) const { return arrivals_[index]; }  // by this node's clock; with synchronous rounds alone
  bool live(Index index) const { return entries_[index].live; }
  Index end() const { return static_cast<Index>(entries_.size()); }  // indexes are below it

  // No value takes more bytes in a message.
  std::size_t largest() const { return largest_; }

  bool full() const { return params_.memory_limit > 0 && !evicts() && live_ >= params_.memory_limit; }
  std::size_t size() const { return live_; }

  std::shared_ptr<const Version> version();
  // That of version(), which need not be made for it.
  std::uint64_t fingerprint() const { return fingerprint_; }
  // Everything that `theirs` holds is held here.
  bool covers(const Version& theirs) const;
  // A version that equals version() takes its place: so all who hold the same come to share one.
  void share(std::shared_ptr<const Version> equal) { version_ = std::move(equal); }
  // Values written by this incarnation whose numbers are above `number`.
  std::vector<Index> written_after(std::uint64_t number) const;
  StreamId own_stream() const { return own_; }

  // What somebody who holds `theirs` lacks: values, and ids of those that were dropped.
  struct Missing {
    std::vector<Index> values;
    std::vector<Dot> gone;
  };
  Missing missing(const Version& theirs) const;

  // The ids of all that is or was held, for `digest: ranges`; payload: index.
  const RangeSet& ids() const { return ids_; }
  static RangeSet::Key key_of(const Dot& dot) { return combine(dot.stream, dot.number); }

  // The writes that a read shows, ascending.
  const std::vector<WriteId>& visible() const { return visible_; }

  // Drops what is past its time-to-live; when the next value will be, by this node's clock.
  void expire(Context& context);
  std::optional<Time> next_expiry() const {
    return expiries_.empty() ? std::nullopt : std::optional(expiries_.top().first);
  }

  // Syncs what was logged since the last call.
  void sync(Context& context);

 private:
  struct Entry {
    ElementPtr element;
    std::uint32_t hops = 0;
    bool live = false;
  };
  static constexpr Index absent = ~Index{0};
  // What is held of one stream. Most writers of a large cluster write once: that takes no memory of its own.
  struct Stream {
    StreamId id = 0;
    std::uint32_t prefix = 0;                   // 1..prefix are held
    Index first = absent;                       // index of number 1
    std::unique_ptr<std::vector<Index>> later;  // of 2 and on, or absent; null: none

    std::uint64_t highest() const { return later ? 1 + later->size() : first == absent ? 0 : 1; }
    Index at(std::uint64_t number) const {  // absent also beyond the highest
      if (number == 1) return first;
      return later && number - 2 < later->size() ? (*later)[static_cast<std::size_t>(number - 2)] : absent;
    }
    void set(std::uint64_t number, Index index);
  };

  bool expired(Context& context, const Element& element) const {
    return params_.ttl > Duration{} && later(element.created, params_.ttl) <= context.now();
  }
  std::uint32_t place_of_stream(StreamId id) const {  // in streams_; none if nothing of it is held
    return places_.find(id, [this](std::uint32_t place) { return streams_[place].id; });
  }
  const std::vector<std::uint32_t>& ordered() const;
  bool evicts() const { return params_.memory_full == WhenFull::evict; }
  bool keeps_disk() const { return params_.keeps_disk(); }
  void load(Context& context);
  Index insert(Context& context, const Carried& carried);
  void add(Context& context, Entry entry);
  void mark(Stream& stream, std::uint64_t number);
  void deliver(Context& context, const Stream& stream, Index index, std::uint32_t before);
  void show(Context& context, const Element& element);
  void drop(Context& context, Index index);
  void log(Context& context, Index index);
  void compact(Context& context);

  const Params& params_;
  StreamId own_ = 0;  // the stream of this incarnation
  std::uint64_t written_ = 0;
  std::vector<Entry> entries_;                // in the order of arrival
  std::vector<Time> arrivals_;                // of each; empty unless rounds are synchronous
  std::vector<Stream> streams_;               // in the order of their first values
  PlaceTable places_;                         // in streams_
  mutable std::vector<std::uint32_t> by_id_;  // places in streams_, ascending by id; see ordered()
  RangeSet ids_;
  std::size_t largest_ = 0;
  std::vector<WriteId> visible_;   // ascending
  std::size_t live_ = 0;           // entries that were not dropped
  std::size_t waiting_ = 0;        // live ones that are not visible yet
  Index oldest_ = 0;               // nothing below it is live
  std::uint64_t digest_ = 0;       // sum over what is visible: independent of order, kept up to date in constant time
  std::uint64_t fingerprint_ = 0;  // of what is held
  std::shared_ptr<const Version> version_;  // null: to be made again
  using Expiry = std::pair<Time, Index>;
  std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;
  std::size_t logged_ = 0;  // records on the disk
  bool unsynced_ = false;
};

}  // namespace hearsay::gossip
