// Stops calling a server that keeps failing, and tries it again with one call after a while (Nygard, "Release It!",
// 2007; the RPC document, "Future Enhancements 7"). Keeps no clock: its owner says when the reset time is over, so that
// a clock that is wrong does not matter.
#pragma once

#include <cstdint>

namespace hearsay {

class CircuitBreaker {
 public:
  enum class State : std::uint8_t {
    closed,     // calls pass
    open,       // calls fail at once
    half_open,  // one call passes, on trial; the others fail at once
  };

  // Opens after `threshold` (>= 1) failures without a success between them.
  explicit CircuitBreaker(std::uint32_t threshold) : threshold_(threshold) {}

  // Whether a call may be made now.
  bool admits() const { return state_ == State::closed || (state_ == State::half_open && !trial_); }

  // The same, for a call that is made if it may. In `half_open` it is the trial.
  bool admit() {
    const bool admitted = admits();
    if (admitted && state_ == State::half_open) trial_ = true;
    return admitted;
  }

  void succeeded() {
    failures_ = 0;
    trial_ = false;
    state_ = State::closed;
  }

  void failed() {
    trial_ = false;
    ++failures_;
    if (state_ == State::open || failures_ < threshold_) return;
    state_ = State::open;
    ++openings_;
  }

  // A call that was admitted has ended without saying anything of the server: another one may be the trial.
  void ended() { trial_ = false; }

  // The reset time that began with opening number `opening` is over.
  void reset_elapsed(std::uint64_t opening) {
    if (state_ == State::open && opening == openings_) state_ = State::half_open;
  }

  State state() const { return state_; }
  std::uint64_t openings() const { return openings_; }

 private:
  std::uint32_t threshold_;
  State state_ = State::closed;
  std::uint32_t failures_ = 0;
  std::uint64_t openings_ = 0;
  bool trial_ = false;
};

}  // namespace hearsay
