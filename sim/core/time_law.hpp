// Lengths of time as a scenario states them, for example the sessions of `churn`: always the same, drawn from a law,
// or drawn from a list of measured ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

struct TimeLaw {
  enum class Kind : std::uint8_t {
    constant,     // a
    uniform,      // in [a, b]
    exponential,  // mean a
    pareto,       // at least a, longer than x with probability (a/x)^shape
    list,         // one of `values`, each with equal probability
  } kind = Kind::constant;
  Duration a{}, b{};
  double shape = 1;
  std::vector<Duration> values{};

  bool operator==(const TimeLaw&) const = default;

  // At least 1 ns, at most 31 years.
  Duration draw(RandomStream& random) const;
};

// As a scenario writes it.
std::string to_string(const TimeLaw& law);

}  // namespace hearsay
