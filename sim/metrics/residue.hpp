// What is missing at the end (docs/definitions.md: lost_writes, missing, residue). An acknowledged write is present on
// a live node if it is visible there, or a write that replaces it is, or one that replaces that one, and so on.
#pragma once

#include <cstdint>
#include <optional>
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
  };

  Residue() : SelectiveObserver({EventKind::replaced}) {}
  void observe(const Event& event) override;

  // Requires that `finish` passed.
  Counts count(const Coverage& coverage) const;

 private:
  WriteId winner_over(WriteId write) const { return write < winners_.size() ? winners_[write] : no_write; }
  std::size_t count_lacking(const Coverage& coverage, WriteId write, const std::vector<NodeId>& live) const;

  std::vector<WriteId> winners_;  // by loser: the first winner that was reported
  std::size_t replacements_ = 0;
};

}  // namespace hearsay
