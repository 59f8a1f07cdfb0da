// State-based PN counter (Shapiro, Preguica, Baquero, Zawirski 2011, specification 7): for each stream, how much it has
// added and subtracted in all; merging takes the maximum of each. What an update sends is the part of the state that it
// changed, the origin's own entry (a delta: Almeida, Shoker, Baquero 2018). Repeats and overtaking do no harm, and a
// later entry makes up for the loss of an earlier one.
#pragma once

#include <algorithm>
#include <map>

#include "protocols/causal-crdt/crdt/pn_counter.hpp"

namespace hearsay::crdt {

class PnCounterState {
 public:
  struct Sums {
    std::uint64_t added = 0, subtracted = 0;
    WriteId last = no_write;  // the simulation's name of the update that these sums include last
    bool operator==(const Sums& other) const { return added == other.added && subtracted == other.subtracted; }
  };

  struct Effect {
    Sums sums;  // of the origin's stream; `last` is the update before this one
    std::uint32_t bytes() const { return 16; }
    void describe(std::ostream& out) const { out << "+" << sums.added << " -" << sums.subtracted << " in all"; }
    void save(ByteWriter& out) const { out.word(sums.added).word(sums.subtracted).word(sums.last); }
    static Effect load(ByteReader& in) { return {load_sums(in)}; }
  };

  std::optional<Effect> prepare(const Request& request, const Origin& origin) const {
    const auto amount = counted_amount(request);
    if (!amount) return std::nullopt;
    const auto own = sums_.find(origin.dot.stream);
    Effect effect{own == sums_.end() ? Sums{} : own->second};
    (*amount < 0 ? effect.sums.subtracted : effect.sums.added) += static_cast<std::uint64_t>(std::abs(*amount));
    return effect;
  }

  // Whoever has an entry has all that its stream counted before.
  void apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
    if (effect.sums.last != no_write) replaced.emplace_back(effect.sums.last, origin.write);
    raise(origin.dot.stream, {effect.sums.added, effect.sums.subtracted, origin.write});
  }

  void merge(const PnCounterState& other) {
    for (const auto& [stream, sums] : other.sums_) raise(stream, sums);
  }

  std::int64_t value() const {
    std::uint64_t total = 0;
    for (const auto& [stream, sums] : sums_) total += sums.added - sums.subtracted;
    return static_cast<std::int64_t>(total);
  }
  std::uint64_t digest() const { return digest_; }
  std::uint32_t bytes() const { return static_cast<std::uint32_t>(24 * sums_.size()); }
  void save(ByteWriter& out) const {
    out.word(sums_.size());
    for (const auto& [stream, sums] : sums_) out.word(stream).word(sums.added).word(sums.subtracted).word(sums.last);
  }
  static PnCounterState load(ByteReader& in) {
    PnCounterState counter;
    for (std::uint64_t left = in.word(); left > 0; --left) {
      const StreamId stream = in.word();
      counter.raise(stream, load_sums(in));
    }
    return counter;
  }
  bool operator==(const PnCounterState& other) const { return sums_ == other.sums_; }

 private:
  static Sums load_sums(ByteReader& in) {
    Sums sums;
    sums.added = in.word();
    sums.subtracted = in.word();
    sums.last = static_cast<WriteId>(in.word());
    return sums;
  }

  // Not from scatter(stream), which combine() would cancel against a sum of equal size.
  static std::uint64_t digest_of(StreamId stream, const Sums& sums) {
    static const std::uint64_t salt = hash_text("pn-counter-state");
    return combine(combine(combine(salt, stream), sums.added), sums.subtracted);
  }

  // An update that adds nothing still leaves an entry: the state says who has ever counted.
  void raise(StreamId stream, const Sums& to) {
    const auto [it, fresh] = sums_.try_emplace(stream);
    Sums& sums = it->second;
    if (!fresh) digest_ -= digest_of(stream, sums);
    if (to.added + to.subtracted >= sums.added + sums.subtracted) sums.last = to.last;
    sums.added = std::max(sums.added, to.added);
    sums.subtracted = std::max(sums.subtracted, to.subtracted);
    digest_ += digest_of(stream, sums);
  }

  std::map<StreamId, Sums> sums_;
  std::uint64_t digest_ = 0;  // sum over the entries
};

}  // namespace hearsay::crdt
