// The search of `tune`: a Latin hypercube over the ranges, successive halving with paired seeds so that bad settings
// get few of them, refinement round the frontier, and at the end a frontier measured again on fresh seeds. That last
// step is needed because the best of many is partly the luckiest: only seeds that chose nothing give honest figures.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/statistics.hpp"
#include "sim/sweep/tune_front.hpp"

namespace hearsay::tune {

// Runs a candidate with the seeds of these positions, and appends their outcomes.
struct Wanted {
  std::size_t candidate = 0;
  std::uint64_t first_seed = 1, last_seed = 1;
};

struct FinalPoint {
  std::size_t candidate = 0;
  Figures searched;  // medians over the seeds of the search
  std::size_t searched_seeds = 0;
  Candidate fresh;                                 // the same setting on fresh seeds
  Figures figures;                                 // medians over these
  std::vector<std::optional<Interval>> intervals;  // 95 %
  bool on_front = false;                           // none of the others beats it on fresh seeds
};

struct SearchResult {
  std::vector<Candidate> candidates;
  std::size_t hypercube = 0;      // so many of them, the first, are the hypercube's
  std::vector<FinalPoint> front;  // by the first objective
  std::size_t knee = 0;           // of them
  std::size_t runs = 0;           // spent
  std::size_t fresh_seeds = 0;    // of each point of the front
};

struct SearchPlan {
  std::vector<Axis> axes;
  std::size_t objectives = 2;
  std::size_t budget = 1000;  // runs
  std::uint64_t seed = 1;     // of the hypercube and the refinement
};

inline constexpr std::size_t least_budget = 120;
inline constexpr std::uint64_t first_fresh_seed = 10'001;

// Fills in the outcomes of candidates; false: interrupted.
using Evaluate = std::function<bool(std::vector<Candidate>& candidates, const std::vector<Wanted>& wanted)>;
using Say = std::function<void(const std::string& stage)>;

// Nothing if `evaluate` was interrupted. Deterministic otherwise, so that a repetition with a store goes on where
// the first was stopped.
std::optional<SearchResult> search(const SearchPlan& plan, const Evaluate& evaluate, const Say& say);

}  // namespace hearsay::tune
