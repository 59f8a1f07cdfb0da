// Random streams: equal on every machine, independent of each other, without bias.
#include "sim/core/random.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

// Chi-square of `counts` against equal expectation.
template <class Counts>
double chi_square(const Counts& counts, double total) {
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

// Four standard deviations above the mean of a chi-square variable with `cells` - 1 degrees of freedom.
double chi_square_limit(std::size_t cells) {
  const double freedom = static_cast<double>(cells - 1);
  return freedom + 4 * std::sqrt(2 * freedom);
}

}  // namespace

// Expected values computed with a separate implementation in Python's integers.
TEST_CASE("known answers: the streams are the same on every machine") {
  CHECK(scatter(0) == 0xe220a8397b1dcdafULL);  // the first output of SplitMix64 with seed 0
  CHECK(hash_text("network.latency") == 0xe1501d95427b4966ULL);
  RandomStream workload(1, "workload");
  for (const std::uint64_t word :
       {0x365a386850f6886bULL, 0x3cd620dd74c4acdULL, 0x4c4fea985aa16f30ULL, 0xda99f5d678d96854ULL})
    CHECK(workload.next() == word);
  RandomStream replica(42, "replica", 7);
  for (const std::uint64_t word :
       {0x16af2d5e2cc5678bULL, 0xe841169bfc6b95c3ULL, 0x1728908be6a738aULL, 0xe28cabeb920c541eULL})
    CHECK(replica.next() == word);
  RandomStream below(7, "below");
  for (const std::uint64_t digit : {2, 2, 4, 0, 8, 5, 3, 4, 4, 5, 6, 0}) CHECK(below.below(10) == digit);
  RandomStream uniform(7, "uniform");
  for (const double x : {0.2663050538353344, 0.8232910220773672, 0.7196268145032244}) CHECK(uniform.uniform() == x);
  RandomStream exponential(7, "exp");
  for (const auto ns : {113608981, 106302254, 301105366}) CHECK(exponential.exponential(100ms) == Duration(ns));
}

TEST_CASE("seed, purpose and index each make another stream") {
  const std::vector<RandomStream> streams{RandomStream(1, "a"),    RandomStream(2, "a"), RandomStream(1, "b"),
                                          RandomStream(1, "a", 1), RandomStream(1, ""),  RandomStream(1, "aa")};
  for (std::size_t i = 0; i < streams.size(); ++i)
    for (std::size_t j = i + 1; j < streams.size(); ++j) {
      RandomStream a = streams[i], b = streams[j];
      int equal = 0;
      for (int k = 0; k < 1000; ++k) equal += a.next() == b.next() ? 1 : 0;
      CHECK(equal == 0);
    }
}

TEST_CASE("of many streams of one purpose each is the one with its index") {
  const RandomStreams streams(7, "many");
  for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 40}) {
    RandomStream one = streams.at(index), same(7, "many", index);
    for (int i = 0; i < 5; ++i) CHECK(one.next() == same.next());
  }
}

TEST_CASE("streams with neighbouring indices are not correlated") {
  constexpr int draws = 100000;
  RandomStream a(1, "pair", 1), b(1, "pair", 2);
  double sum = 0;
  for (int i = 0; i < draws; ++i) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
  CHECK(std::abs(sum / draws) < 4 * (1.0 / 12) / std::sqrt(static_cast<double>(draws)));
}

TEST_CASE("a copy goes on as the original does") {
  RandomStream original(3, "copy");
  original.next();
  RandomStream copy = original;
  CHECK(copy.next() == original.next());
}

TEST_CASE("uniform numbers fill [0, 1) evenly") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    RandomStream random(seed, "test.uniform");
    std::array<double, 100> cells{};
    constexpr int draws = 100000;
    for (int i = 0; i < draws; ++i) {
      const double x = random.uniform();
      REQUIRE(x >= 0);
      REQUIRE(x < 1);
      ++cells[static_cast<std::size_t>(x * 100)];
    }
    CHECK(chi_square(cells, draws) < chi_square_limit(cells.size()));
  }
}

