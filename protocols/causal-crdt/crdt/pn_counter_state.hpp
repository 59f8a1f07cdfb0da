// State-based PN counter (protocols/common/crdt/pn_counter.hpp). What an update sends is the part of the state that is
// its origin's, both sums (a delta: Almeida, Shoker, Baquero 2018). Repeats and overtaking do no harm, and a later
// effect makes up for the loss of an earlier one.
#pragma once

#include <map>

#include "protocols/causal-crdt/crdt/pn_counter.hpp"
#include "protocols/common/crdt/pn_counter.hpp"

namespace hearsay::crdt {

class PnCounterState {
 public:
  struct Sums {
    std::int64_t added = 0, subtracted = 0;
    WriteId last = no_write;  // the simulation's name of the update that these sums include last
  };

  struct Effect {
    Sums sums;  // of the origin's stream; `last` is the update before this one
    std::uint32_t bytes() const { return 16; }
    void describe(std::ostream& out) const { out << "+" << sums.added << " -" << sums.subtracted << " in all"; }
    void save(ByteWriter& out) const { save_sums(out, sums); }
    static Effect load(ByteReader& in) { return {load_sums(in)}; }
    // As entries that any state can join.
    JoinEntries delta(const Origin& origin) const { return entries_of(origin.dot.stream, sums); }
  };

  std::optional<Effect> prepare(const Request& request, const Origin& origin) const {
    const auto amount = counted_amount(request);
    if (!amount) return std::nullopt;
    Effect effect{sums_of(origin.dot.stream)};
    (*amount < 0 ? effect.sums.subtracted : effect.sums.added) += std::abs(*amount);
    return effect;
  }

  // Whoever has an entry has all that its stream counted before.
  void apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
    if (effect.sums.last != no_write) replaced.emplace_back(effect.sums.last, origin.write);
    join(origin.dot.stream, {effect.sums.added, effect.sums.subtracted, origin.write});
  }

  void merge(const PnCounterState& other) {
    for (const auto& [stream, last] : other.last_) join(stream, other.sums_of(stream));
  }

  std::int64_t value() const { return value_of(state_); }
  std::uint64_t digest() const { return digest_; }
  std::uint32_t bytes() const { return static_cast<std::uint32_t>(24 * last_.size()); }
  void save(ByteWriter& out) const {
    out.word(last_.size());
    for (const auto& [stream, last] : last_) save_sums(out.word(stream), sums_of(stream));
  }
  static PnCounterState load(ByteReader& in) {
    PnCounterState counter;
    for (std::uint64_t left = in.word(); left > 0; --left) {
      const StreamId stream = in.word();
      counter.join(stream, load_sums(in));
    }
    return counter;
  }
  bool operator==(const PnCounterState& other) const { return state_ == other.state_; }

 private:
  static void save_sums(ByteWriter& out, const Sums& sums) {
    out.word(static_cast<std::uint64_t>(sums.added)).word(static_cast<std::uint64_t>(sums.subtracted)).word(sums.last);
  }
  static Sums load_sums(ByteReader& in) {
    Sums sums;
    sums.added = static_cast<std::int64_t>(in.word());
    sums.subtracted = static_cast<std::int64_t>(in.word());
    sums.last = static_cast<WriteId>(in.word());
    return sums;
  }

  static JoinEntries entries_of(StreamId stream, const Sums& sums) {
    return {sum_entry(stream, Sign::plus, sums.added), sum_entry(stream, Sign::minus, sums.subtracted)};
  }
  Sums sums_of(StreamId stream) const {
    const auto last = last_.find(stream);
    return {sum_of(state_, stream, Sign::plus), sum_of(state_, stream, Sign::minus),
            last == last_.end() ? no_write : last->second};
  }

  // Not from scatter(stream), which combine() would cancel against a sum of equal size.
  std::uint64_t digest_of(StreamId stream) const {
    static const std::uint64_t salt = hash_text("pn-counter-state");
    const Sums sums = sums_of(stream);
    return combine(combine(combine(salt, stream), static_cast<std::uint64_t>(sums.added)),
                   static_cast<std::uint64_t>(sums.subtracted));
  }

  // An update that adds nothing still leaves its entries: the state says who has ever counted.
  void join(StreamId stream, const Sums& to) {
    const Sums had = sums_of(stream);
    if (last_.contains(stream)) digest_ -= digest_of(stream);
    if (to.added + to.subtracted >= had.added + had.subtracted) last_[stream] = to.last;
    for (const JoinEntry& sum : entries_of(stream, to))
      if (!state_.covers(sum)) state_.raise(sum);
    digest_ += digest_of(stream);
  }

  JoinMap state_;
  std::map<StreamId, WriteId> last_;  // of each stream that has counted, what its sums include last
  std::uint64_t digest_ = 0;          // sum over the streams
};

}  // namespace hearsay::crdt
