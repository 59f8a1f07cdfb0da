// Order statistics and paired tests for `compare` and `check` (docs/definitions.md, Comparing). Figures may be
// infinite: what never happened.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace hearsay {

inline constexpr double infinity = std::numeric_limits<double>::infinity();  // it never happened

struct Interval {
  double low = 0, high = 0;
};

// Of an even number of values the mean of the two in the middle; nothing of none.
std::optional<double> median(std::vector<double> values);

// The value at position floor(q n) of the sorted values, the last one for q = 1. Requires 0 <= q <= 1.
std::optional<double> quantile(std::vector<double> values, double q);

// The same of values that are sorted.
std::optional<double> median_of_sorted(const std::vector<double>& sorted);
std::optional<double> quantile_of_sorted(const std::vector<double>& sorted, double q);

// a - b; 0 if both are infinite: neither is ahead.
double difference(double a, double b);

// The bootstrap's percentile interval of 95 % for the median, without simulation: the distribution of a resample's
// median is known exactly (Efron 1979, "Bootstrap methods: another look at the jackknife", section 3). Nothing below
// six values, from which no such interval reaches 95 %.
std::optional<Interval> bootstrap_interval_of_median(std::vector<double> values);
std::optional<Interval> bootstrap_interval_of_sorted(const std::vector<double>& sorted);

// Wilcoxon's signed-rank test of paired differences (1945), with Hodges and Lehmann's estimate of the shift (1963).
struct SignedRank {
  std::size_t changed = 0;  // differences that are not zero; the others do not count in the test
  double shift = 0;         // the median of the means of all pairs of differences, zeros included
  Interval interval;        // 95 % for the shift, by inverting the test; the outermost means where n is too small
  double p_greater = 1;     // probability of a sum of positive ranks at least this large, if signs were a coin's
  double p_less = 1;        // the same of negative ranks
  double p_least = 1;       // the smallest such probability that `changed` differences can give: 2^-changed
};
// Exact up to 200 differences, ties included (the distribution over all signs, given the ranks); beyond by the normal
// approximation. An infinite difference has the highest rank; the mean of two opposite ones is 0.
SignedRank signed_rank(const std::vector<double>& differences);

}  // namespace hearsay
