// Simulated time: whole nanoseconds since the start of the run. Integers, so that equal instants are equal on every
// machine and a 10 ms path takes exactly 10 ms.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

namespace hearsay {

using Duration = std::chrono::nanoseconds;

// The clock of the simulation; it has no now(): only the runtime knows what time it is.
struct SimulatedClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimulatedClock>;
  static constexpr bool is_steady = true;
};
using Time = SimulatedClock::time_point;

inline constexpr Time never = Time::max();
inline constexpr Duration forever = Duration::max();

constexpr double seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }
constexpr double seconds(Time t) { return seconds(t.time_since_epoch()); }

// The nearest whole number, a half away from zero: std::llround without a call.
inline std::int64_t nearest(double x) {
  if (!(std::abs(x) < 0x1p62)) [[unlikely]]
    return std::llround(x);
  const auto whole = static_cast<std::int64_t>(x);
  const double rest = x - static_cast<double>(whole);
  return whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0);
}

// Rounds to the nearest nanosecond. Requires |s| < 9e9.
inline Duration from_seconds(double s) { return Duration(nearest(s * 1e9)); }

// t + d without overflow: `never` and anything past it stay `never`.
constexpr Time later(Time t, Duration d) {
  if (t == never || d == forever) return never;
  return d > never - t ? never : t + d;
}

}  // namespace hearsay
