#include "sim/report/sign_flip.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

constexpr std::size_t exact_seeds = 13;
constexpr std::size_t random_flips = 9999;
constexpr double rounding = 1e-9;  // sums of equal terms in another order

// One sample, scaled so that its sum is the statistic; `position` of each value's seed in the family.
struct Scaled {
  std::vector<double> values;
  std::vector<std::size_t> position;
};

double statistic(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

std::vector<double> scaled_values(const PairedSample& sample) {
  std::vector<double> values = cut_off(sample);
  const double squares = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  if (squares > 0)
    for (double& value : values) value /= std::sqrt(squares);
  return values;
}

std::vector<Scaled> scale(const std::vector<PairedSample>& samples, std::size_t& seeds) {
  std::map<std::uint64_t, std::size_t> places;
  for (const PairedSample& sample : samples)
    for (const SeededDifference& d : sample) places.try_emplace(d.seed, places.size());
  seeds = places.size();
  std::vector<Scaled> all;
  for (const PairedSample& sample : samples) {
    Scaled scaled{scaled_values(sample), {}};
    for (const SeededDifference& d : sample) scaled.position.push_back(places.at(d.seed));
    all.push_back(std::move(scaled));
  }
  return all;
}

double flipped_statistic(const Scaled& sample, const std::vector<double>& signs) {
  double sum = 0;
  for (std::size_t i = 0; i < sample.values.size(); ++i) sum += signs[sample.position[i]] * sample.values[i];
  return sum;
}

// Counts, for each sample in the order of falling statistics, the flips in which it or a later one is as bad as it was.
class FlipCounter {
 public:
  explicit FlipCounter(std::vector<Scaled> samples) : samples_(std::move(samples)), exceeded_(samples_.size(), 0) {
    for (const Scaled& sample : samples_) seen_.push_back(statistic(sample.values));
    order_.resize(samples_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [this](std::size_t a, std::size_t b) { return seen_[a] > seen_[b]; });
  }

  void flip(const std::vector<double>& signs) {
    ++flips_;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = order_.size(); i-- > 0;) {
      highest = std::max(highest, flipped_statistic(samples_[order_[i]], signs));
      if (highest >= seen_[order_[i]] - rounding) ++exceeded_[order_[i]];
    }
  }

  std::vector<double> p_values() const {
    std::vector<double> p(samples_.size(), 1.0);
    double floor = 0;
    for (const std::size_t i : order_) {
      floor = std::max(floor, static_cast<double>(exceeded_[i]) / static_cast<double>(flips_));
      p[i] = floor;
    }
    return p;
  }

 private:
  std::vector<Scaled> samples_;
  std::vector<double> seen_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> exceeded_;
  std::size_t flips_ = 0;
};

// The smallest z with P(standard normal > z) <= p.
double normal_quantile_above(double p) {
  double low = 0, high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(middle / std::sqrt(2.0)) > p ? low : high) = middle;
  }
  return high;
}

}  // namespace

std::vector<double> cut_off(const PairedSample& sample) {
  std::vector<double> magnitudes;
  for (const SeededDifference& d : sample)
    if (d.difference != 0) magnitudes.push_back(std::abs(d.difference));
  std::vector<double> values(sample.size(), 0.0);
  if (magnitudes.empty()) return values;
  std::nth_element(magnitudes.begin(), magnitudes.begin() + static_cast<std::ptrdiff_t>(magnitudes.size() / 2),
                   magnitudes.end());
  const double limit = 3 * magnitudes[magnitudes.size() / 2];
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double d = sample[i].difference;
    values[i] = std::isfinite(limit) ? std::clamp(d, -limit, limit) : std::isinf(d) ? std::copysign(1.0, d) : 0;
  }
  return values;
}

std::vector<double> family_p_values(const std::vector<PairedSample>& samples) {
  std::size_t seeds = 0;
  FlipCounter counter(scale(samples, seeds));
  std::vector<double> signs(seeds, 1.0);
  counter.flip(signs);  // what was seen
  if (seeds <= exact_seeds) {
    for (std::size_t flips = 1; flips < std::size_t{1} << seeds; ++flips) {
      for (std::size_t i = 0; i < seeds; ++i) signs[i] = (flips >> i & 1) != 0 ? -1 : 1;
      counter.flip(signs);
    }
    return counter.p_values();
  }
  for (std::size_t k = 0; k < random_flips; ++k) {
    for (std::size_t i = 0; i < seeds; ++i) signs[i] = (scatter(combine(k + 1, i)) >> 63) != 0 ? -1 : 1;
    counter.flip(signs);
  }
  return counter.p_values();
}

double least_p(std::size_t changed) {
  return std::max(std::ldexp(1.0, -static_cast<int>(std::min<std::size_t>(changed, 1000))),
                  changed > exact_seeds ? 1.0 / (random_flips + 1) : 0.0);
}

std::size_t seeds_to_decide(const PairedSample& sample, std::size_t family, double p) {
  const auto seeds = static_cast<double>(sample.size());
  const auto changed = static_cast<double>(
      std::count_if(sample.begin(), sample.end(), [](const SeededDifference& d) { return d.difference != 0; }));
  const double seen = statistic(scaled_values(sample));
  if (changed == 0 || seen <= 0) return 0;
  double fewest = 1;
  while (least_p(static_cast<std::size_t>(fewest)) > p) ++fewest;
  const double needed = normal_quantile_above(p / static_cast<double>(std::max<std::size_t>(1, family)));
  const double share = seeds / changed;
  return static_cast<std::size_t>(std::ceil(std::max(fewest * share, seeds * std::pow(needed / seen, 2))));
}

}  // namespace hearsay
