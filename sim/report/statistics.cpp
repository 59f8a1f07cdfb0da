#include "sim/report/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace hearsay {
namespace {

constexpr std::size_t exact_up_to = 200;

// Of never for the better and never for the worse: 0.
double middle_of(double a, double b) { return std::isinf(a) && a == -b ? 0 : (a + b) / 2; }

// P(Binomial(n, p) >= m), for 0 < p < 1 and m > 0. What is left out, far from the mean, is below 1e-20 in all.
double at_least(std::size_t m, std::size_t n, double p) {
  const auto size = static_cast<double>(n);
  const double far = 50 + 10 * std::sqrt(size * p * (1 - p));
  const auto begin = static_cast<std::size_t>(std::max(static_cast<double>(m), std::floor(size * p - far)));
  const auto end = static_cast<std::size_t>(std::min(size, std::ceil(size * p + far)));
  double sum = 0;
  for (std::size_t k = begin; k <= end; ++k) {
    const auto hits = static_cast<double>(k);
    sum += std::exp(std::lgamma(size + 1) - std::lgamma(hits + 1) - std::lgamma(size - hits + 1) + hits * std::log(p) +
                    (size - hits) * std::log1p(-p));
  }
  return sum;
}

// The smallest k in 1..n for which the m-th smallest of a resample is among the k smallest values with this
// probability.
std::size_t rank_at(double probability, std::size_t m, std::size_t n) {
  std::size_t low = 1;
  std::size_t high = n;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (at_least(m, n, static_cast<double>(middle) / static_cast<double>(n)) >= probability)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

// Twice the rank of each magnitude among those that are not zero, so that the mean ranks of ties are whole. The values
// are sorted.
struct Ranks {
  std::vector<std::size_t> doubled;
  std::size_t positive = 0, total = 0;  // sums
};

Ranks rank(const std::vector<double>& sorted) {
  std::vector<double> changed;
  const auto negative = std::lower_bound(sorted.begin(), sorted.end(), 0.0);
  const auto positive = std::upper_bound(negative, sorted.end(), 0.0);
  std::merge(std::make_reverse_iterator(negative), sorted.rend(), positive, sorted.end(), std::back_inserter(changed),
             [](double a, double b) { return std::abs(a) < std::abs(b); });
  Ranks ranks;
  for (std::size_t begin = 0; begin < changed.size();) {
    std::size_t end = begin;
    while (end < changed.size() && std::abs(changed[end]) == std::abs(changed[begin])) ++end;
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t doubled = begin + 1 + end;
      ranks.doubled.push_back(doubled);
      ranks.total += doubled;
      if (changed[i] > 0) ranks.positive += doubled;
    }
    begin = end;
  }
  return ranks;
}

// The probability of each sum of ranks with a coin's sign, summed from the top: [s] is P(sum >= s).
std::vector<double> upper_tails(const Ranks& ranks) {
  std::vector<double> probability(ranks.total + 2, 0.0);
  probability[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t step : ranks.doubled) {
    reached += step;
    for (std::size_t s = reached + 1; s-- > 0;)
      probability[s] = 0.5 * (probability[s] + (s >= step ? probability[s - step] : 0));
  }
  for (std::size_t s = ranks.total; s-- > 0;) probability[s] += probability[s + 1];
  return probability;
}

double normal_upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

// Of a sum of positive ranks at least as large as this one, and of one of negative ranks.
struct OneSided {
  double greater = 1, less = 1;
};

OneSided one_sided(const Ranks& ranks) {
  if (ranks.doubled.empty()) return {};
  if (ranks.doubled.size() <= exact_up_to) {
    const std::vector<double> tails = upper_tails(ranks);
    return {tails[ranks.positive], tails[ranks.total - ranks.positive]};
  }
  double squares = 0;
  for (const std::size_t r : ranks.doubled) squares += static_cast<double>(r) * static_cast<double>(r);
  const double mean = static_cast<double>(ranks.total) / 2, spread = std::sqrt(squares / 4);
  const auto tail = [&](std::size_t sum) { return normal_upper_tail((static_cast<double>(sum) - 1 - mean) / spread); };
  return {tail(ranks.positive), tail(ranks.total - ranks.positive)};
}

// How many of the smallest means of pairs lie below the interval: the largest c with P(sum < c) <= 2.5 %, without ties.
std::size_t means_below(std::size_t n) {
  if (n > exact_up_to) {
    const auto size = static_cast<double>(n);
    const double spread = std::sqrt(size * (size + 1) * (2 * size + 1) / 24);
    return static_cast<std::size_t>(std::max(0.0, std::floor(size * (size + 1) / 4 - 1.959964 * spread)));
  }
  Ranks plain;
  for (std::size_t i = 1; i <= n; ++i) plain.doubled.push_back(i);
  plain.total = n * (n + 1) / 2;
  const std::vector<double> tails = upper_tails(plain);  // symmetric: P(sum <= s) = P(sum >= total - s)
  std::size_t below = 0;
  while (below < plain.total / 2 && tails[plain.total - below] <= 0.025) ++below;
  return below;
}

// Of the means of all pairs, each value with itself too, how many are at most `most`.
std::size_t means_up_to(const std::vector<double>& sorted, double most) {
  std::size_t count = 0;
  for (std::size_t i = 0, end = sorted.size(); i < sorted.size(); ++i) {
    while (end > i && middle_of(sorted[i], sorted[end - 1]) > most) --end;
    if (end <= i) break;  // nor any mean of a larger one
    count += end - i;
  }
  return count;
}

// Doubles as whole numbers in the same order, so that a bisection ends at the exact value.
constexpr std::uint64_t sign_bit = 1ULL << 63;
std::uint64_t order_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & sign_bit) != 0 ? ~bits : bits | sign_bit;
}
double value_at(std::uint64_t order) {
  return std::bit_cast<double>((order & sign_bit) != 0 ? order & ~sign_bit : ~order);
}

