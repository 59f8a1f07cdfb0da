// Settings beside each other: what beats what, what no other beats, what lies between the extremes, what a parameter
// does. Every objective is to be as low as possible; a figure may be infinite.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/tune_space.hpp"

namespace hearsay::tune {

using Figures = std::vector<double>;  // one per objective

// One run.
struct Outcome {
  Figures figures;
  bool allowed = true;  // it keeps every --subject-to, and did not crash
};

struct Candidate {
  Point place;
  std::vector<std::string> values;  // as texts, one per axis
  std::vector<Outcome> outcomes;    // by seed: all candidates have the same first seeds
  bool dropped = false;             // gets no more seeds
  std::uint32_t round = 0;          // 0: of the hypercube

  bool allowed() const;  // every run so far is
};

// Medians over the first `seeds` outcomes, all by default.
Figures medians(const Candidate& candidate, std::size_t seeds = SIZE_MAX);

// As good in everything and better in something.
bool dominates(const Figures& a, const Figures& b);

// Worse than `other` beyond what the seeds that both have can explain: no objective's median is better, and the paired
// sign-flip test, corrected for the objectives, says so of at least one at 5 %.
bool surely_worse(const Candidate& one, const Candidate& other);

// Indices of `which`, the best first: allowed ones, those that none dominates, then those that only these dominate, and
// so on; among equals those in the emptier part of the front.
std::vector<std::size_t> ranked(const std::vector<Candidate>& all, const std::vector<std::size_t>& which);

// Those figures that none of the others dominates, by index.
std::vector<std::size_t> front_of(const std::vector<Figures>& all);

// The point of a front next to where every objective is at its best, with each objective scaled to the front's range,
// on a logarithmic scale if that spans more than a factor of ten. Requires a front that is not empty.
std::size_t knee_of(const std::vector<Figures>& front);

// How much of the ranks of an objective a parameter alone explains (epsilon squared: the first-order Sobol index of the
// ranks, less what chance gives), and the sign of Spearman's correlation. Nothing if no two figures differ, or no two
// settings have about the same value of the parameter: what differs could then be chance as well.
struct Effect {
  double share = 0;        // 0 to 1
  double correlation = 0;  // -1 to 1; above 0: a higher value is worse
};
std::optional<Effect> effect_of(const std::vector<double>& places, std::size_t levels,
                                const std::vector<double>& figures);

}  // namespace hearsay::tune
