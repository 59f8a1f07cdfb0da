// The clocks of one node. Both begin at fixed moments, so that what a node prints of them repeats.
#pragma once

#include <cstdint>
#include <ctime>

namespace hearsay::maelstrom {

inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr std::int64_t wall_epoch = 1'700'000'000 * second;  // the simulation starts on 2023-11-14
inline constexpr std::int64_t monotonic_epoch = 1'000 * second;     // as on a machine that has been up for a while

struct Clocks {
  std::int64_t now = 0, wall = 0;  // see StepRequest

  static bool is_wall(std::int64_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_REALTIME_ALARM ||
           clock == CLOCK_TAI;
  }
  std::int64_t read(std::int64_t clock) const { return is_wall(clock) ? wall_epoch + wall : monotonic_epoch + now; }
  // The moment on `now` at which `clock` will show `value`.
  std::int64_t when(std::int64_t clock, std::int64_t value) const { return now + (value - read(clock)); }
};

}  // namespace hearsay::maelstrom
