// The timers of calls: what is due when one of the owner's timers fires.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/core/protocol.hpp"

namespace hearsay::rpc {

struct Alarm {
  enum class Kind : std::uint8_t { attempt_over, retry, give_up, deadline, hedge, worker, keep_alive, breaker } kind;
  std::uint64_t about = 0;    // call, attempt, connection or server
  std::uint64_t opening = 0;  // of a breaker
};

class Alarms {
 public:
  using KeyOf = TimerKey (*)(std::uint64_t number);
  explicit Alarms(KeyOf key_of) : key_of_(key_of) {}

  void set(Context& context, Duration delay, Alarm alarm);

  // From here on alarms that are set one after another with one delay share a timer.
  void share() { sharing_ = true, shared_delay_ = none; }
  void stop_sharing() { sharing_ = false; }
  // Processor time was spent: what is set from here on is set later.
  void time_passed() { shared_delay_ = none; }

  // The alarms of a timer that has fired, in the order in which they were set.
  std::vector<Alarm> take(std::uint64_t number);

 private:
  static constexpr Duration none{-1};

  KeyOf key_of_;
  std::unordered_map<std::uint64_t, std::vector<Alarm>> alarms_;  // by timer; looked up only
  bool sharing_ = false;
  Duration shared_delay_ = none;  // of the last timer, if it may be shared
  std::uint64_t last_ = 0;
};

}  // namespace hearsay::rpc
