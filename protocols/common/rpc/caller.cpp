// The life of a call: asked for, launched, tried, over.
#include "protocols/common/rpc/caller.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace hearsay::rpc {

void Caller::start(Context& context, StartReason reason) {
  // A server that has been there before does not know how far its numbers had got.
  if (reason != StartReason::boot) last_call_ = context.random().next() << 32;
}

// --- asked for

CallId Caller::call(Context& context, CallSpec spec) { return ask(context, std::move(spec), 0); }

std::vector<CallId> Caller::call_all(Context& context, std::vector<CallSpec> specs) {
  const auto group = turns_.begin(specs.size(), options_.workers);
  alarms_.share();
  std::vector<CallId> ids;
  ids.reserve(specs.size());
  for (auto& spec : specs) ids.push_back(ask(context, std::move(spec), group));
  alarms_.stop_sharing();
  return ids;
}

CallId Caller::ask(Context& context, CallSpec spec, Turns::GroupId group) {
  HEARSAY_CHECK(!spec.servers.empty(), "a call of nobody");
  const CallId id = ++last_call_;
  Call& call = calls_[id];
  call.spec = std::move(spec);
  call.server = call.spec.servers.front();
  call.asked_at = context.now();
  call.group = group;
  counts_.count_about(context, CallMetric::calls, call.server);
  counts_.open(context, calls_.size());
  if (options_.deadline > Duration{}) alarms_.set(context, options_.deadline, {Alarm::Kind::deadline, id});
  if (turns_.enter(group, id))
    await_worker(context, id);
  else
    note_waiting(context);
  return id;
}

// It is the call's turn in its group, if it has one.
void Caller::await_worker(Context& context, CallId id) {
  calls_.at(id).has_turn = true;
  if (options_.server_workers == 0 || running_ < options_.server_workers) return launch(context, id);
  waiting_.push_back(id);
  note_waiting(context);
  if (options_.worker_wait > Duration{}) alarms_.set(context, options_.worker_wait, {Alarm::Kind::worker, id});
}

void Caller::cancel(Context& context, CallId id) {
  if (const auto call = calls_.find(id); call != calls_.end())
    finish(context, id, CallError::cancelled, call->second.server, nullptr);
}

// --- launched and tried

void Caller::launch(Context& context, CallId id) {
  Call& call = calls_.at(id);
  call.running = true;
  ++running_;
  if (call.spec.concurrent) ++goroutines_;
  note_in_flight(context);
  const NodeId server = breakers_.admitted(call.spec);
  if (server == no_node) {
    counts_.count(context, CallMetric::breaker_refusals);
    return finish(context, id, CallError::breaker_open, call.server, nullptr);
  }
  call.server = server;
  if (options_.hedge_delay > Duration{}) alarms_.set(context, options_.hedge_delay, {Alarm::Kind::hedge, id});
  begin_attempt(context, id, server, false);
}

void Caller::begin_attempt(Context& context, CallId id, NodeId server, bool hedge) {
  Call& call = calls_.at(id);
  if (hedge)
    ++call.hedges;
  else
    call.attempts.begin();
  const AttemptId attempt = carrier_.add({id, &call.spec, call.attempts.made() + call.hedges, server, hedge});
  call.in_flight.push_back(attempt);
  counts_.count(context, CallMetric::attempts);
  spend(context, options_.call_cpu);
  if (options_.attempt_timeout > Duration{})
    alarms_.set(context, options_.attempt_timeout, {Alarm::Kind::attempt_over, attempt});
  if (options_.silence_is_failure())
    alarms_.set(context, hedge ? policy_.first : next_wait(context, call), {Alarm::Kind::attempt_over, attempt});
  send(context, attempt);
}

void Caller::send(Context& context, AttemptId id) {
  if (!carrier_.send(context, id)) return attempt_failed(context, id, CallError::no_descriptor);
  note_in_flight(context);
}

