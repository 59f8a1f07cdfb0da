#include "protocols/common/rpc/carrier.hpp"

#include <algorithm>

namespace hearsay::rpc {

AttemptId Carrier::add(Attempt attempt) {
  attempts_.emplace(++last_, attempt);
  return last_;
}

bool Carrier::send(Context& context, AttemptId id) {
  if (options_.transport == Transport::stream) {
    Attempt& attempt = attempts_.at(id);
    const auto opened = connections_.open(context, attempt.server, id);
    if (opened.connection == no_connection) {
      counts_.count(context, CallMetric::fd_refusals);
      return false;
    }
    attempt.connection = opened.connection;
    attempt.dialled = opened.dialled;
    if (opened.dialled) counts_.count(context, CallMetric::dials);
    if (!opened.ready) return true;
  }
  transmit(context, id);
  return true;
}

void Carrier::transmit(Context& context, AttemptId id) {
  Attempt& attempt = attempts_.at(id);
  const MessagePtr message = attempt.spec->request(attempt.call, attempt.number);
  attempt.sent_at = context.now();
  if (options_.transport == Transport::datagram) {
    attempt.send = context.send(attempt.server, message);
    return;
  }
  attempt.send = context.send_on(attempt.connection, message);
  if (probe_of_ != nullptr && options_.keep_alive > Duration{} && connections_.watch(attempt.connection))
    alarms_.set(context, options_.keep_alive, {Alarm::Kind::keep_alive, attempt.connection});
}

void Carrier::connected(Context& context, ConnectionId connection) {
  for (const AttemptId user : connections_.connected(connection)) transmit(context, user);
}

Carrier::Broken Carrier::disconnected(Context& context, ConnectionId connection) {
  const auto gone = connections_.gone(connection);
  if (!gone) return {};
  if (options_.connections == ConnectionUse::pooled && gone->stood)
    counts_.count(context, CallMetric::stale_connections);
  std::vector<std::pair<CallId, AttemptId>> users;
  for (const AttemptId user : gone->users) users.emplace_back(attempts_.at(user).call, user);
  std::sort(users.begin(), users.end());
  Broken broken{gone->stood, {}};
  for (const auto& [call, user] : users) {
    attempts_.at(user).connection = no_connection;
    broken.users.push_back(user);
  }
  return broken;
}

// A server that has taken a request and crashed would keep its caller waiting for ever, for TCP finds out only by
// sending. As long as there are calls on a connection something is sent.
void Carrier::keep_alive(Context& context, ConnectionId connection) {
  if (!connections_.still_watched(connection)) return;
  counts_.count(context, CallMetric::keep_alives);
  context.send_on(connection, probe_of_());
  alarms_.set(context, options_.keep_alive, {Alarm::Kind::keep_alive, connection});
}

void Carrier::withdraw(Context& context, AttemptId id) {
  const Attempt& attempt = attempts_.at(id);
  if (attempt.connection != no_connection && attempt.send != no_send) context.withdraw(attempt.send);
  tell_cancelled(context, attempt);
}

// Not where the connection broke, which says as much.
void Carrier::tell_cancelled(Context& context, const Attempt& attempt) {
  const bool stream = options_.transport == Transport::stream;
  if (!options_.cancellation || !attempt.spec->cancel || attempt.send == no_send) return;
  if (stream && attempt.connection == no_connection) return;
  counts_.count(context, CallMetric::cancellations);
  const MessagePtr message = attempt.spec->cancel(attempt.call, attempt.number);
  if (stream)
    context.send_on(attempt.connection, message);
  else
    context.send(attempt.server, message);
}

void Carrier::remove(Context& context, AttemptId id, bool suspect) {
  const ConnectionId connection = attempts_.at(id).connection;
  attempts_.erase(id);
  if (connection != no_connection) connections_.release(context, connection, id, suspect);
}

}  // namespace hearsay::rpc
