// The life of a call: asked for, launched, tried, over. What watches over it is in caller_watch.cpp.
#include "protocols/common/rpc/caller.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace hearsay::rpc {

void Caller::start(Context& context, StartReason reason) {
  // A server that has been there before does not know how far its numbers had got.
  if (reason != StartReason::boot) last_call_ = context.random().next() << 32;
}

CallId Caller::call(Context& context, CallSpec spec) { return ask(context, std::move(spec), 0); }

std::vector<CallId> Caller::call_all(Context& context, std::vector<CallSpec> specs) {
  std::uint64_t group = 0;
  if (options_.workers > 0 && specs.size() > options_.workers) {
    group = ++last_group_;
    groups_[group].open = specs.size();
  }
  together_ = true;
  shared_delay_ = Duration{-1};
  std::vector<CallId> ids;
  ids.reserve(specs.size());
  for (auto& spec : specs) ids.push_back(ask(context, std::move(spec), group));
  together_ = false;
  return ids;
}

CallId Caller::ask(Context& context, CallSpec spec, std::uint64_t group) {
  HEARSAY_CHECK(!spec.servers.empty(), "a call of nobody");
  const CallId id = ++last_call_;
  Call& call = calls_[id];
  call.spec = std::move(spec);
  call.server = call.spec.servers.front();
  call.asked_at = context.now();
  call.group = group;
  count_about(context, CallMetric::calls, call.server);
  note_open(context);
  if (options_.deadline > Duration{}) set_alarm(context, options_.deadline, {Alarm::Kind::deadline, id});
  if (group != 0 && groups_.at(group).in_turn >= options_.workers) {
    groups_.at(group).waiting.push_back(id);
    note_waiting(context);
    return id;
  }
  await_worker(context, id);
  return id;
}

// It is the call's turn in its group, if it has one.
void Caller::await_worker(Context& context, CallId id) {
  Call& call = calls_.at(id);
  if (call.group != 0) ++groups_.at(call.group).in_turn;
  call.has_turn = true;
  if (options_.server_workers == 0 || running_ < options_.server_workers) return launch(context, id);
  waiting_.push_back(id);
  note_waiting(context);
  if (options_.worker_wait > Duration{}) set_alarm(context, options_.worker_wait, {Alarm::Kind::worker, id});
}

void Caller::cancel(Context& context, CallId id) {
  if (const auto call = calls_.find(id); call != calls_.end())
    finish(context, id, CallError::cancelled, call->second.server, nullptr);
}

void Caller::launch(Context& context, CallId id) {
  Call& call = calls_.at(id);
  call.running = true;
  ++running_;
  if (call.spec.concurrent) ++goroutines_;
  note_levels(context);
  const NodeId server = admitted(call.spec);
  if (server == no_node) {
    count(context, CallMetric::breaker_refusals);
    return finish(context, id, CallError::breaker_open, call.server, nullptr);
  }
  call.server = server;
  if (options_.hedge_delay > Duration{}) set_alarm(context, options_.hedge_delay, {Alarm::Kind::hedge, id});
  begin_attempt(context, id, server, false);
}

void Caller::begin_attempt(Context& context, CallId id, NodeId server, bool hedge) {
  Call& call = calls_.at(id);
  const AttemptId attempt_id = ++last_attempt_;
  Attempt& attempt = attempts_[attempt_id];
  if (hedge)
    ++call.hedges;
  else
    call.attempts.begin();
  attempt.call = id;
  attempt.number = call.attempts.made() + call.hedges;
  attempt.server = server;
  attempt.hedge = hedge;
  call.in_flight.push_back(attempt_id);
  count(context, CallMetric::attempts);
  spend(context, options_.call_cpu);
  if (options_.attempt_timeout > Duration{})
    set_alarm(context, options_.attempt_timeout, {Alarm::Kind::attempt_over, attempt_id});
  if (options_.transport == Transport::stream) return connect(context, attempt_id);
  if (options_.silence_is_failure())
    set_alarm(context, hedge ? policy_.first : next_wait(context, call), {Alarm::Kind::attempt_over, attempt_id});
  transmit(context, attempt_id);
}