void Caller::attempt_failed(Context& context, AttemptId id, CallError error, const Message* reply) {
  const CallId call = carrier_.at(id).call;
  counts_.attempt_failed(context, error);
  budget_.attempt_failed(carrier_.at(id).server);
  if (error == CallError::application)
    release(context, id, false);
  else
    abandon(context, id, true);
  if (calls_.at(call).in_flight.empty()) retry_or_finish(context, call, error, reply);
}

void Caller::retry_or_finish(Context& context, CallId id, CallError error, const Message* reply) {
  Call& call = calls_.at(id);
  const bool again = error != CallError::application || options_.retry_application_errors;
  // The silence that made it fail was its wait already.
  const bool waited = error == CallError::timed_out && options_.silence_is_failure();
  if (again && call.attempts.left(options_) && may_retry(context, call.server)) {
    if (waited) return retry(context, id);
    return alarms_.set(context, next_wait(context, call), {Alarm::Kind::retry, id});
  }
  if (!again || !options_.delay_after_last) return finish(context, id, error, call.server, reply);
  call.last_error = error;
  alarms_.set(context, next_wait(context, call), {Alarm::Kind::give_up, id});
}

bool Caller::may_retry(Context& context, NodeId server) {
  if (budget_.allows(server)) return true;
  counts_.count(context, CallMetric::retries_refused);
  return false;
}

// The wait after the attempt that was made last.
Duration Caller::next_wait(Context& context, Call& call) {
  const Duration expected = response_times_[call.server].allowance();
  return call.attempts.next_wait(policy_, expected, context.random());
}

void Caller::retry(Context& context, CallId id) {
  const Call& call = calls_.at(id);
  counts_.count(context, CallMetric::retries);
  if (call.attempts.made() == 1) counts_.count(context, CallMetric::calls_retried);
  begin_attempt(context, id, call.server, false);
}

// A second request while the first one is out: to the next server that will do.
void Caller::hedge(Context& context, CallId id) {
  const Call& call = calls_.at(id);
  if (call.in_flight.empty()) return;  // between two attempts: the next one is a second request already
  const auto& servers = call.spec.servers;
  const auto here = std::find(servers.begin(), servers.end(), call.server);
  const NodeId next = here + 1 == servers.end() ? servers.front() : *(here + 1);
  if (!breakers_.admits_hedge(next) || !may_retry(context, next)) return;
  counts_.count(context, CallMetric::hedges);
  begin_attempt(context, id, next, true);
}

bool Caller::answered(Context& context, CallId id, std::uint32_t number, NodeId from, bool application_error,
                      const Message& reply) {
  const auto it = calls_.find(id);
  if (it == calls_.end()) return false;
  const auto& in_flight = it->second.in_flight;
  const auto found = std::find_if(in_flight.begin(), in_flight.end(), [&](AttemptId a) {
    return number == any_attempt || carrier_.at(a).number == number;
  });
  if (found == in_flight.end()) {  // given up, but better late than never
    counts_.count(context, CallMetric::late_answers);
    if (application_error || !hears_late_answers()) return false;
  } else {
    const AttemptId attempt = *found;
    response_times_[from].add(std::max(Duration{}, context.now() - carrier_.at(attempt).sent_at));
    if (application_error) {
      attempt_failed(context, attempt, CallError::application, &reply);
      return true;
    }
    if (carrier_.at(attempt).hedge) counts_.count(context, CallMetric::hedges_won);
    release(context, attempt, false);
  }
  finish(context, id, CallError::none, from, &reply);
  return true;
}

// --- over

void Caller::finish(Context& context, CallId id, CallError error, NodeId server, const Message* reply) {
  for (const auto in_flight = calls_.at(id).in_flight; const AttemptId attempt : in_flight)
    abandon(context, attempt, error != CallError::none);
  const Call call = std::move(calls_.at(id));
  calls_.erase(id);
  counts_.open(context, calls_.size());
  const bool ok = error == CallError::none;
  if (ok) {
    counts_.count_about(context, CallMetric::calls_succeeded, call.spec.servers.front());
    budget_.call_succeeded(server);
  } else {
    counts_.count(context, CallMetric::calls_failed);
  }
  counts_.over(context, call.asked_at, ok);
  if (call.running) give_back_worker(context, call, error, server);
  const auto next =
      turns_.leave(call.group, call.has_turn, [this](CallId waiting) { return calls_.contains(waiting); });
  if (next) await_worker(context, *next);
  call.spec.done(context, {error, server, reply});
}

