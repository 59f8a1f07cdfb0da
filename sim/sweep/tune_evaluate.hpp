// Runs settings that `tune` wants to know of, here or by Slurm, and reads their figures.
#pragma once

#include <memory>

#include "sim/sweep/tune_options.hpp"
#include "sim/sweep/work.hpp"

namespace hearsay::tune {

class Evaluation {
 public:
  // Requires --results. Throws ScenarioError or UsageError unless the scenario is a single case of one protocol.
  explicit Evaluation(const TuneOptions& options);

  // See Evaluate. A setting that the scenario does not allow (two parameters that exclude each other) keeps no
  // constraint.
  bool operator()(std::vector<Candidate>& candidates, const std::vector<Wanted>& wanted);

  const Scenario& scenario() const { return *scenario_; }
  const ProtocolEntry& protocol() const { return scenario_->protocols.front(); }
  // The scenario with these values put in.
  std::shared_ptr<const Scenario> with(const std::vector<std::string>& values) const;

 private:
  sweep::Part part_of(const Candidate& candidate, const Wanted& wanted) const;
  bool run_here(const Plan& plan) const;
  bool run_on_slurm(const sweep::Work& work) const;
  Outcome outcome_of(const nlohmann::ordered_json& result) const;

  const TuneOptions& options_;
  std::shared_ptr<const Scenario> scenario_;
};

}  // namespace hearsay::tune
