// The loop of a hunt: trials, and what becomes of those that fail.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "sim/hunt/options.hpp"
#include "sim/hunt/state.hpp"

namespace hearsay::hunt {

class Hunt {
 public:
  // `targets` outlives it.
  Hunt(const HuntOptions& options, const std::vector<Target>& targets);

  // Until trials or budget are used up, or an interrupt; then false. Keeps its state after every batch of trials.
  bool run();

  const HuntState& state() const { return state_; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Failure {
    std::uint64_t trial = 0;
    Finding finding;
  };

  const Target& target_of(std::uint64_t trial) const { return targets_[trial % targets_.size()]; }
  Node tree_of_trial(std::uint64_t trial) const;
  RunnerOptions runner(const Target& target) const;
  bool over() const;
  double elapsed_s() const;
  void show(std::size_t done_of_batch);
  void clear_line();
  bool batch(std::vector<Failure>& failures);
  void compare_engines(std::uint64_t first, const std::vector<TrialOutcome>& outcomes, std::vector<Failure>& failures);
  bool worth_shrinking(const Failure& failure);
  bool take(const Failure& failure);

  const HuntOptions& options_;
  const std::vector<Target>& targets_;
  HuntState state_;
  double wall_before_s_ = 0;
  Clock::time_point started_ = Clock::now(), shown_{};
  bool line_shown_ = false, interrupted_ = false;
};

}  // namespace hearsay::hunt
