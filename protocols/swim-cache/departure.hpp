// A departure takes its time: Serf gossips that the member goes, then memberlist gossips that it has left, and it stays
// until that has come to all, so that nobody's probe fails meanwhile (Serf, serf.go Leave; memberlist, Leave).
#pragma once

#include "protocols/swim-cache/beliefs.hpp"
#include "protocols/swim-cache/dissemination.hpp"
#include "protocols/swim-cache/serf_members.hpp"

namespace hearsay::membership {

class Departure {
 public:
  Departure(Environment& environment, Dissemination& dissemination, SerfMembers& serf, Beliefs& beliefs)
      : env_(environment), dissemination_(dissemination), serf_(serf), beliefs_(beliefs) {}

  void begin(Time now);
  // Something may have been sent: goes on if that was what it waited for.
  void proceed(Time now);
  // A wait is over; `number` says which.
  void timer(Time now, std::uint32_t number);

  bool over() const { return step_ == Step::over; }

 private:
  enum class Step : std::uint8_t { none, announces, leaves, lingers, over };

  void leave(Time now);
  void linger(Time now);
  void wait(Step step, Duration at_most);

  Environment& env_;
  Dissemination& dissemination_;
  SerfMembers& serf_;
  Beliefs& beliefs_;
  Step step_ = Step::none;
};

}  // namespace hearsay::membership
