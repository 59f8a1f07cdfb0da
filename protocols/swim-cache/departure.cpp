#include "protocols/swim-cache/departure.hpp"

namespace hearsay::membership {

void Departure::wait(Step step, Duration at_most) {
  step_ = step;
  env_.host.set_timer(at_most, {TimerKind::departure, 0, static_cast<std::uint32_t>(step)});
}

void Departure::begin(Time now) {
  if (step_ != Step::none) return;
  env_.announced_departure = true;
  if (!env_.config.intents) return leave(now);
  const bool somebody = env_.table.alive() > 1;
  serf_.announce(now, true);
  if (!somebody) return leave(now);
  wait(Step::announces, env_.config.broadcast_timeout);
}

void Departure::leave(Time now) {
  const bool somebody = env_.table.alive() > 1;
  beliefs_.leave(now);
  if (!somebody) return linger(now);
  wait(Step::leaves, env_.config.broadcast_timeout);
}

void Departure::linger(Time) { wait(Step::lingers, env_.config.leave_delay); }

void Departure::proceed(Time now) {
  if (step_ == Step::announces && !dissemination_.is_intent_waiting(env_.self)) leave(now);
  if (step_ == Step::leaves && !dissemination_.is_update_waiting(env_.self)) linger(now);
}

// A broadcast that did not go out in time ends the departure at once, as Serf's agent shuts down then.
void Departure::timer(Time, std::uint32_t number) {
  if (number == static_cast<std::uint32_t>(step_)) step_ = Step::over;
}

}  // namespace hearsay::membership
