// What watches over the calls of a Caller: timers, connections, breakers, costs.
#include <algorithm>
#include <utility>

#include "protocols/common/rpc/caller.hpp"

namespace hearsay::rpc {
namespace {

// "Resource Usage, Memory", in bytes.
constexpr double connection_bytes = 8192;  // "RPC client: ~8KB per connection"
constexpr double goroutine_bytes = 8192;   // "Goroutines: N x 8KB stack"
constexpr double arguments_bytes = 2048;   // what "~10KB per call" leaves for arguments and reply

}  // namespace

// --- timers

void Caller::set_alarm(Context& context, Duration delay, Alarm alarm) {
  if (together_ && shared_delay_ == delay) {
    alarms_.at(last_alarm_).push_back(alarm);
    return;
  }
  shared_delay_ = delay;
  alarms_[++last_alarm_].push_back(alarm);
  context.set_timer(delay, key_of_(last_alarm_));
}

void Caller::timer(Context& context, std::uint64_t number) {
  const auto due = alarms_.extract(number);
  // First the calls that wait for a worker: one that ends would launch them only to see them end too.
  for (const Alarm& alarm : due.mapped())
    if (const auto call = calls_.find(alarm.about);
        alarm.kind == Alarm::Kind::deadline && call != calls_.end() && !call->second.running)
      ring(context, alarm);
  for (const Alarm& alarm : due.mapped()) ring(context, alarm);
}

void Caller::ring(Context& context, const Alarm& alarm) {
  const auto call = calls_.find(alarm.about);
  const bool waits = call != calls_.end();
  switch (alarm.kind) {
    case Alarm::Kind::attempt_over:
      if (attempts_.contains(alarm.about)) attempt_failed(context, alarm.about, CallError::timed_out);
      break;
    case Alarm::Kind::retry:
      if (waits) retry(context, alarm.about);
      break;
    case Alarm::Kind::give_up:
      if (waits) finish(context, alarm.about, call->second.last_error, call->second.server, nullptr);
      break;
    case Alarm::Kind::deadline:
      if (!waits) break;
      count(context, CallMetric::deadlines_missed);
      finish(context, alarm.about, CallError::deadline, call->second.server, nullptr);
      break;
    case Alarm::Kind::hedge:
      if (waits) hedge(context, alarm.about);
      break;
    case Alarm::Kind::worker:
      if (!waits || call->second.running) break;
      count(context, CallMetric::worker_refusals);
      finish(context, alarm.about, CallError::no_worker, call->second.server, nullptr);
      break;
    case Alarm::Kind::keep_alive: keep_alive(context, alarm.about); break;
    case Alarm::Kind::breaker: {
      CircuitBreaker& breaker = breakers_.at(static_cast<NodeId>(alarm.about));
      const auto before = breaker.state();
      breaker.reset_elapsed(alarm.opening);
      if (breaker.state() != before) count(context, CallMetric::breaker_changes);
      break;
    }
  }
}

// --- connections

void Caller::connected(Context& context, ConnectionId connection) {
  for (const AttemptId user : connections_.connected(connection)) transmit(context, user);
}

void Caller::disconnected(Context& context, ConnectionId connection) {
  const auto gone = connections_.gone(connection);
  if (!gone) return;
  const bool pooled = options_.connections == ConnectionUse::pooled;
  if (pooled && gone->stood) count(context, CallMetric::stale_connections);
  std::vector<std::pair<CallId, AttemptId>> users;  // in the order of their calls
  for (const AttemptId user : gone->users) users.emplace_back(attempts_.at(user).call, user);
  std::sort(users.begin(), users.end());
  for (const auto& [call, user] : users) attempts_.at(user).connection = no_connection;
  for (const auto& [call, user] : users) {
    const auto found = attempts_.find(user);
    if (found == attempts_.end()) continue;  // an earlier one's end was its end too
    // "Connection may be stale, refresh": once, at once, and with a dial of its own.
    if (pooled && gone->stood && !found->second.dialled)
      connect(context, user);
    else
      attempt_failed(context, user, gone->stood ? CallError::broken : CallError::dial);
  }
}

// A server that has taken a request and crashed would keep its caller waiting for ever, for TCP finds out only by
// sending. As long as there are calls on a connection something is sent.
void Caller::keep_alive(Context& context, ConnectionId connection) {
  if (!connections_.still_watched(connection)) return;
  count(context, CallMetric::keep_alives);
  context.send_on(connection, probe_of_());
  set_alarm(context, options_.keep_alive, {Alarm::Kind::keep_alive, connection});
}

// --- breakers

// The first server that may be called; no_node if none may.
NodeId Caller::admitted(const CallSpec& spec) {
  if (!options_.breaker) return spec.servers.front();
  for (const NodeId server : spec.servers)
    if (breaker_of(server).admit()) return server;
  return no_node;
}

// A hedge's answer speaks for its server, and says nothing of the one that was asked first.
void Caller::report_to_breakers(Context& context, NodeId asked, NodeId answerer, bool ok) {
  if (!options_.breaker) return;
  if (ok && answerer != asked) breaker_of(asked).ended();
  report_to_breaker(context, ok ? answerer : asked, ok);
}

void Caller::report_to_breaker(Context& context, NodeId server, bool ok) {
  CircuitBreaker& breaker = breaker_of(server);
  const auto before = breaker.state();
  if (ok)
    breaker.succeeded();
  else
    breaker.failed();
  if (breaker.state() == before) return;
  count(context, CallMetric::breaker_changes);
  if (breaker.state() != CircuitBreaker::State::open) return;
  count(context, CallMetric::breaker_openings);
  set_alarm(context, options_.breaker_reset, {Alarm::Kind::breaker, server, breaker.openings()});
}

// --- counts

void Caller::count_failure(Context& context, CallError error) {
  switch (error) {
    case CallError::dial: return count(context, CallMetric::dial_failures);
    case CallError::broken: return count(context, CallMetric::broken_connections);
    case CallError::timed_out: return count(context, CallMetric::attempt_timeouts);
    case CallError::application: return count(context, CallMetric::application_errors);
    default: return;  // counted where they arise
  }
}

void Caller::spend(Context& context, Duration work) {
  if (work <= Duration{}) return;
  shared_delay_ = Duration{-1};  // what is set from here on is set later
  context.compute(work);
  if (const auto metric = metric_of_(CallMetric::cpu_s)) context.count(*metric, seconds(work));
}

void Caller::note_levels(Context& context) {
  const auto running = static_cast<double>(running_), goroutines = static_cast<double>(goroutines_);
  const auto open = static_cast<double>(connections_.open_count());
  note_level(context, CallMetric::calls_in_flight_high_water, running);
  note_level(context, CallMetric::connections_high_water, open);
  note_level(context, CallMetric::call_memory_high_water,
             open * connection_bytes + goroutines * goroutine_bytes + (running - goroutines) * arguments_bytes);
}

void Caller::note_waiting(Context& context) {
  note_level(context, CallMetric::calls_queued_high_water, static_cast<double>(calls_.size() - running_));
}

void Caller::note_open(Context& context) {
  if (const auto metric = metric_of_(CallMetric::calls_open))
    context.level(*metric, static_cast<double>(calls_.size()));
}

void Caller::count(Context& context, CallMetric metric) const {
  if (const auto own = metric_of_(metric)) context.count(*own);
}

void Caller::count_about(Context& context, CallMetric metric, NodeId server) const {
  if (const auto own = metric_of_(metric)) context.count_about(*own, server);
}

void Caller::note_level(Context& context, CallMetric metric, double level) const {
  if (const auto own = metric_of_(metric)) context.high_water(*own, level);
}

}  // namespace hearsay::rpc