TEST_CASE("whole numbers below a bound are equally likely, also where the bound does not divide 2^64") {
  for (const std::size_t bound : {2U, 3U, 10U, 97U}) {
    RandomStream random(1, "test.below", bound);
    std::vector<double> cells(bound);
    constexpr int draws = 100000;
    for (int i = 0; i < draws; ++i) ++cells.at(static_cast<std::size_t>(random.below(bound)));
    CHECK(chi_square(cells, draws) < chi_square_limit(bound));
  }
}

// With 3 * 2^62 as the bound, taking the high word without rejection would hit every third value twice as often.
TEST_CASE("whole numbers below a huge bound are not biased") {
  RandomStream random(1, "test.huge");
  const std::uint64_t bound = std::uint64_t{3} << 62;
  std::array<double, 3> by_remainder{};
  constexpr int draws = 60000;
  for (int i = 0; i < draws; ++i) ++by_remainder[random.below(bound) % 3];
  CHECK(chi_square(by_remainder, draws) < chi_square_limit(3));
  CHECK(random.below(1) == 0);
}

TEST_CASE("a chance comes true in its share of cases, and draws even when it is certain") {
  RandomStream random(1, "test.chance");
  constexpr int draws = 100000;
  int hits = 0;
  for (int i = 0; i < draws; ++i) hits += random.chance(0.3) ? 1 : 0;
  CHECK(std::abs(hits - draws * 0.3) < 4 * std::sqrt(draws * 0.3 * 0.7));
  RandomStream certain(1, "x"), plain(1, "x");
  CHECK(certain.chance(1));
  CHECK_FALSE(certain.chance(0));
  plain.next();
  plain.next();
  CHECK(certain.next() == plain.next());
}

TEST_CASE("a normal variable has mean 0, variance 1, no skew and a kurtosis of 3") {
  RandomStream random(1, "test.normal");
  constexpr int draws = 200000;
  std::array<double, 5> powers{};
  for (int i = 0; i < draws; ++i) {
    const double x = random.normal();
    for (std::size_t k = 1; k < 5; ++k) powers[k] += std::pow(x, static_cast<double>(k)) / draws;
  }
  const double root = std::sqrt(static_cast<double>(draws));
  CHECK(std::abs(powers[1]) < 4 * 1 / root);
  CHECK(std::abs(powers[2] - 1) < 4 * std::sqrt(2.0) / root);
  CHECK(std::abs(powers[3]) < 4 * std::sqrt(15.0) / root);
  CHECK(std::abs(powers[4] - 3) < 4 * std::sqrt(96.0) / root);
}

TEST_CASE("shuffling the front puts every item there equally often and loses none") {
  RandomStream random(1, "test.shuffle");
  std::array<double, 6> first{}, second{};
  constexpr int draws = 30000;
  for (int i = 0; i < draws; ++i) {
    std::vector<std::size_t> items{0, 1, 2, 3, 4, 5};
    random.shuffle_front(items, 2);
    ++first[items[0]];
    ++second[items[1]];
    std::sort(items.begin(), items.end());
    REQUIRE(items == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
  }
  CHECK(chi_square(first, draws) < chi_square_limit(6));
  CHECK(chi_square(second, draws) < chi_square_limit(6));
}

TEST_CASE("what has one order only draws nothing, so that what follows does not shift") {
  for (const std::size_t size : {0, 1}) {
    RandomStream shuffled(1, "a"), other(1, "a");
    std::vector<int> items(size);
    shuffled.shuffle_front(items, 5);
    CHECK(shuffled.next() == other.next());
  }
  RandomStream two(1, "a"), other(1, "a");
  std::vector<int> items{1, 2};
  two.shuffle_front(items, 2);
  other.next();
  CHECK(two.next() == other.next());
}
