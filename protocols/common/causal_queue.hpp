// Causal delivery (Birman, Schiper, Stephenson 1991): an item waits until everything that its writer had delivered when
// it wrote has been delivered here. An item that waits is filed under the first thing it lacks, so a delivery looks
// only at those that it may release.
//
// Example: A writes a1; B delivers it and writes b1, stamped {B, 1, before: {A: 1}}. At C b1 comes first: A's count is
// 0 there, so b1 is held and filed under (A, 1). Then a1 comes: it is delivered, (A, 1) releases b1, and `out` is a1,
// b1.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocols/common/interval_set.hpp"
#include "protocols/common/vector_clock.hpp"

namespace hearsay {

struct CausalStamp {
  StreamId stream = 0;
  std::uint64_t number = 0;  // 1, 2, ... within its stream
  VectorClock before;        // what its writer had delivered; its own stream stands there with number - 1
};

enum class CausalArrival : std::uint8_t {
  delivered,  // handed out, perhaps with others that it released
  held,       // waits for what it depends on
  known,      // delivered or held already
};

template <class Item>
class CausalQueue {
 public:
  using Name = std::pair<StreamId, std::uint64_t>;

  // Stamps the next item of one's own stream, which thereby counts as delivered here.
  CausalStamp stamp_own(StreamId stream) {
    CausalStamp stamp{stream, clock_.at(stream) + 1, clock_};
    clock_.raise(stream, stamp.number);
    return stamp;
  }

  // Appends to `out` what can be delivered now, in causal order. On `known` the item is not kept.
  CausalArrival offer(const CausalStamp& stamp, Item item, std::vector<Item>& out) {
    const Name name{stamp.stream, stamp.number};
    if (gaps_.remove(stamp.stream, stamp.number)) {  // given up earlier, and here it is after all
      out.push_back(std::move(item));
      return CausalArrival::delivered;
    }
    if (stamp.number <= clock_.at(stamp.stream) || held_.contains(name)) return CausalArrival::known;
    ++arrivals_;
    if (const auto missing = lacks(stamp)) {
      held_.emplace(name, Held{stamp, std::move(item), arrivals_});
      waiting_.emplace(*missing, name);
      return CausalArrival::held;
    }
    out.push_back(std::move(item));
    std::vector<Name> released;
    raise(stamp.stream, stamp.number, released);
    release(std::move(released), out);
    return CausalArrival::delivered;
  }

  // The same without waiting for anything: an item is delivered as it comes, and what it overtakes becomes a gap.
  CausalArrival offer_unordered(const CausalStamp& stamp, Item item, std::vector<Item>& out) {
    if (!gaps_.remove(stamp.stream, stamp.number)) {
      if (stamp.number <= clock_.at(stamp.stream)) return CausalArrival::known;
      gaps_.add(stamp.stream, clock_.at(stamp.stream) + 1, stamp.number - 1);
      clock_.raise(stamp.stream, stamp.number);
    }
    out.push_back(std::move(item));
    return CausalArrival::delivered;
  }

  // Counts everything up to `clock` as delivered: a state that holds it has been taken over. What is held and part of
  // it is dropped (appended to `covered`); what waited for nothing else is delivered.
  void advance(const VectorClock& clock, std::vector<Item>& covered, std::vector<Item>& out) {
    std::vector<Name> released;
    for (const auto& [stream, count] : clock.entries()) {
      const auto from = held_.lower_bound({stream, 0});
      const auto to = held_.upper_bound({stream, count});
      for (auto it = from; it != to; ++it) covered.push_back(std::move(it->second.item));
      held_.erase(from, to);
      if (clock_.at(stream) < count) raise(stream, count, released);
    }
    std::erase_if(released, [this](const Name& name) { return !held_.contains(name); });
    std::erase_if(waiting_, [this](const auto& entry) { return !held_.contains(entry.second); });
    release(std::move(released), out);
  }

  // The item if it waits, else null.
  Item* held(StreamId stream, std::uint64_t number) {
    const auto it = held_.find({stream, number});
    return it == held_.end() ? nullptr : &it->second.item;
  }
  bool holds(StreamId stream, std::uint64_t number) const { return held_.contains({stream, number}); }

