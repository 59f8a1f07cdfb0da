// Elementary functions: against the C library's in long double, which carries at least 11 bits more, on exact results,
// at the edges, and bit for bit against values recorded once, which every machine must reproduce.
#include "sim/core/exact_math.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Distance from the true value, in units in the last place of the result.
double units_off(double value, long double truth) {
  const double unit = std::nextafter(std::abs(value), infinity) - std::abs(value);
  return static_cast<double>(std::abs(static_cast<long double>(value) - truth) / unit);
}

// A magnitude between 2^low and 2^high, its logarithm uniform.
double magnitude(RandomStream& random, int low, int high) {
  const int exponent = low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low)));
  return std::ldexp(1 + random.uniform(), exponent);
}

// The worst distance over 200 000 arguments drawn by `draw`.
template <class Draw, class Function, class Truth>
double worst(Draw draw, Function function, Truth truth) {
  RandomStream random(1, "exact-math");
  double result = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = draw(random);
    const double off = units_off(function(x), truth(static_cast<long double>(x)));
    if (!(off <= result)) result = off;  // a result that is not a number counts
  }
  return result;
}

template <class Function, class Truth>
double worst_of(double low, double high, Function function, Truth truth) {
  return worst([=](RandomStream& random) { return low + (high - low) * random.uniform(); }, function, truth);
}

const auto anywhere = [](RandomStream& random) { return magnitude(random, -1022, 1023); };
const auto log_of = [](long double x) { return std::log(x); };
const auto log1p_of = [](long double x) { return std::log1p(x); };
const auto exp_of = [](long double x) { return std::exp(x); };
const auto expm1_of = [](long double x) { return std::expm1(x); };

}  // namespace

TEST_CASE("logarithms are within one and a quarter units in the last place") {
  CHECK(worst(anywhere, exact::log, log_of) < 1.25);
  CHECK(worst_of(0.5, 2, exact::log, log_of) < 1.25);
  CHECK(worst_of(0.999, 1.001, exact::log, log_of) < 1.25);
  CHECK(worst(anywhere, exact::log2, [](long double x) { return std::log2(x); }) < 0.51);
  CHECK(worst(anywhere, exact::log10, [](long double x) { return std::log10(x); }) < 0.51);
  CHECK(worst_of(0.5, 2, exact::log10, [](long double x) { return std::log10(x); }) < 0.51);
}

TEST_CASE("log1p keeps its digits near zero") {
  CHECK(worst(anywhere, exact::log1p, log1p_of) < 1.25);
  CHECK(worst([](RandomStream& random) { return -random.uniform(); }, exact::log1p, log1p_of) < 1.25);
  CHECK(worst([](RandomStream& random) { return -magnitude(random, -200, -2); }, exact::log1p, log1p_of) < 1.25);
  CHECK(worst_of(-0.3, 3, exact::log1p, log1p_of) < 1.25);
}

TEST_CASE("exponentials are within one unit in the last place, expm1 within two") {
  CHECK(worst_of(-700, 709, exact::exp, exp_of) < 1);
  CHECK(worst_of(-1, 1, exact::exp, exp_of) < 1);
  CHECK(worst_of(-45, 45, exact::expm1, expm1_of) < 2);
  CHECK(worst_of(-1.1, 1.1, exact::expm1, expm1_of) < 2);
  CHECK(worst([](RandomStream& random) { return -magnitude(random, -200, -1); }, exact::expm1, expm1_of) < 2);
}

TEST_CASE("powers are within one unit in the last place, also where the logarithm of the result is large", "[long]") {
  for (const double y : {-20.0, -1.2, -0.99, -0.5, 0.333, 0.7, 1.5, 2.0, 3.0, 19.7}) {
    INFO(y);
    const auto power = [y](double x) { return exact::pow(x, y); };
    const auto truth = [y](long double x) { return std::pow(x, static_cast<long double>(y)); };
    CHECK(worst([](RandomStream& random) { return magnitude(random, -50, 50); }, power, truth) < 1);
    CHECK(worst_of(0.9, 1.1, power, truth) < 1);
  }
}

