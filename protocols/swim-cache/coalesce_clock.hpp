// When events that are coalesced are handed on: `period` after the first of them, or `quiescent` after the last,
// whichever comes first (Serf, coalesce.go).
#pragma once

#include <cstdint>
#include <utility>

#include "protocols/swim-cache/timers.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class CoalesceClock {
 public:
  CoalesceClock(Duration period, Duration quiescent) : period_(period), quiescent_(quiescent) {}

  bool coalesces() const { return period_ > Duration{}; }
  // One more waits; timers of the purpose follow.
  void added(Context& context, TimerPurpose purpose) {
    if (!std::exchange(open_, true)) context.set_timer(period_, timer_key(purpose, 2 * round_));
    context.set_timer(quiescent_, timer_key(purpose, 2 * ++added_ + 1));
  }
  // Of a timer: true if all that waits is due.
  bool is_due(std::uint32_t number) {
    if (!open_ || number / 2 != (number % 2 == 0 ? round_ : added_)) return false;
    ++round_;
    open_ = false;
    return true;
  }

 private:
  Duration period_, quiescent_;
  std::uint32_t round_ = 0, added_ = 0;
  bool open_ = false;
};

}  // namespace hearsay::swim
