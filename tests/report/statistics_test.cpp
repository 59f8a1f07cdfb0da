#include "sim/report/statistics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

using namespace hearsay;

TEST_CASE("a median counts what never happened as infinite") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(median({1, infinity, infinity}) == infinity);
  CHECK(median({1, 2, infinity, infinity}) == infinity);
  CHECK(median({-infinity, infinity}) == 0);
  CHECK_FALSE(median({}));
}

TEST_CASE("a quantile is the value at the floor of q n") {
  CHECK(quantile({5, 4, 3, 2, 1}, 0) == 1);
  CHECK(quantile({5, 4, 3, 2, 1}, 0.5) == 3);
  CHECK(quantile({5, 4, 3, 2, 1}, 1) == 5);
  CHECK(quantile({1, infinity}, 0.95) == infinity);
}

TEST_CASE("two that never converged do not differ") {
  CHECK(difference(infinity, infinity) == 0);
  CHECK(difference(infinity, 1) == infinity);
  CHECK(difference(3, 1) == 2);
}

TEST_CASE("the bootstrap interval of a median is what resampling gives") {
  std::vector<double> values;
  for (int i = 1; i <= 21; ++i) values.push_back(i);
  const auto exact = bootstrap_interval_of_median(values);
  REQUIRE(exact);
  RandomStream random(1, "bootstrap test");
  std::vector<double> medians;
  for (int trial = 0; trial < 20000; ++trial) {
    std::vector<double> resample;
    for (std::size_t i = 0; i < values.size(); ++i) resample.push_back(values[random.below(values.size())]);
    medians.push_back(*median(resample));
  }
  CHECK(exact->low == *quantile(medians, 0.025));
  CHECK(exact->high == *quantile(medians, 0.975));
}

TEST_CASE("below six values there is no interval of 95 %") {
  CHECK_FALSE(bootstrap_interval_of_median({1, 2, 3, 4, 5}));
  CHECK(bootstrap_interval_of_median({1, 2, 3, 4, 5, 6}));
}

TEST_CASE("the signed-rank test agrees with Wilcoxon's tables") {
  SECTION("all of five are worse: 1 in 32") {
    const SignedRank test = signed_rank({1, 2, 3, 4, 5});
    CHECK(test.p_greater == Approx(1.0 / 32));
    CHECK(test.p_least == Approx(1.0 / 32));
    CHECK(test.shift == 3);
  }
  SECTION("n = 10, a sum of negative ranks of 10: 0.0420") {
    CHECK(signed_rank({1, 2, 3, -10, 4, 5, 6, 7, 8, 9}).p_greater == Approx(43.0 / 1024));
  }
  SECTION("nothing changed") {
    const SignedRank test = signed_rank({0, 0, 0});
    CHECK(test.changed == 0);
    CHECK(test.p_greater == 1);
    CHECK(test.shift == 0);
  }
  SECTION("ties share their ranks") { CHECK(signed_rank({1, 1, 1, -1}).p_greater == Approx(5.0 / 16)); }
}

TEST_CASE("the sums of ranks are those of the definition, with ties, zeros and what never happened") {
  RandomStream random(11, "rank test");
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> sample;
    for (std::size_t i = 0; i < 1 + random.below(9); ++i)
      sample.push_back(random.chance(0.1) ? infinity : std::floor(4 * random.normal()));
    double positive = 0;
    std::vector<double> ranks;  // of what is not zero
    for (const double value : sample) {
      if (value == 0) continue;
      double rank = 0.5;
      for (const double other : sample)
        if (other != 0) rank += std::abs(other) < std::abs(value) ? 1 : std::abs(other) == std::abs(value) ? 0.5 : 0;
      ranks.push_back(rank);
      if (value > 0) positive += rank;
    }
    double as_large = 0;
    for (std::size_t signs = 0; signs < std::size_t{1} << ranks.size(); ++signs) {
      double sum = 0;
      for (std::size_t i = 0; i < ranks.size(); ++i) sum += (signs >> i & 1) != 0 ? ranks[i] : 0;
      as_large += sum >= positive ? 1 : 0;
    }
    CHECK(signed_rank(sample).changed == ranks.size());
    CHECK(signed_rank(sample).p_greater == Approx(as_large / std::ldexp(1.0, static_cast<int>(ranks.size()))));
  }
}

TEST_CASE("what never happened is the largest of differences") {
  const SignedRank one = signed_rank({-1, -2, -3, -4, infinity});
  CHECK(one.changed == 5);
  CHECK(one.p_greater == Approx(25.0 / 32));  // 25 of the 32 subsets of the ranks 1 to 5 sum to 5 or more
  CHECK(one.shift == -2);
  CHECK(signed_rank({infinity, infinity, infinity, 1, 2}).shift == infinity);
  CHECK(signed_rank({-infinity, infinity}).shift == 0);
  CHECK(signed_rank(std::vector<double>(12, infinity)).p_greater == Approx(std::ldexp(1.0, -12)));
}