  // Stops waiting for what the items of the first `limit` arrivals lack: these are delivered, still in causal order
  // among those held, and what they lacked becomes a gap, to be delivered on arrival should it ever come. Returns the
  // number of items delivered although something they depend on was missing.
  std::size_t give_up(std::uint64_t limit, std::vector<Item>& out) {
    std::size_t forced = 0;
    for (auto name = arrived_by(limit); name; name = arrived_by(limit)) {
      force(earliest_before(*name), out);
      ++forced;
    }
    return forced;
  }

  // Items taken in so far: the newest one's number for `give_up`. A count, not a clock, which may be wrong.
  std::uint64_t arrivals() const { return arrivals_; }
  std::size_t size() const { return held_.size(); }
  const VectorClock& delivered() const { return clock_; }
  const IntervalSet& gaps() const { return gaps_; }

  // Continues from what an earlier incarnation had delivered.
  void restore(VectorClock clock, IntervalSet gaps) {
    clock_ = std::move(clock);
    gaps_ = std::move(gaps);
  }

 private:
  struct Held {
    CausalStamp stamp;
    Item item;
    std::uint64_t arrival;
  };

  // The first event that `stamp` still waits for.
  std::optional<Name> lacks(const CausalStamp& stamp) const {
    if (clock_.at(stamp.stream) + 1 < stamp.number) return Name{stamp.stream, stamp.number - 1};
    const auto here = clock_.entries();
    auto known = here.begin();
    for (const auto& [stream, count] : stamp.before.entries()) {  // both ascend
      while (known != here.end() && known->first < stream) ++known;
      const bool covered = known != here.end() && known->first == stream && known->second >= count;
      if (stream != stamp.stream && !covered) return Name{stream, count};
    }
    return std::nullopt;
  }

  // Delivers those of `candidates` (held ones) that lack nothing, and whatever that releases in turn.
  void release(std::vector<Name> candidates, std::vector<Item>& out) {
    while (!candidates.empty()) {
      const Name name = candidates.back();
      candidates.pop_back();
      const auto it = held_.find(name);
      if (const auto missing = lacks(it->second.stamp)) {
        waiting_.emplace(*missing, name);
        continue;
      }
      out.push_back(std::move(it->second.item));
      held_.erase(it);
      raise(name.first, name.second, candidates);
    }
  }

  // Moves those that waited for an event up to `count` of `stream` to `released`.
  void raise(StreamId stream, std::uint64_t count, std::vector<Name>& released) {
    if (count <= clock_.at(stream)) return;
    const auto from = waiting_.lower_bound({stream, clock_.at(stream) + 1});
    const auto to = waiting_.upper_bound({stream, count});
    for (auto it = from; it != to; ++it) released.push_back(it->second);
    if (from != to) waiting_.erase(from, to);
    clock_.raise(stream, count);
  }

  std::optional<Name> arrived_by(std::uint64_t limit) const {
    for (const auto& [name, held] : held_)
      if (held.arrival <= limit) return name;
    return std::nullopt;
  }

  // Follows held predecessors back to one that has none. Two writers under one name can precede each other: then to the
  // last one before the circle closes.
  Name earliest_before(Name name) const {
    std::set<Name> passed{name};
    for (bool moved = true; moved;) {
      moved = false;
      const CausalStamp& stamp = held_.at(name).stamp;
      for (const auto& [other, held] : held_) {
        const bool precedes =
            other.first == stamp.stream ? other.second < stamp.number : other.second <= stamp.before.at(other.first);
        if (!precedes || !passed.insert(other).second) continue;
        name = other;
        moved = true;
        break;
      }
    }
    return name;
  }

  void force(const Name& name, std::vector<Item>& out) {
    const CausalStamp stamp = held_.at(name).stamp;
    std::vector<Name> released;
    skip(stamp.stream, stamp.number - 1, released);
    for (const auto& [stream, count] : stamp.before.entries()) skip(stream, count, released);
    if (std::ranges::count(released, name) ==
        0) {  // it waited for one's own stream, under whose name another one writes
      std::erase_if(waiting_, [&name](const auto& entry) { return entry.second == name; });
      released.push_back(name);
    }
    release(std::move(released), out);
  }

  void skip(StreamId stream, std::uint64_t count, std::vector<Name>& released) {
    gaps_.add(stream, clock_.at(stream) + 1, count);
    if (clock_.at(stream) < count) raise(stream, count, released);
  }

  std::uint64_t arrivals_ = 0;
  VectorClock clock_;
  IntervalSet gaps_;
  std::map<Name, Held> held_;
  std::multimap<Name, Name> waiting_;  // event that is lacked -> held items filed under it
};

}  // namespace hearsay
