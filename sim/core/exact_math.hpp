// Elementary functions that give the same bits on every machine. Those of the C library do not: versions and vendors
// round the last bit differently, and a draw that differs in its last bit is another run. These use only what IEEE 754
// fixes (+ - * / and comparisons) and exact operations on the exponent. Simulated decisions use them and nothing else
// (docs/design.md, Determinism); std::sqrt, floor, ceil and llround are exact and stay allowed.
//
// Results are within 1.25 units in the last place of the true value, those of expm1 2 and of cos_turns 2.5
// (tests/core/exact_math_test.cpp measures it). Arguments that are not numbers give NaN.
#pragma once

namespace hearsay::exact {

double log(double x);    // natural; -inf at 0, NaN below
double log1p(double x);  // log(1 + x), without the loss of digits near x = 0; -inf at -1, NaN below
double log2(double x);   // whole numbers for powers of 2
double log10(double x);  // whole numbers for powers of 10
double exp(double x);
double expm1(double x);  // exp(x) - 1, without the loss of digits near x = 0

// x to the power y, for x >= 0 (NaN below). Exact wherever the result has at most 53 bits, such as 1.5^3.
double pow(double x, double y);

// The cosine of `turns` full turns, cos(2 pi turns). Exact at quarter turns. Requires |turns| < 2^52.
double cos_turns(double turns);

}  // namespace hearsay::exact