TEST_CASE("cosines are within two and a half units in the last place, also near their zeros") {
  const long double pi = std::numbers::pi_v<long double>;
  // Near a zero the truth is taken from the sine of what is left, or the argument's own rounding would show.
  const auto truth = [pi](long double turns) {
    const long double part = turns - std::floor(turns);
    const long double folded = part > 0.5L ? 1 - part : part;
    return std::sin(2 * pi * (0.25L - folded));
  };
  CHECK(worst_of(-3, 3, exact::cos_turns, truth) < 2.5);
  CHECK(worst_of(0.249, 0.251, exact::cos_turns, truth) < 2.5);
  CHECK(worst_of(0, 1, exact::cos_turns, truth) < 2.5);
}

TEST_CASE("results that a double can hold are exact") {
  for (int k = -1022; k <= 1023; ++k) {
    REQUIRE(exact::log2(std::ldexp(1.0, k)) == k);
    REQUIRE(exact::pow(2, k) == std::ldexp(1.0, k));
  }
  double ten = 1;
  for (int k = 0; k <= 22; ++k, ten *= 10) {
    REQUIRE(exact::log10(ten) == k);
    REQUIRE(exact::pow(10, k) == ten);
  }
  double grown = 1;
  for (int k = 0; k <= 33; ++k, grown *= 1.5) REQUIRE(exact::pow(1.5, k) == grown);  // 3^33 has 53 bits
  for (const double x : {0.1, 2.0, 3.7, 1e-300, 1e300}) {
    REQUIRE(exact::pow(x, 1) == x);
    REQUIRE(exact::pow(x, 0) == 1);
  }
  CHECK(exact::cos_turns(0) == 1);
  CHECK(exact::cos_turns(0.25) == 0);
  CHECK(exact::cos_turns(0.5) == -1);
  CHECK(exact::cos_turns(0.75) == 0);
  CHECK(exact::cos_turns(-7) == 1);
  CHECK(exact::exp(0) == 1);
  CHECK(exact::log(1) == 0);
  CHECK(exact::log1p(0) == 0);
  CHECK(exact::expm1(0) == 0);
}

TEST_CASE("edges: zero, infinity, overflow, arguments outside the domain") {
  CHECK(exact::log(0) == -infinity);
  CHECK(exact::log1p(-1) == -infinity);
  CHECK(exact::log10(0) == -infinity);
  CHECK(std::isnan(exact::log(-1)));
  CHECK(std::isnan(exact::log1p(-1.5)));
  CHECK(std::isnan(exact::log2(-1)));
  CHECK(exact::log(infinity) == infinity);
  CHECK(exact::log2(infinity) == infinity);
  CHECK(exact::log1p(infinity) == infinity);
  CHECK(exact::log(std::numeric_limits<double>::denorm_min()) == std::log(std::numeric_limits<double>::denorm_min()));
  CHECK(exact::exp(709.7) < infinity);
  CHECK(exact::exp(709.8) == infinity);
  CHECK(exact::exp(infinity) == infinity);
  CHECK(exact::exp(-746) == 0);
  CHECK(exact::exp(-infinity) == 0);
  CHECK(exact::expm1(-infinity) == -1);
  CHECK(exact::expm1(1000) == infinity);
  CHECK(exact::pow(0, 2) == 0);
  CHECK(exact::pow(0, -2) == infinity);
  CHECK(exact::pow(infinity, 2) == infinity);
  CHECK(exact::pow(infinity, -2) == 0);
  CHECK(exact::pow(0.5, 1e300) == 0);
  CHECK(exact::pow(2, 1e300) == infinity);
  CHECK(exact::pow(2, 1024) == infinity);
  CHECK(std::isnan(exact::pow(-1, 2)));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double x : {exact::log(nan), exact::log1p(nan), exact::log10(nan), exact::exp(nan), exact::expm1(nan),
                         exact::pow(nan, 2), exact::pow(2, nan)})
    CHECK(std::isnan(x));
}

TEST_CASE("bit for bit the same on every machine") {
  RandomStream random(7, "exact-math-bits");
  std::uint64_t bits = 0;
  const auto fold = [&bits](double x) { bits = combine(bits, std::bit_cast<std::uint64_t>(x)); };
  for (int i = 0; i < 100'000; ++i) {
    const double share = random.uniform(), wide = magnitude(random, -60, 60);
    fold(exact::log(wide));
    fold(exact::log1p(-share));
    fold(exact::log10(wide));
    fold(exact::exp(40 * share - 20));
    fold(exact::expm1(4 * share - 2));
    fold(exact::pow(wide, 4 * share - 2));
    fold(exact::cos_turns(share));
  }
  CHECK(bits == 0x7379338fd1c6323a);
}
