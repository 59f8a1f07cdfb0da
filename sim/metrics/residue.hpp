// What is missing at the end (docs/definitions.md: lost_writes, missing, residue). An acknowledged write is present on
// a live node if it is visible there, or a write that replaces it is, or one that replaces that one, and so on. Nodes
// may report different winners over one write, and even each of two over the other (`conflict: arrival`): all of them
// count. What replaced a write is undone on a node where that write has changed the state a second time (event
// `reapplied`), such as a deleted entry that comes back once its deletion is forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/metrics/coverage.hpp"
#include "sim/metrics/kinds.hpp"

namespace hearsay {

class Residue final : public SelectiveObserver {
 public:
  struct Counts {
    std::uint64_t lost_writes = 0;  // acknowledged, present on no live node
    std::uint64_t missing = 0;      // (acknowledged write, live node) pairs that are not present
    std::optional<double> share;    // missing over all such pairs; nothing if there are none
    WriteId example = no_write;     // the first lost write, or the first that is missing somewhere
  };

  Residue() : SelectiveObserver({EventKind::replaced, EventKind::reapplied, EventKind::applied}) {}
  void observe(const Event& event) override;

  // Requires that `finish` passed.
  Counts count(const Coverage& coverage) const;
  // The live nodes where the write ought to be and is not present.
  std::vector<NodeId> lacking(const Coverage& coverage, WriteId write) const;
  // Whether it is present on no live node, of which there is one.
  bool lost(const Coverage& coverage, WriteId write) const;

 private:
  class Search;
  void replace(WriteId loser, WriteId winner);
  template <class Visit>
  void for_each_winner_over(WriteId write, Visit visit) const;
  void undo_winners_over(WriteId write, NodeId node);

  std::vector<WriteId> winners_;                           // by loser: the first winner that was reported
  std::map<WriteId, std::vector<WriteId>> other_winners_;  // by loser: those that other reports named
  std::map<WriteId, std::set<NodeId>> undone_;             // on these nodes it is visible no more
};

}  // namespace hearsay
