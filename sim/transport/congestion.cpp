#include "sim/transport/congestion.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/exact_math.hpp"

namespace hearsay {

void CongestionWindow::acknowledged(double segments, Time now, Duration round_trip) {
  if (slow_start()) {
    const double grown = std::min(segments, threshold_ - window_);
    window_ += grown;
    segments -= grown;
  }
  if (segments <= 0) return;
  if (kind_ == Congestion::cubic)
    grow_cubic(segments, now, round_trip);
  else
    window_ += segments / window_;
}

// RFC 9438, sections 4.1 to 4.5.
void CongestionWindow::grow_cubic(double segments, Time now, Duration round_trip) {
  constexpr double c = 0.4, friendly = 3 * (1 - 0.7) / (1 + 0.7);
  if (!epoch_) {
    epoch_ = now;
    reno_estimate_ = window_;
    largest_ = std::max(largest_, window_);
    inflection_s_ = exact::pow((largest_ - window_) / c, 1.0 / 3);
  }
  reno_estimate_ += friendly * segments / window_;
  const double t = seconds(now - *epoch_ + round_trip) - inflection_s_;
  const double target = std::clamp(c * t * t * t + largest_, window_, 1.5 * window_);
  double grown = (target - window_) / window_ * segments;
  if (!lost_) grown = std::max(grown, segments / 20);  // Linux: 5 % a round trip while nothing is known of the path
  window_ = std::max(window_ + grown, reno_estimate_);
}

void CongestionWindow::leave_slow_start() { threshold_ = window_; }

void CongestionWindow::loss() {
  window_before_ = window_;
  threshold_before_ = threshold_;
  lost_ = true;
  largest_ = window_ < largest_ ? window_ * (1 + beta(kind_)) / 2 : window_;  // fast convergence
  threshold_ = std::max(2.0, std::floor(window_ * beta(kind_) + 1e-6));       // 0.7 of 700 is 490
  window_ = threshold_;
  epoch_.reset();
}

void CongestionWindow::timeout() {
  loss();
  window_ = 1;
}

void CongestionWindow::timeout_again() { window_ = 1; }

void CongestionWindow::undo() {
  window_ = std::max(window_, window_before_);
  threshold_ = std::max(threshold_, threshold_before_);
  epoch_.reset();
}

void CongestionWindow::idle(int timeouts) {
  if (timeouts > 0 && threshold_ < no_threshold) threshold_ = std::max(threshold_, 0.75 * window_);
  for (; timeouts > 0 && window_ > initial; --timeouts) window_ = std::max(initial, window_ / 2);
  epoch_.reset();
}

}  // namespace hearsay
