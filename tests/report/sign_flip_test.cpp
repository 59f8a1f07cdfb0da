#include "sim/report/sign_flip.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"
#include "sim/report/statistics.hpp"

using namespace hearsay;

namespace {

PairedSample sample(std::initializer_list<double> differences) {
  PairedSample all;
  for (const double d : differences) all.push_back({all.size() + 1, d});
  return all;
}

// `mean` plus noise that is even around 0.
PairedSample noisy(std::uint64_t stream, std::size_t seeds, double mean) {
  PairedSample all;
  for (std::size_t seed = 1; seed <= seeds; ++seed) {
    double noise = 0;
    for (std::uint64_t i = 0; i < 4; ++i)
      noise += static_cast<double>(scatter(combine(combine(stream, seed), i)) >> 11) / 9007199254740992.0 - 0.5;
    all.push_back({seed, mean + noise});
  }
  return all;
}

}  // namespace

TEST_CASE("alone, a sample has the share of sign flips that are at least as bad") {
  CHECK(family_p_values({sample({1, 1, 1})})[0] == Approx(1.0 / 8));
  CHECK(family_p_values({sample({1, 1, -1})})[0] == Approx(4.0 / 8));
  CHECK(family_p_values({sample({3, 2, 1})})[0] == Approx(1.0 / 8));
  CHECK(family_p_values({sample({3, 2, -1})})[0] == Approx(2.0 / 8));
  CHECK(family_p_values({sample({-1, -1, -1})})[0] == 1);
  CHECK(family_p_values({sample({0, 0, 0})})[0] == 1);
}

TEST_CASE("a metric that moves with another costs nothing, one that moves alone costs its flips") {
  const PairedSample a = sample({1, 1, 1, 1, 1, 1, 1});
  CHECK(family_p_values({a})[0] == Approx(1.0 / 128));
  CHECK(family_p_values({a, a, a})[0] == Approx(1.0 / 128));
  const PairedSample other = sample({1, -1, 1, -1, 1, -1, 1});  // as bad in another flip
  CHECK(family_p_values({a, other})[0] == Approx(2.0 / 128));
  const PairedSample weak = sample({9, -1, 1, -1, 1, -1, 1});  // never as bad: its magnitudes differ
  CHECK(family_p_values({a, weak})[0] == Approx(1.0 / 128));
}

TEST_CASE("the next sample is judged without those that were worse, and never better than they") {
  const PairedSample a = sample({1, 1, 1, 1, 1, 1, 1});
  const PairedSample other = sample({1, -1, 1, 1, 1, 1, 1});
  const auto p = family_p_values({other, a});
  CHECK(p[1] == Approx(2.0 / 128));
  CHECK(p[0] == Approx(8.0 / 128));
}

TEST_CASE("a seed is the same one wherever a sample has it, or lacks it") {
  const PairedSample a = sample({5, -1, 4, 2, -3, 6, 1}), b = sample({-2, 3, 1, 1, 4, 0.5, 2});
  PairedSample other = b;
  std::reverse(other.begin(), other.end());
  std::swap(other[1], other[4]);
  CHECK(family_p_values({a, other, b}) == family_p_values({a, b, b}));
  other.pop_back();
  PairedSample less = b;
  less.erase(less.begin());
  CHECK(family_p_values({a, other}) == family_p_values({a, less}));
  CHECK(family_p_values({a, other}) != family_p_values({a, b}));
}

TEST_CASE("one seed that never comes to an end does not drown the others") {
  PairedSample a = noisy(1, 30, 1.5);
  a[4].difference = -infinity;
  CHECK(family_p_values({a})[0] <= 0.001);
  CHECK(family_p_values({sample({infinity, infinity, infinity, infinity, infinity, infinity, infinity})})[0] ==
        Approx(1.0 / 128));
  CHECK(family_p_values({sample({infinity, -infinity, infinity, 1, 1})})[0] == Approx(0.5));
}

TEST_CASE("with many seeds the flips are drawn, always the same ones") {
  const auto p = family_p_values({noisy(1, 30, 1), noisy(2, 30, 0)});
  CHECK(p[0] == Approx(1e-4));
  CHECK(p[1] > 0.05);
  CHECK(family_p_values({noisy(1, 30, 1), noisy(2, 30, 0)}) == p);
}

TEST_CASE("of families in which nothing changed, at most so many as the level says have a rejection") {
  const int trials = 300;
  int rejected = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<PairedSample> family;
    for (std::uint64_t metric = 0; metric < 20; ++metric) family.push_back(noisy(1000 + 100 * trial + metric, 10, 0));
    for (const double p : family_p_values(family))
      if (p <= 0.05) {
        ++rejected;
        break;
      }
  }
  CHECK(rejected <= 27);  // 15 expected at most; 27 or more would happen once in 500
  CHECK(rejected >= 3);   // and the level is used
}

TEST_CASE("how many seeds would decide") {
  CHECK(least_p(6) == Approx(1.0 / 64));
  CHECK(least_p(7) == Approx(1.0 / 128));
  CHECK(least_p(40) == Approx(1e-4));
  CHECK(seeds_to_decide(sample({1, 1, 1}), 1, 0.01) == 7);
  CHECK(seeds_to_decide(sample({1, 0, 1, 0}), 1, 0.01) == 14);
  CHECK(seeds_to_decide(sample({3, 1, -1, 1, 2}), 1, 0.01) > 7);
  CHECK(seeds_to_decide(sample({-1, -1}), 1, 0.01) == 0);
}

TEST_CASE("beyond 2048 seeds, groups of seeds change sign: the level holds and a difference is found as before") {
  CHECK(family_p_values({noisy(1, 20'000, 0.03), noisy(2, 20'000, 0)})[0] == Approx(1e-4));
  for (const std::uint64_t stream : {3, 4}) {  // where nothing changed the probability is the normal distribution's
    const PairedSample same = noisy(stream, 2500, 0);
    double sum = 0, squares = 0;
    for (const double value : cut_off(same)) {
      sum += value;
      squares += value * value;
    }
    CHECK(family_p_values({same})[0] == Approx(0.5 * std::erfc(sum / std::sqrt(2 * squares))).margin(0.03));
  }
  // 4096 equal differences, of seeds a and b of a group opposite: their sums are 0, so no flip of groups changes
  // anything.
  PairedSample opposite;
  for (std::uint64_t seed = 1; seed <= 4096; ++seed) opposite.push_back({seed, seed <= 2048 ? 1.0 : -1.0});
  CHECK(family_p_values({opposite})[0] == 1);
}
