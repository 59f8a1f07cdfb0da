// A family of one-sided paired tests, judged together (docs/definitions.md, Checking for regressions): Fisher's
// sign-flip permutation test of each sample, corrected by Westfall and Young's step-down maximum (1993, algorithm 2.8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearsay {

struct SeededDifference {
  std::uint64_t seed = 0;
  double difference = 0;  // above 0: worse; may be infinite
};
using PairedSample = std::vector<SeededDifference>;

// The differences with magnitudes cut off at three times their median; where that is infinite, only never against a
// value counts, as 1.
std::vector<double> cut_off(const PairedSample& sample);

// For each sample the probability that chance alone makes some sample of the family that has not been rejected before
// it at least as bad, if for each seed old and new were exchangeable. All differences of one seed change sign together,
// so that metrics which move together cost no more than one, and the probability that any true hypothesis is rejected
// at level p is at most p. Exact up to 13 seeds (all sign flips); beyond, over 9,999 flips and the one that was seen,
// always the same ones. Beyond 2048 seeds these change sign in 2048 groups. The statistic is the sum of the differences
// over the root of their sum of squares, after magnitudes are cut off at three times their median: one seed that never
// converges must not drown the others.
std::vector<double> family_p_values(const std::vector<PairedSample>& samples);

// The smallest value that family_p_values can give a sample in which this many seeds differ.
double least_p(std::size_t changed);

// About how many seeds would decide a sample of a family of this size at level `p`, if more of them went on as these
// did.
std::size_t seeds_to_decide(const PairedSample& sample, std::size_t family, double p);

}  // namespace hearsay
