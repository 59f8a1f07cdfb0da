// Range-based set reconciliation (Meyer 2022) as a pure step: two replicas send each other fingerprints of ranges of
// keys, and split those that differ until a range is small enough to list its keys. The cost grows with the difference
// of the sets and the logarithm of their size. No state beside the sets, so lost, late and doubled messages do no harm.
//
// Example with leaf 2 and branch 2: we hold 10 20 30 40 50, they hold 10 20 30 50.
//   we:   everything: 5 keys
//   they: lowest..29: 2 keys (10 20); 30..highest: 2 keys (30 50)   [differs, and 4 keys are more than a leaf]
//   we:   30..39: 1 key (30); 40..highest: 2 keys (40 50)           [the first part is equal: nothing to say]
//   they: 40..highest: the list 50                                  [1 key is a leaf]
// Now we know the difference: 40 is missing there, and is sent. With a sum beside each number: "2 keys" is not enough.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/common/range_set.hpp"

namespace hearsay {

// "In first..last, both included, I hold keys with this fingerprint."
struct RangeSummary {
  RangeSet::Key first = RangeSet::lowest;
  RangeSet::Key last = RangeSet::highest;
  Fingerprint fingerprint;
  bool operator==(const RangeSummary&) const = default;
};

// "In first..last I hold these keys and no other."
struct RangeKeys {
  RangeSet::Key first = RangeSet::lowest;
  RangeSet::Key last = RangeSet::highest;
  std::vector<RangeSet::Key> keys;  // ascending
  bool operator==(const RangeKeys&) const = default;
};

struct RangeMessage {
  std::vector<RangeSummary> summaries;
  std::vector<RangeKeys> lists;
  bool empty() const { return summaries.empty() && lists.empty(); }
  bool operator==(const RangeMessage&) const = default;
};

// Bytes on the wire. Keys, bounds and sums take 8, counts 4: a summary is 28, a list 20 and 8 a key.
std::uint32_t wire_size(const RangeSummary& summary);
std::uint32_t wire_size(const RangeKeys& list);
std::uint32_t wire_size(const RangeMessage& message);  // without the protocol's headers

struct RangeParams {
  std::uint32_t leaf = 16;    // a range of ours with at most so many keys is listed key by key; at least 1
  std::uint32_t branch = 16;  // into how many parts a larger one is split; at least 2
};

struct RangeAnswer {
  RangeMessage message;                      // back to the sender; may be empty: there is nothing left to compare
  std::vector<RangeSet::Key> missing_here;   // the sender holds them, we do not: to be requested
  std::vector<RangeSet::Key> missing_there;  // we hold them, the sender does not: to be sent
};

// The first message: one summary of everything.
RangeMessage open_reconciliation(const RangeSet& ours);

// What to say to `theirs`. For a summary: nothing where ours is equal; our keys of the range where we hold at most
// `leaf` (the sender then knows the whole difference there, however many it holds itself); else our fingerprints of
// `branch` parts with about equal numbers of our keys. Where the sender holds none, ours are missing there, and no
// answer is needed. For a list: the difference, and no answer. Ranges with first > last and keys outside of their
// range, which only a corrupt message has, are passed over.
RangeAnswer reconcile(const RangeSet& ours, const RangeMessage& theirs, const RangeParams& params);

}  // namespace hearsay
