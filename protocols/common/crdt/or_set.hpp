// What updates have observed, they replace (observed-remove; Bieniusa et al. 2012, Shapiro et al. 2011, specification
// 15) as a join map: the key of an addition is its dot, on which it is present until it is removed. A removal is of the
// dots that it has observed, so an addition that is concurrent to it stays: add wins. A removed dot is remembered,
// since its addition may still arrive; where that cannot happen (causal delivery), it can be forgotten.
#pragma once

#include <cstdint>

#include "protocols/common/crdt/join_map.hpp"

namespace hearsay::crdt {

// The levels; an element of a grow-only set stays at the first.
struct Fate {
  static constexpr std::int64_t present = 1, removed = 2;
};

inline JoinEntry::Key key_of(Dot dot) { return {dot.stream, dot.number}; }
inline Dot dot_of(JoinEntry::Key key) { return {key.of, key.part}; }

// The deltas of an addition, and of the removal of one dot. Of removals of one dot any may stand for all: `by`, the
// name of the removal, decides which one does.
inline JoinEntry added(Dot dot) { return {key_of(dot), {Fate::present, {}}, 0, no_write}; }
inline JoinEntry taken_out(Dot dot, Dot by) { return {key_of(dot), {Fate::removed, by}, 0, no_write}; }

// A reader sees it.
inline bool stands(const JoinEntry& entry) { return entry.rank.level == Fate::present; }

}  // namespace hearsay::crdt