void Caller::connect(Context& context, AttemptId id) {
  Attempt& attempt = attempts_.at(id);
  const auto opened = connections_.open(context, attempt.server, id);
  if (opened.connection == no_connection) {
    count(context, CallMetric::fd_refusals);
    return attempt_failed(context, id, CallError::no_descriptor);
  }
  attempt.connection = opened.connection;
  attempt.dialled = opened.dialled;
  if (opened.dialled) count(context, CallMetric::dials);
  note_levels(context);
  if (opened.ready) transmit(context, id);
}

void Caller::transmit(Context& context, AttemptId id) {
  Attempt& attempt = attempts_.at(id);
  const MessagePtr message = calls_.at(attempt.call).spec.request(attempt.call, attempt.number);
  attempt.sent_at = context.now();
  if (options_.transport == Transport::datagram) {
    attempt.send = context.send(attempt.server, message);
    return;
  }
  attempt.send = context.send_on(attempt.connection, message);
  if (probe_of_ != nullptr && options_.keep_alive > Duration{} && connections_.watch(attempt.connection))
    set_alarm(context, options_.keep_alive, {Alarm::Kind::keep_alive, attempt.connection});
}

void Caller::attempt_failed(Context& context, AttemptId id, CallError error, const Message* reply) {
  const CallId call_id = attempts_.at(id).call;
  count_failure(context, error);
  if (options_.retry_budget > 0) {
    double& spent = spent_tokens_[attempts_.at(id).server];
    spent = std::min(spent + 1, static_cast<double>(options_.retry_budget));
  }
  if (error == CallError::application)
    release(context, id, false);
  else
    abandon(context, id, true);
  if (calls_.at(call_id).in_flight.empty()) retry_or_finish(context, call_id, error, reply);
}

void Caller::retry_or_finish(Context& context, CallId id, CallError error, const Message* reply) {
  Call& call = calls_.at(id);
  const bool again = error != CallError::application || options_.retry_application_errors;
  // The silence that made it fail was its wait already.
  const bool waited = error == CallError::timed_out && options_.silence_is_failure();
  if (again && call.attempts.left(options_) && may_retry(context, call.server)) {
    if (waited) return retry(context, id);
    return set_alarm(context, next_wait(context, call), {Alarm::Kind::retry, id});
  }
  if (!again || !options_.delay_after_last) return finish(context, id, error, call.server, reply);
  call.last_error = error;
  set_alarm(context, next_wait(context, call), {Alarm::Kind::give_up, id});
}

// Retry throttling of gRPC A6: while failures are more than a few among successes, retries only add to the load.
bool Caller::may_retry(Context& context, NodeId server) {
  if (options_.retry_budget == 0 || 2 * spent_tokens_[server] < options_.retry_budget) return true;
  count(context, CallMetric::retries_refused);
  return false;
}

// The wait after the attempt that was made last.
Duration Caller::next_wait(Context& context, Call& call) {
  const Duration expected = response_times_[call.server].allowance();
  return call.attempts.next_wait(policy_, expected, context.random());
}

void Caller::retry(Context& context, CallId id) {
  const Call& call = calls_.at(id);
  count(context, CallMetric::retries);
  if (call.attempts.made() == 1) count(context, CallMetric::calls_retried);
  begin_attempt(context, id, call.server, false);
}

// A second request while the first one is out: to the next server that will do.
void Caller::hedge(Context& context, CallId id) {
  const Call& call = calls_.at(id);
  if (call.in_flight.empty()) return;  // between two attempts: the next one is a second request already
  const auto& servers = call.spec.servers;
  const auto here = std::find(servers.begin(), servers.end(), call.server);
  const NodeId next = here + 1 == servers.end() ? servers.front() : *(here + 1);
  if (options_.breaker && breaker_of(next).state() != CircuitBreaker::State::closed) return;
  if (!may_retry(context, next)) return;
  count(context, CallMetric::hedges);
  begin_attempt(context, id, next, true);
}

