// violations.causal_order: (write, node) pairs where a write was applied before something in its immediate causal past
// was visible there. That past: the write that was applied at its origin, by a client of the origin, before it, and all
// writes that became visible at the origin since then, up to its own application there. A write that its origin has not
// applied has no past. What is recovered from disk violates nothing. A pair that goes wrong
// again after the node crashed counts again.
//
// Writes that a node applies one after another at one instant are one step: a merged state becomes visible as a whole,
// in whatever order the protocol reports its parts.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/metrics/coverage.hpp"
#include "sim/metrics/kinds.hpp"
#include "sim/metrics/write_bits.hpp"

namespace hearsay {

// Attach it before Coverage: it asks what was visible before each event.
class Causality final : public SelectiveObserver {
 public:
  Causality(std::uint32_t nodes, const Coverage& coverage);
  void observe(const Event& event) override;

  std::uint64_t violations() const { return violations_; }  // requires that `finish` passed

 private:
  // The part of a past in one block of writes.
  struct Past {
    std::uint32_t block = 0;
    std::uint64_t writes = 0;
  };
  struct Write {
    NodeId origin = no_node;
    bool frozen = false;              // its origin has applied it
    std::size_t first = 0, last = 0;  // its past in pasts_
  };

  void invoke(const Event& event);
  void check_step();
  bool past_is_visible(const Write& write, NodeId node);
  void show(WriteId write, NodeId node);
  void freeze(Write& write);

  const Coverage& coverage_;
  std::vector<Write> writes_;
  std::vector<Past> pasts_;
  WriteBits fresh_;                       // became visible since the node's last own write
  std::vector<std::uint32_t> low_block_;  // by node: below it fresh_ is clear
  std::vector<std::uint32_t> whole_;      // by node: below this block all writes are visible there
  std::vector<WriteId> step_;             // applied in a row by step_node_ at step_at_
  NodeId step_node_ = no_node;
  Time step_at_{};
  std::uint64_t violations_ = 0;
};

}  // namespace hearsay
