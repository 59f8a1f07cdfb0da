// Distributions of latency: moments within four standard errors.
#include "sim/core/delay.hpp"

#include <array>
#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

struct Moments {
  double mean = 0, deviation = 0, least = 1e300, most = -1e300;
};

Moments moments(const Delay& delay, int draws) {
  RandomStream random(11, "test.delay");
  double sum = 0, squares = 0;
  Moments m;
  for (int i = 0; i < draws; ++i) {
    const double x = seconds(delay.draw(random));
    sum += x;
    squares += x * x;
    m.least = std::min(m.least, x);
    m.most = std::max(m.most, x);
  }
  m.mean = sum / draws;
  m.deviation = std::sqrt(squares / draws - m.mean * m.mean);
  return m;
}

constexpr int many = 200000;
const double standard_error = 1 / std::sqrt(static_cast<double>(many));

}  // namespace

TEST_CASE("a constant delay is always the same and draws nothing") {
  RandomStream random(1, "test"), untouched(1, "test");
  CHECK(Delay{Delay::Kind::constant, 3ms, {}}.draw(random) == 3ms);
  CHECK(random.next() == untouched.next());
}

TEST_CASE("a uniform delay fills its interval, bounds included") {
  const auto m = moments({Delay::Kind::uniform, 1ms, 9ms}, many);
  CHECK(m.least >= 1e-3);
  CHECK(m.most <= 9e-3);
  CHECK(std::abs(m.mean - 5e-3) < 4 * standard_error * 8e-3 / std::sqrt(12.0));
  RandomStream random(1, "test");
  const Delay narrow{Delay::Kind::uniform, Duration(1), Duration(2)};
  std::array<int, 4> hits{};
  for (int i = 0; i < 1000; ++i) ++hits[static_cast<std::size_t>(narrow.draw(random).count())];
  CHECK(hits[1] + hits[2] == 1000);
  CHECK(hits[1] > 0);
  CHECK(hits[2] > 0);
}

TEST_CASE("an exponential delay has its mean, and as much deviation") {
  const auto m = moments({Delay::Kind::exponential, 100ms, {}}, many);
  CHECK(std::abs(m.mean - 0.1) < 4 * standard_error * 0.1);
  CHECK(std::abs(m.deviation - 0.1) <
        4 * standard_error * 0.1 * std::sqrt(2.0));  // its fourth central moment is 9 mean^4
  CHECK(m.least >= 0);
}

TEST_CASE("a normal delay has its mean and deviation, and is never negative") {
  const auto m = moments({Delay::Kind::normal, 100ms, 10ms}, many);
  CHECK(std::abs(m.mean - 0.1) < 4 * standard_error * 0.01);
  CHECK(std::abs(m.deviation - 0.01) < 4 * standard_error * 0.01 / std::sqrt(2.0));
  CHECK(moments({Delay::Kind::normal, 1ms, 10ms}, 1000).least == 0);
}

TEST_CASE("the usual delay is the middle of the distribution's parameters") {
  CHECK(Delay{Delay::Kind::uniform, 1ms, 9ms}.typical() == 5ms);
  CHECK(Delay{Delay::Kind::exponential, 7ms, {}}.typical() == 7ms);
  CHECK(Delay{Delay::Kind::normal, 7ms, 1ms}.typical() == 7ms);
}