bool Caller::answered(Context& context, CallId id, std::uint32_t number, NodeId from, bool application_error,
                      const Message& reply) {
  const auto it = calls_.find(id);
  if (it == calls_.end()) return false;
  const auto& in_flight = it->second.in_flight;
  const auto attempt = std::find_if(in_flight.begin(), in_flight.end(), [&](AttemptId a) {
    return number == any_attempt || attempts_.at(a).number == number;
  });
  if (attempt == in_flight.end()) {  // given up, but better late than never
    count(context, CallMetric::late_answers);
    if (application_error || !hears_late_answers()) return false;
  } else {
    response_times_[from].add(std::max(Duration{}, context.now() - attempts_.at(*attempt).sent_at));
    if (application_error) {
      attempt_failed(context, *attempt, CallError::application, &reply);
      return true;
    }
    if (attempts_.at(*attempt).hedge) count(context, CallMetric::hedges_won);
    release(context, *attempt, false);
  }
  finish(context, id, CallError::none, from, &reply);
  return true;
}

void Caller::finish(Context& context, CallId id, CallError error, NodeId server, const Message* reply) {
  for (const auto in_flight = calls_.at(id).in_flight; const AttemptId attempt : in_flight)
    abandon(context, attempt, error != CallError::none);
  const Call call = std::move(calls_.at(id));
  calls_.erase(id);
  note_open(context);
  const bool ok = error == CallError::none;
  if (ok) {
    count_about(context, CallMetric::calls_succeeded, call.spec.servers.front());
    if (options_.retry_budget > 0)
      spent_tokens_[server] = std::max(0.0, spent_tokens_[server] - options_.retry_budget_ratio);
  } else {
    count(context, CallMetric::calls_failed);
  }
  const auto latency = metric_of_(ok ? CallMetric::call_latency : CallMetric::failed_call_latency);
  if (latency) context.sample(*latency, std::max(Duration{}, context.now() - call.asked_at));
  if (call.running) {
    --running_;
    if (call.spec.concurrent) --goroutines_;
    if (error == CallError::cancelled) {
      if (options_.breaker) breaker_of(call.server).ended();
    } else if (error != CallError::breaker_open) {
      report_to_breakers(context, call.server, server, ok);
    }
    launch_waiting(context);
  }
  if (call.group != 0) leave_group(context, call);
  call.spec.done(context, {error, server, call.attempts.made() + call.hedges, reply});
}

void Caller::launch_waiting(Context& context) {
  while (!waiting_.empty() && running_ < options_.server_workers) {
    const CallId id = waiting_.front();
    waiting_.pop_front();
    if (calls_.contains(id)) launch(context, id);  // else: it has ended before it began
  }
}

// A call of a group is over: the next one has its turn.
void Caller::leave_group(Context& context, const Call& call) {
  Group& group = groups_.at(call.group);
  if (--group.open == 0) {
    groups_.erase(call.group);
    return;
  }
  if (!call.has_turn) return;
  --group.in_turn;
  while (!group.waiting.empty()) {
    const CallId next = group.waiting.front();
    group.waiting.pop_front();
    if (calls_.contains(next)) return await_worker(context, next);
  }
}

// Ends an attempt without a result: what is still in a buffer of ours must not go out later.
void Caller::abandon(Context& context, AttemptId id, bool suspect) {
  const Attempt& attempt = attempts_.at(id);
  if (attempt.connection != no_connection && attempt.send != no_send) context.withdraw(attempt.send);
  tell_cancelled(context, attempt);
  release(context, id, suspect);
}

// Not where the connection broke, which says as much.
void Caller::tell_cancelled(Context& context, const Attempt& attempt) {
  const CallSpec& spec = calls_.at(attempt.call).spec;
  const bool stream = options_.transport == Transport::stream;
  if (!options_.cancellation || !spec.cancel || attempt.send == no_send) return;
  if (stream && attempt.connection == no_connection) return;
  count(context, CallMetric::cancellations);
  const MessagePtr message = spec.cancel(attempt.call, attempt.number);
  if (stream)
    context.send_on(attempt.connection, message);
  else
    context.send(attempt.server, message);
}

void Caller::release(Context& context, AttemptId id, bool suspect) {
  const Attempt attempt = attempts_.at(id);
  attempts_.erase(id);
  std::erase(calls_.at(attempt.call).in_flight, id);
  if (attempt.connection != no_connection) connections_.release(context, attempt.connection, id, suspect);
}

}  // namespace hearsay::rpc
