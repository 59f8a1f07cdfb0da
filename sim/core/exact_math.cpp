#include "sim/core/exact_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace hearsay::exact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts. The high one has 32 bits, so that its product with an exponent is exact.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;

// The unevaluated sum of two doubles, |low| <= half a unit in the last place of high: about 106 bits.
struct Pair {
  double high = 0, low = 0;
};

// a + b exactly (Knuth).
Pair sum(double a, double b) {
  const double high = a + b;
  const double part = high - a;
  return {high, (a - (high - part)) + (b - part)};
}

// a * b exactly (Dekker; Veltkamp's splitting). Requires |a|, |b| < 2^970 and no underflow.
Pair product(double a, double b) {
  constexpr double splitter = 0x1p27 + 1;
  const double a_scaled = a * splitter, b_scaled = b * splitter;
  const double a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
  const double a_low = a - a_high, b_low = b - b_high;
  const double high = a * b;
  return {high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

Pair sum(Pair a, Pair b) {
  const Pair high = sum(a.high, b.high);
  return sum(high.high, high.low + (a.low + b.low));
}

Pair product(Pair a, Pair b) {
  const Pair high = product(a.high, b.high);
  return sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

// coefficients[0] + x coefficients[1] + x^2 coefficients[2] + ..., by Horner's rule.
template <std::size_t size>
double polynomial(const std::array<double, size>& coefficients, double x) {
  double value = coefficients[size - 1];
  for (std::size_t i = size - 1; i-- > 0;) value = value * x + coefficients[i];
  return value;
}

// One of two numbers without a branch, which random arguments would have guessed wrong.
double choose(bool first, double one, double other) {
  const std::uint64_t mask = std::uint64_t{0} - static_cast<std::uint64_t>(first);
  return std::bit_cast<double>((std::bit_cast<std::uint64_t>(one) & mask) |
                               (std::bit_cast<std::uint64_t>(other) & ~mask));
}

// x = mantissa * 2^exponent with the mantissa in [sqrt(1/2), sqrt(2)). Requires 0 < x < infinity.
struct Parts {
  double mantissa;
  int exponent;
};
Parts parts_of(double x) {
  constexpr std::uint64_t one = std::uint64_t{1} << 52, fraction = one - 1, of_half = 1022 * one;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1022;
  double mantissa = std::bit_cast<double>((bits & fraction) | of_half);
  if (bits >> 52 == 0) [[unlikely]]
    mantissa = std::frexp(x, &exponent);  // a subnormal number
  const bool doubled = mantissa < std::numbers::sqrt2 / 2;
  return {std::bit_cast<double>(std::bit_cast<std::uint64_t>(mantissa) + (doubled ? one : 0)), exponent - doubled};
}

// log(1 + f) = 2 artanh(s) with s = f / (2 + f), and artanh(s) = s + s^3/3 + s^5/5 + ...; here as
// f - (f^2/2 - s (f^2/2 + s^2 (2/3 + ...))), whose largest term is exact. Requires 1 + f in [sqrt(1/2), sqrt(2)), hence
// s^2 < 0.03.
double log_near_one(double f) {
  static constexpr std::array<double, 11> odd{2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                                              2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  const double s = f / (2 + f);
  const double half = 0.5 * f * f;
  return f - (half - s * (half + s * s * polynomial(odd, s * s)));
}

// The same as a Pair, for those who multiply a logarithm: its relative error is below 2^-64.
Pair log_pair(double x) {
  static constexpr std::array<double, 10> odd{2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                                              2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  const auto [mantissa, exponent] = parts_of(x);
  const double f = mantissa - 1;
  const Pair below = sum(mantissa, 1.0);
  const double quotient = f / below.high;
  const Pair back = product(quotient, below.high);
  const Pair s = sum(quotient, ((f - back.high) - back.low - quotient * below.low) / below.high);
  const Pair square = product(s, s);
  const Pair two_thirds{2.0 / 3, 0x1p-54 / 3 * 2};
  const Pair tail = product(square, sum(two_thirds, Pair{square.high * polynomial(odd, square.high), 0}));
  const Pair near_one = sum(Pair{2 * s.high, 2 * s.low}, product(s, tail));
  return sum(sum(exponent * ln2_high, exponent * ln2_low), near_one);
}

// e^r - 1 for |r| < 0.35, as r + r^2 (1/2! + r/3! + r^2/4! + ...).
double exp_tail(double r) {
  static constexpr std::array<double, 12> factorials{1.0 / 2,       1.0 / 6,        1.0 / 24,        1.0 / 120,
                                                     1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                                     1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  return r * r * polynomial(factorials, r);
}

// x = exponent * ln 2 + (r + error) with |r| < 0.35.
struct Reduced {
  double r, error;
  int exponent;
};
// Requires |x.high| < 2000.
Reduced reduce(Pair x) {
  const double exponent = std::floor(x.high / std::numbers::ln2 + 0.5);
  const double high = x.high - exponent * ln2_high;
  const double low = exponent * ln2_low - x.low;
  const double r = high - low;
  return {r, (high - r) - low, static_cast<int>(exponent)};
}

double exp_of(Pair x) {
  if (x.high > 1000) return infinity;
  if (x.high < -1000) return 0;
  const auto [r, error, exponent] = reduce(x);
  return std::ldexp(1 + (r + (exp_tail(r) + error)), exponent);
}

// log(x) / log(base), given 1 / log(base).
double log_base(double x, Pair inverse) {
  if (!(x > 0) || x == infinity) return log(x);
  return product(log_pair(x), inverse).high;
}

}  // namespace

double log(double x) {
  if (x == 0) return -infinity;
  if (!(x > 0)) return not_a_number;
  if (x == infinity) return x;
  const auto [mantissa, exponent] = parts_of(x);
  return exponent * ln2_high + (log_near_one(mantissa - 1) + exponent * ln2_low);
}

double log1p(double x) {
  const double rounded = 1 + x;
  if (!(rounded > 0) || rounded == infinity) return log(rounded);
  if (x == 0) return x;
  // Near 0 it is log_near_one(x), and the rest adds zeros.
  const bool near = (static_cast<unsigned>(x > -0.29) & static_cast<unsigned>(x < 0.41)) != 0;
  const double lost = x < 1 ? x - (rounded - 1) : 1 - (rounded - x);
  const auto [mantissa, exponent] = parts_of(rounded);
  const double turns = choose(near, 0, exponent);
  return turns * ln2_high +
         (log_near_one(choose(near, x, mantissa - 1)) + (turns * ln2_low + choose(near, 0, lost) / rounded));
}

double log2(double x) { return log_base(x, {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56}); }
double log10(double x) { return log_base(x, {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57}); }

double exp(double x) { return x != x ? x : exp_of({x, 0}); }

double expm1(double x) {
  if (x != x) return x;
  if (x > -0.34 && x < 0.34) return x + exp_tail(x);
  if (x > 40) return exp_of({x, 0});  // the 1 is below half a unit in the last place
  if (x < -40) return -1;
  const auto [r, error, exponent] = reduce({x, 0});
  const double scale = std::ldexp(1.0, exponent);
  return (scale - 1) + scale * (r + (exp_tail(r) + error));
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (!(x >= 0) || y != y) return not_a_number;
  if (x == 0 || x == infinity) return (x == 0) == (y > 0) ? 0 : infinity;
  if (y > 0x1p65 || y < -0x1p65) return (x < 1) == (y > 0) ? 0 : infinity;  // |log x| >= 2^-53 for every x but 1
  return exp_of(product(log_pair(x), Pair{y, 0}));
}

double cos_turns(double turns) {
  static constexpr std::array<double, 9> even{1.0,
                                              -1.0 / 2,
                                              1.0 / 24,
                                              -1.0 / 720,
                                              1.0 / 40320,
                                              -1.0 / 3628800,
                                              1.0 / 479001600,
                                              -1.0 / 87178291200,
                                              1.0 / 20922789888000};
  static constexpr std::array<double, 9> odd{1.0,
                                             -1.0 / 6,
                                             1.0 / 120,
                                             -1.0 / 5040,
                                             1.0 / 362880,
                                             -1.0 / 39916800,
                                             1.0 / 6227020800,
                                             -1.0 / 1307674368000,
                                             1.0 / 355687428096000};
  // By symmetry, without rounding: into [0, 1), [0, 1/2], [0, 1/4].
  double part = turns - std::floor(turns);
  if (part > 0.5) part = 1 - part;
  const double sign = part > 0.25 ? -1 : 1;
  if (part > 0.25) part = 0.5 - part;
  // An eighth of a turn at most, where the series of the cosine or the sine ends soonest.
  const double angle = 2 * std::numbers::pi * (part > 0.125 ? 0.25 - part : part);
  return sign * (part > 0.125 ? angle * polynomial(odd, angle * angle) : polynomial(even, angle * angle));
}

}  // namespace hearsay::exact
