#include "sim/report/sign_flip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

constexpr std::size_t exact_seeds = 13;
constexpr std::size_t random_flips = 9999;
// Of more seeds, so many groups are flipped: any group of flips under which nothing but chance changes nothing gives an
// exact test, and this one loses 1 % of a statistic of 6.
constexpr std::size_t most_groups = 2048;
constexpr double rounding = 1e-9;  // sums of equal terms in another order

// The samples, each scaled so that its sum is the statistic. A seed's values of all samples lie together, 0 where a
// sample lacks the seed, so that one sign is taken to all of them at once. Of very many seeds each is a group of them.
struct Scaled {
  std::size_t samples = 0, seeds = 0;
  std::vector<double> values;  // by seed, then by sample
};

double statistic(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

std::vector<double> scaled_values(const PairedSample& sample) {
  std::vector<double> values = cut_off(sample);
  const double squares = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  if (squares > 0)
    for (double& value : values) value /= std::sqrt(squares);
  return values;
}

// Numbers seeds in the order in which samples bring them. Most samples have the seeds of the one before, in its order.
class SeedPlaces {
 public:
  std::vector<std::size_t> of(const PairedSample& sample) {
    std::vector<std::size_t> places(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i)
      places[i] = i < before_.size() && before_[i].first == sample[i].seed
                      ? before_[i].second
                      : places_.try_emplace(sample[i].seed, places_.size()).first->second;
    before_.resize(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i) before_[i] = {sample[i].seed, places[i]};
    return places;
  }

  std::size_t count() const { return places_.size(); }

 private:
  std::unordered_map<std::uint64_t, std::size_t> places_;
  std::vector<std::pair<std::uint64_t, std::size_t>> before_;
};

Scaled scale(const std::vector<PairedSample>& samples) {
  SeedPlaces seeds;
  for (const PairedSample& sample : samples) seeds.of(sample);
  const std::size_t groups = std::min(seeds.count(), most_groups);
  Scaled all{samples.size(), groups, std::vector<double>(samples.size() * groups, 0.0)};
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const std::vector<double> values = scaled_values(samples[s]);
    const std::vector<std::size_t> places = seeds.of(samples[s]);
    for (std::size_t i = 0; i < values.size(); ++i) all.values[places[i] % groups * all.samples + s] += values[i];
  }
  return all;
}

// Of several flips at once, so that the samples are read from memory once for all of them.
constexpr std::size_t flips_at_once = 16;
using Signs = std::array<double, flips_at_once>;

// Counts, for each sample in the order of falling statistics, the flips in which it or a later one is as bad as it was.
class FlipCounter {
 public:
  explicit FlipCounter(Scaled scaled)
      : scaled_(std::move(scaled)),
        seen_(scaled_.samples, 0.0),
        order_(scaled_.samples),
        exceeded_(scaled_.samples, 0),
        sums_(flips_at_once * scaled_.samples) {
    for (std::size_t i = 0; i < scaled_.values.size(); ++i) seen_[i % scaled_.samples] += scaled_.values[i];
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [this](std::size_t a, std::size_t b) { return seen_[a] > seen_[b]; });
  }

  // `signs(seed)`: of the seed in each of the next flips, of which the first `count` are counted.
  template <class SignsOf>
  void flip(std::size_t count, const SignsOf& signs) {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    for (std::size_t seed = 0; seed < scaled_.seeds; ++seed) {
      const double* values = &scaled_.values[seed * scaled_.samples];
      if (std::all_of(values, values + scaled_.samples, [](double value) { return value == 0; })) continue;
      const Signs of_seed = signs(seed);
      for (std::size_t k = 0; k < count; ++k) {
        double* sums = &sums_[k * scaled_.samples];
        for (std::size_t s = 0; s < scaled_.samples; ++s) sums[s] += of_seed[k] * values[s];
      }
    }
    for (std::size_t k = 0; k < count; ++k) count_one(&sums_[k * scaled_.samples]);
  }

  std::vector<double> p_values() const {
    std::vector<double> p(scaled_.samples, 1.0);
    double floor = 0;
    for (const std::size_t i : order_) {
      floor = std::max(floor, static_cast<double>(exceeded_[i]) / static_cast<double>(flips_));
      p[i] = floor;
    }
    return p;
  }

 private:
  void count_one(const double* sums) {
    ++flips_;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = order_.size(); i-- > 0;) {
      highest = std::max(highest, sums[order_[i]]);
      if (highest >= seen_[order_[i]] - rounding) ++exceeded_[order_[i]];
    }
  }

  Scaled scaled_;
  std::vector<double> seen_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> exceeded_;
  std::vector<double> sums_;  // by flip, then by sample
  std::size_t flips_ = 0;
};

// Calls `sign(flip, seed)` for the flips from 0 up to `flips`; true: the seed's differences change sign.
template <class Sign>
void flip_all(FlipCounter& counter, std::size_t flips, const Sign& sign) {
  for (std::size_t first = 0; first < flips; first += flips_at_once)
    counter.flip(std::min(flips_at_once, flips - first), [&](std::size_t seed) {
      Signs signs{};
      for (std::size_t k = 0; k < flips_at_once; ++k) signs[k] = sign(first + k, seed) ? -1 : 1;
      return signs;
    });
}

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
  if (samples.empty()) return {};
  Scaled scaled = scale(samples);
  const std::size_t seeds = scaled.seeds;
  FlipCounter counter(std::move(scaled));
  if (seeds <= exact_seeds)  // the first of them is what was seen
    flip_all(counter, std::size_t{1} << seeds,
             [](std::size_t flip, std::size_t seed) { return (flip >> seed & 1) != 0; });
  else
    flip_all(counter, random_flips + 1,
             [](std::size_t flip, std::size_t seed) { return flip != 0 && (scatter(combine(flip, seed)) >> 63) != 0; });
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
