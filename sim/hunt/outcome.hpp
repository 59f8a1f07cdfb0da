// What a run shows: which oracles it breaks. Runs are worker processes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/metrics/result.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay::hunt {

// An oracle that a run broke.
struct Finding {
  std::string oracle;  // "promise `converges`", "expect lost_writes", "the run ends well" ...
  std::string path;    // the field that is out of bounds, and the bound; empty if it is no field
  std::string bound;
  std::string detail;  // one line
};

struct TrialOutcome {
  bool skipped = false;  // not tried: RunnerOptions::deadline had passed
  bool ran = false;      // false: the scenario is not valid, or the run was ended from outside
  std::vector<Finding> findings;
  std::string run_hash;
  std::vector<std::uint32_t> idle_faults;  // entries of `faults` that touched nothing
  std::uint64_t operations = 0;

  const Finding* find(const std::string& oracle) const;
};

// The oracles of the scenario's first protocol: its `expect`, its promises, and that the result agrees with itself.
std::vector<Finding> judge_run(const Scenario& scenario, RunResult& result);

// Sentences about a result that contradict each other; none if all is well.
std::vector<std::string> contradictions(const RunResult& result);

struct RunnerOptions {
  std::size_t jobs = 1;
  std::string file;  // whose scenarios they are, for relative paths
  // A run with more events, or that takes longer, is left aside: it could show nothing that a small one cannot.
  std::uint64_t most_events = 2'000'000;
  double most_wall_s = 20;
  std::optional<std::chrono::steady_clock::time_point> deadline{};  // no run begins after it
  double shrink_wall_s = 60;                                        // shrinking one failure ends after so long
  std::vector<std::string> simgrid{};
};

// Runs scenarios, several at a time; outcomes are in the order of `trees`, each empty if an interrupt came before.
// `dispatch`: actor, inline, or empty: inline where the results are equal by contract.
struct RunRequest {
  Node tree;
  std::string dispatch{};
  std::function<Node()> make{};  // instead of `tree`: called in the worker
};
struct RunnerResult {
  std::vector<TrialOutcome> outcomes;
  bool interrupted = false;
};
RunnerResult run_all(const RunnerOptions& options, const std::vector<RunRequest>& requests,
                     const std::function<void(std::size_t done)>& tick = {});

}  // namespace hearsay::hunt
