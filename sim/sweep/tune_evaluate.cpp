#include "sim/sweep/tune_evaluate.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/cli/batch.hpp"
#include "sim/report/baseline.hpp"
#include "sim/sweep/submit.hpp"
#include "sim/sweep/wait.hpp"

namespace hearsay::tune {
namespace {

// For what has no result: it is never the best.
Outcome worst_outcome(std::size_t objectives) { return {Figures(objectives, infinity), false}; }

Overrides with_values(const Overrides& base, const std::vector<Axis>& axes, const std::vector<std::string>& values) {
  Overrides overrides = base;
  for (std::size_t i = 0; i < axes.size(); ++i) overrides.settings.emplace_back(axes[i].path, values[i]);
  return overrides;
}

}  // namespace

Evaluation::Evaluation(const TuneOptions& options) : options_(options) {
  const auto all = read_and_check(options.run.files.front(), options.run.overrides);
  scenario_ = all.front();
  if (all.size() > 1)
    throw UsageError("the scenario has a matrix of " + std::to_string(all.size()) +
                     " cases; tune one of them with --set PATH=VALUE for each key of the matrix");
  if (scenario_->protocols.size() != 1)
    throw UsageError("the scenario has " + std::to_string(scenario_->protocols.size()) +
                     " protocols; name the one to tune with --protocol");
}

std::shared_ptr<const Scenario> Evaluation::with(const std::vector<std::string>& values) const {
  return read_and_check(options_.run.files.front(), with_values(options_.run.overrides, options_.search.axes, values))
      .front();
}

sweep::Part Evaluation::part_of(const Candidate& candidate, const Wanted& wanted) const {
  sweep::Part part{options_.run.files, with_values(options_.run.overrides, options_.search.axes, candidate.values)};
  part.overrides.seeds = std::to_string(wanted.first_seed) + ".." + std::to_string(wanted.last_seed);
  return part;
}

bool Evaluation::operator()(std::vector<Candidate>& candidates, const std::vector<Wanted>& wanted) {
  sweep::Work work = sweep::work_of(options_.run);
  work.parts.clear();
  Plan plan;
  std::vector<const Wanted*> of_group;
  std::optional<ScenarioError> refused;
  for (const Wanted& one : wanted) {
    sweep::Work alone = work;
    alone.parts = {part_of(candidates[one.candidate], one)};
    try {
      Plan of_it = sweep::plan_of(alone);
      for (PlannedRun& run : of_it.runs) {
        run.group = plan.groups;
        plan.runs.push_back(std::move(run));
      }
      ++plan.groups;
      of_group.push_back(&one);
      work.parts.push_back(alone.parts.front());
    } catch (const ScenarioError& error) {
      refused = error;
      for (std::uint64_t seed = one.first_seed; seed <= one.last_seed; ++seed)
        candidates[one.candidate].outcomes.push_back(worst_outcome(options_.objectives.size()));
    }
  }
  if (refused && plan.runs.empty()) throw *refused;  // a mistake of the command line rather than of a few settings
  if (!(options_.on_slurm ? run_on_slurm(work) : run_here(plan))) return false;
  Store store(*options_.run.results);
  for (const PlannedRun& run : plan.runs) {
    const auto result = store.find(run.key);
    candidates[of_group[run.group]->candidate].outcomes.push_back(result ? outcome_of(*result)
                                                                         : worst_outcome(options_.objectives.size()));
  }
  return true;
}

bool Evaluation::run_here(const Plan& plan) const {
  Batch batch(options_.run, plan);
  batch.run();
  return batch.complete();
}

// Runs that Slurm lost are tried once more.
bool Evaluation::run_on_slurm(const sweep::Work& work) const {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const sweep::Submission submission = sweep::submit_to_slurm(work, options_.slurm, std::cerr);
    if (!submission.fresh && submission.earlier.empty()) return true;
    if (sweep::wait_for(submission, std::cerr) == sweep::Waited::cancelled) return false;
  }
  const auto there = runs_in(*options_.run.results);
  for (const PlannedRun& run : sweep::plan_of(work).runs)
    if (!there.contains(run_id(run.key)))
      throw std::runtime_error("runs were lost twice; see the logs in " + *options_.run.results + ".sweep");
  return true;
}

Outcome Evaluation::outcome_of(const nlohmann::ordered_json& result) const {
  Outcome outcome;
  outcome.allowed = exit_of_result(result) != Exit::internal;
  for (const Objective& objective : options_.objectives) {
    const auto value = metric_value(result, objective.field);
    outcome.figures.push_back(!value ? infinity : objective.highest ? -*value : *value);
  }
  for (const Constraint& constraint : options_.constraints)
    outcome.allowed = outcome.allowed && constraint.kept_by(result);
  return outcome;
}

}  // namespace hearsay::tune
