// What the clients got: counts by outcome, and how long they waited.
#pragma once

#include <array>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/quantiles.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class Clients final : public SelectiveObserver {
 public:
  Clients() : SelectiveObserver({EventKind::invoke, EventKind::respond}) {}
  void observe(const Event& event) override;

  // An operation that has no response at the end of the run counts as timed out.
  OperationCounts writes() const { return counts(OperationKind::write); }
  OperationCounts reads() const { return counts(OperationKind::read); }
  OperationCounts total() const;

  // Of the last operation, final reads aside; the start of the run if there was none.
  Time last_invoked() const { return last_invoked_; }

  // Invocation to response, of every operation that was answered: acknowledged, failed or rejected. One that timed out
  // would measure the client's patience, not the cluster's speed.
  const DurationSamples& latency() const { return latency_; }
  // How many those are so far, and how long they waited together.
  std::uint64_t answered() const { return latency_.count(); }
  Duration waited() const { return waited_; }

 private:
  OperationCounts counts(OperationKind kind) const;

  std::vector<Time> invoked_;  // by operation
  Time last_invoked_{};
  std::array<OperationCounts, 2> counts_{};  // by OperationKind
  DurationSamples latency_;
  Duration waited_{};
};

}  // namespace hearsay