void Caller::give_back_worker(Context& context, const Call& call, CallError error, NodeId server) {
  --running_;
  if (call.spec.concurrent) --goroutines_;
  if (error == CallError::cancelled)
    breakers_.cancelled(call.server);
  else if (error != CallError::breaker_open)
    breakers_.ended(context, call.server, server, error == CallError::none);
  launch_waiting(context);
}

void Caller::launch_waiting(Context& context) {
  while (!waiting_.empty() && running_ < options_.server_workers) {
    const CallId id = waiting_.front();
    waiting_.pop_front();
    if (calls_.contains(id)) launch(context, id);  // else: it has ended before it began
  }
}

void Caller::abandon(Context& context, AttemptId id, bool suspect) {
  carrier_.withdraw(context, id);
  release(context, id, suspect);
}

void Caller::release(Context& context, AttemptId id, bool suspect) {
  std::erase(calls_.at(carrier_.at(id).call).in_flight, id);
  carrier_.remove(context, id, suspect);
}

// --- timers, connections, processor time

void Caller::timer(Context& context, std::uint64_t number) {
  const std::vector<Alarm> due = alarms_.take(number);
  // First the calls that wait for a worker: one that ends would launch them only to see them end too.
  for (const Alarm& alarm : due)
    if (const auto call = calls_.find(alarm.about);
        alarm.kind == Alarm::Kind::deadline && call != calls_.end() && !call->second.running)
      ring(context, alarm);
  for (const Alarm& alarm : due) ring(context, alarm);
}

void Caller::ring(Context& context, const Alarm& alarm) {
  switch (alarm.kind) {
    case Alarm::Kind::attempt_over:
      if (carrier_.contains(alarm.about)) attempt_failed(context, alarm.about, CallError::timed_out);
      break;
    case Alarm::Kind::keep_alive: carrier_.keep_alive(context, alarm.about); break;
    case Alarm::Kind::breaker: breakers_.reset_elapsed(context, static_cast<NodeId>(alarm.about), alarm.opening); break;
    default:
      if (calls_.contains(alarm.about)) ring_of_call(context, alarm);
  }
}

void Caller::ring_of_call(Context& context, const Alarm& alarm) {
  const CallId id = alarm.about;
  const Call& call = calls_.at(id);
  switch (alarm.kind) {
    case Alarm::Kind::retry: return retry(context, id);
    case Alarm::Kind::give_up: return finish(context, id, call.last_error, call.server, nullptr);
    case Alarm::Kind::hedge: return hedge(context, id);
    case Alarm::Kind::deadline:
      counts_.count(context, CallMetric::deadlines_missed);
      return finish(context, id, CallError::deadline, call.server, nullptr);
    case Alarm::Kind::worker:
      if (call.running) return;
      counts_.count(context, CallMetric::worker_refusals);
      return finish(context, id, CallError::no_worker, call.server, nullptr);
    default: return;  // not of a call
  }
}

void Caller::disconnected(Context& context, ConnectionId connection) {
  const auto broken = carrier_.disconnected(context, connection);
  for (const AttemptId user : broken.users) {
    if (!carrier_.contains(user)) continue;  // an earlier one's end was its end too
    // "Connection may be stale, refresh": once, at once, and with a dial of its own.
    if (options_.connections == ConnectionUse::pooled && broken.stood && !carrier_.at(user).dialled)
      send(context, user);
    else
      attempt_failed(context, user, broken.stood ? CallError::broken : CallError::dial);
  }
}

void Caller::spend(Context& context, Duration work) {
  if (work <= Duration{}) return;
  alarms_.time_passed();
  context.compute(work);
  counts_.spent(context, work);
}

}  // namespace hearsay::rpc
