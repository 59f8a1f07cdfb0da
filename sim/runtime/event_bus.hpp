// Hands every event of the run to the observers that want its kind (docs/design.md, section 4).
#pragma once

#include <array>
#include <functional>
#include <utility>
#include <vector>

#include "sim/core/event.hpp"

namespace hearsay {

class EventBus {
 public:
  void attach(Observer* observer) {
    for (std::size_t kind = 0; kind < event_kinds; ++kind)
      if (observer->wants(static_cast<EventKind>(kind))) observers_[kind].push_back(observer);
  }

  // Calls `pulse` before every 8192nd event, however little simulated time they take: for progress and for bounds. It
  // must not emit.
  void set_pulse(std::function<void()> pulse) { pulse_ = std::move(pulse); }

  void emit(const Event& event) {
    if (++count_ % 8192 == 0 && pulse_) [[unlikely]]
      pulse_();
    for (Observer* observer : observers_[static_cast<std::size_t>(event.kind)]) observer->observe(event);
  }

  // Calls `pulse` out of turn, where events are so few that it would be missed.
  void look() const {
    if (pulse_) pulse_();
  }

  std::uint64_t count() const { return count_; }

 private:
  std::array<std::vector<Observer*>, event_kinds> observers_;
  std::uint64_t count_ = 0;
  std::function<void()> pulse_;
};

}  // namespace hearsay