// The means of pairs that are greater than `below`, unless it is none, and at most `most`.
std::vector<double> means_between(const std::vector<double>& sorted, std::optional<double> below, double most) {
  std::vector<double> means;
  for (std::size_t i = 0, begin = sorted.size(), end = sorted.size(); i < sorted.size(); ++i) {
    while (end > i && middle_of(sorted[i], sorted[end - 1]) > most) --end;
    if (end <= i) break;
    while (begin > i && (!below || middle_of(sorted[i], sorted[begin - 1]) > *below)) --begin;
    for (std::size_t j = std::max(i, begin); j < end; ++j) means.push_back(middle_of(sorted[i], sorted[j]));
  }
  return means;
}

// The sorted means of all pairs. There are n (n + 1) / 2 of them, so they are not made, except those of the last
// stretch, which are few: a study may have many thousands of seeds. What one search has counted shortens the next.
class MeansOfPairs {
 public:
  // Not empty; must outlive it.
  explicit MeansOfPairs(const std::vector<double>& sorted)
      : sorted_(sorted), counted_{{order_of(sorted.front()) - 1, 0}, {order_of(sorted.back()), count()}} {}

  std::size_t count() const { return sorted_.size() * (sorted_.size() + 1) / 2; }

  // The one at this position, from 0.
  double at(std::size_t position) {
    auto high = std::upper_bound(counted_.begin(), counted_.end(), position,
                                 [](std::size_t wanted, const Counted& one) { return wanted < one.up_to; });
    auto low = std::prev(high);
    while (high->up_to - low->up_to > 4 * sorted_.size() && high->order - low->order > 1) {
      const std::uint64_t middle = low->order + (high->order - low->order) / 2;
      const auto fresh = counted_.insert(high, {middle, means_up_to(sorted_, value_at(middle))});
      low = fresh->up_to > position ? std::prev(fresh) : fresh;
      high = std::next(low);
    }
    if (high->order - low->order == 1) return value_at(high->order) + 0.0;  // no negative zero
    const auto below = low->up_to == 0 ? std::nullopt : std::optional(value_at(low->order));
    std::vector<double> means = means_between(sorted_, below, value_at(high->order));
    const auto place = means.begin() + static_cast<std::ptrdiff_t>(position - low->up_to);
    std::nth_element(means.begin(), place, means.end());
    return *place + 0.0;
  }

 private:
  struct Counted {
    std::uint64_t order;  // of a number
    std::size_t up_to;    // so many means are at most that number
  };

  const std::vector<double>& sorted_;
  std::vector<Counted> counted_;  // in the order of the numbers
};

}  // namespace

std::optional<double> median_of_sorted(const std::vector<double>& sorted) {
  if (sorted.empty()) return std::nullopt;
  const std::size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return middle_of(sorted[middle - 1], sorted[middle]);
}

std::optional<double> quantile_of_sorted(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return std::nullopt;
  const auto position = static_cast<std::size_t>(q * static_cast<double>(sorted.size()));
  return sorted[std::min(position, sorted.size() - 1)];
}

std::optional<double> median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

std::optional<double> quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return quantile_of_sorted(values, q);
}

double difference(double a, double b) { return std::isinf(a) && a == b ? 0 : a - b; }

std::optional<Interval> bootstrap_interval_of_median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return bootstrap_interval_of_sorted(values);
}

std::optional<Interval> bootstrap_interval_of_sorted(const std::vector<double>& sorted) {
  const std::size_t n = sorted.size();
  if (n < 6) return std::nullopt;
  const std::size_t upper = n / 2 + 1;  // of an even number the upper one of the two in the middle,
  const std::size_t lower = n % 2 == 1 ? upper : upper - 1;  // and the lower one: the wider interval
  return Interval{sorted[rank_at(0.025, lower, n) - 1], sorted[rank_at(0.975, upper, n) - 1]};
}

SignedRank signed_rank(const std::vector<double>& differences) {
  SignedRank result;
  if (differences.empty()) return result;
  std::vector<double> sorted = differences;
  std::sort(sorted.begin(), sorted.end());
  const Ranks ranks = rank(sorted);
  result.changed = ranks.doubled.size();
  const OneSided p = one_sided(ranks);
  result.p_greater = p.greater;
  result.p_less = p.less;
  result.p_least = std::ldexp(1.0, -static_cast<int>(std::min<std::size_t>(result.changed, 1000)));
  MeansOfPairs means(sorted);
  const std::size_t last = means.count() - 1;
  const std::size_t below = std::min(means_below(sorted.size()), last / 2);
  const std::size_t outside = below > 0 ? below - 1 : 0;
  result.shift = middle_of(means.at(last / 2), means.at((last + 1) / 2));
  result.interval = {means.at(outside), means.at(last - outside)};
  return result;
}

}  // namespace hearsay
