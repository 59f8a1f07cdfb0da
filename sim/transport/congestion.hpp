// The congestion window of a TCP sender, in segments: slow start and congestion avoidance by RFC 5681 (Reno) or RFC
// 9438 (CUBIC), HyStart (Ha and Rhee 2011) as Linux has it, and the window after idleness (RFC 2861).
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/congestion_control.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

class CongestionWindow {
 public:
  explicit CongestionWindow(Congestion kind) : kind_(kind) {}

  double segments() const { return kind_ == Congestion::none ? 1e18 : window_; }
  bool slow_start() const { return window_ < threshold_; }

  // `segments` were acknowledged while the window was what limited the sender.
  void acknowledged(double segments, Time now, Duration round_trip);
  // A queue builds up: from here on in small steps (HyStart; CUBIC only).
  void leave_slow_start();
  void loss();              // once per window of data in which something was lost
  void timeout();           // nothing came back: one segment, then slow start
  void timeout_again();     // nor did that: one segment again
  void undo();              // what the last loss() or timeout() was called for had only been late
  void idle(int timeouts);  // nothing was sent for so many retransmission timeouts: half the window for each

  bool detects_queues() const { return kind_ == Congestion::cubic && slow_start() && window_ >= 16; }
  static double beta(Congestion kind) { return kind == Congestion::cubic ? 0.7 : 0.5; }
  static constexpr double initial = 10;  // RFC 6928

 private:
  void grow_cubic(double segments, Time now, Duration round_trip);

  Congestion kind_;
  double window_ = initial;
  double threshold_ = no_threshold;
  static constexpr double no_threshold = 1e9;
  // CUBIC: the curve since the last loss.
  bool lost_ = false;         // anything so far
  double largest_ = 0;        // W_max
  double reno_estimate_ = 0;  // W_est
  double inflection_s_ = 0;   // K
  std::optional<Time> epoch_;
  // Before the last reduction, for undo().
  double window_before_ = 0, threshold_before_ = 0;
};

}  // namespace hearsay