TEST_CASE("the shift is the median of the means of all pairs, which are not made: there may be two hundred million") {
  RandomStream random(5, "shift test");
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> sample, means;
    for (std::size_t i = 0; i < 1 + random.below(12); ++i)
      sample.push_back(random.chance(0.1) ? (random.chance(0.5) ? infinity : -infinity)
                                          : std::floor(8 * random.normal()));
    for (std::size_t i = 0; i < sample.size(); ++i)
      for (std::size_t j = i; j < sample.size(); ++j)
        means.push_back(std::isinf(sample[i]) && sample[i] == -sample[j] ? 0 : (sample[i] + sample[j]) / 2);
    CHECK(signed_rank(sample).shift == *median(means));
  }
  for (int trial = 0; trial < 20; ++trial) {  // so many that most means are only counted
    std::vector<double> sample, means;
    for (int i = 0; i < 70; ++i)
      sample.push_back(random.chance(0.05) ? -infinity
                                           : (trial % 2 == 0 ? 1 : 1e-3) * std::floor(1e3 * random.normal()));
    for (std::size_t i = 0; i < sample.size(); ++i)
      for (std::size_t j = i; j < sample.size(); ++j) means.push_back((sample[i] + sample[j]) / 2);
    std::sort(means.begin(), means.end());
    const SignedRank found = signed_rank(sample);
    CHECK(found.shift == *median(means));
    bool symmetric = false;  // as many means lie below the interval as above it
    for (std::size_t below = 0; below < means.size() / 2; ++below)
      symmetric |= means[below] == found.interval.low && means[means.size() - 1 - below] == found.interval.high;
    CHECK(symmetric);
  }
  std::vector<double> many;
  for (int i = 0; i < 20'000; ++i) many.push_back(i - 4'000);
  const SignedRank test = signed_rank(many);
  CHECK(test.shift == 5999.5);
  CHECK(test.interval.low < 5999.5);
  CHECK(test.interval.high - 5999.5 == 5999.5 - test.interval.low);
}

TEST_CASE("the interval of the shift holds the truth in 95 of 100 samples") {
  int held = 0;
  RandomStream random(7, "interval test");
  for (int trial = 0; trial < 1000; ++trial) {
    std::vector<double> sample;
    for (int i = 0; i < 15; ++i) sample.push_back(random.normal() + 1);
    const Interval interval = signed_rank(sample).interval;
    held += interval.low <= 1 && 1 <= interval.high ? 1 : 0;
  }
  CHECK(held > 935);
  CHECK(held < 975);
}

TEST_CASE("the normal approximation meets the exact test where they change over") {
  std::vector<double> sample;
  RandomStream random(3, "approximation test");
  for (int i = 0; i < 200; ++i) sample.push_back(random.normal() + 0.1);
  const double exact = signed_rank(sample).p_greater;
  sample.push_back(1e-9);  // one more, of the lowest rank
  CHECK(signed_rank(sample).p_greater == Approx(exact).epsilon(0.05));
}

TEST_CASE("values come in any order, and of none there is no median, quantile or interval") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 3, 2}) == 2.5);
  CHECK(quantile({3, 1, 2}, 0.9) == 3);
  CHECK_FALSE(median({}));
  CHECK_FALSE(quantile({}, 0.5));
  CHECK_FALSE(bootstrap_interval_of_median({}));
  const auto sorted = bootstrap_interval_of_median({1, 2, 3, 4, 5, 6, 7, 8, 9});
  const auto mixed = bootstrap_interval_of_median({9, 1, 8, 2, 7, 3, 6, 4, 5});
  REQUIRE(sorted);
  CHECK(mixed->low == sorted->low);
  CHECK(mixed->high == sorted->high);
}

TEST_CASE("the shift and its interval are order statistics of all means of pairs, however many there are") {
  std::vector<double> differences;
  for (std::uint64_t i = 0; i < 300; ++i)
    differences.push_back(static_cast<double>(scatter(i) >> 54) - 500 + (i % 50 == 0 ? infinity : 0));
  std::vector<double> means;
  for (std::size_t i = 0; i < differences.size(); ++i)
    for (std::size_t j = i; j < differences.size(); ++j) means.push_back((differences[i] + differences[j]) / 2);
  std::sort(means.begin(), means.end());
  const SignedRank test = signed_rank(differences);
  CHECK(test.shift == (means[(means.size() - 1) / 2] + means[means.size() / 2]) / 2);
  const auto place = [&means](double value) { return std::lower_bound(means.begin(), means.end(), value); };
  const auto below = place(test.interval.low) - means.begin(), above = means.end() - place(test.interval.high);
  CHECK(*place(test.interval.low) == test.interval.low);
  CHECK(*place(test.interval.high) == test.interval.high);
  // Of n (n + 1) / 2 means, 1.96 standard deviations of Wilcoxon's statistic from the middle.
  const double n = 300, spread = std::sqrt(n * (n + 1) * (2 * n + 1) / 24);
  CHECK(static_cast<double>(below) == Approx(n * (n + 1) / 4 - 1.96 * spread).margin(60));  // values are whole: ties
  CHECK(static_cast<double>(above) == Approx(n * (n + 1) / 4 - 1.96 * spread).margin(200));
}

TEST_CASE("a test for the better is that for the worse of the opposite differences") {
  for (const std::size_t n : {7, 150, 400}) {
    std::vector<double> differences, opposite;
    for (std::size_t i = 0; i < n; ++i) {
      differences.push_back(static_cast<double>(scatter(i) % 1000) - 450);
      opposite.push_back(-differences.back());
    }
    const SignedRank one = signed_rank(differences), other = signed_rank(opposite);
    CHECK(one.p_less == other.p_greater);
    CHECK(one.p_greater == other.p_less);
    CHECK(one.p_less > one.p_greater);
  }
}

TEST_CASE("the bootstrap interval of very many values is that of the normal approximation, and takes no time") {
  std::vector<double> values;
  for (int i = 1; i <= 1'000'000; ++i) values.push_back(i);
  const auto interval = bootstrap_interval_of_sorted(values);
  REQUIRE(interval);
  CHECK(interval->low == Approx(500'000 - 1.959964 * 500).margin(3));
  CHECK(interval->high == Approx(500'000 + 1.959964 * 500).margin(3));
}
