#include "protocols/interceptor/broadcaster.hpp"

#include "protocols/interceptor/metrics.hpp"
#include "protocols/interceptor/timers.hpp"

namespace hearsay::interceptor {

Broadcaster::Broadcaster(const Params& params)
    : params_(params), links_(params), backoff_{params.retry_delay, params.retry_backoff, params.retry_max_delay} {}

std::size_t Broadcaster::acknowledgements_needed() const {
  switch (params_.consistency) {
    case Consistency::one: return 0;
    case Consistency::quorum: return (links_.size() + 1) / 2;  // a majority of all servers, less this one
    case Consistency::all: return links_.size();
  }
  return 0;
}

void Broadcaster::enqueue(const Request& request, bool answers) {
  WriteRequest content{.write = request.write,
                       .call = 0,
                       .metadata = params_.forward_metadata ? request.metadata : Metadata{},
                       .timestamped = params_.conflict == Conflict::timestamp,
                       .causal = request.causal};
  queue_.push_back({std::move(content), answers ? request.reply_to.operation : no_op});
}

void Broadcaster::flush(Context& context) {
  for (auto& job : std::exchange(queue_, {})) begin(context, std::move(job));
}

void Broadcaster::begin(Context& context, Job job) {
  if (links_.size() == 0) return;
  const BroadcastId id = ++last_broadcast_;
  job.content.call = id;
  Broadcast& broadcast = broadcasts_[id];
  broadcast.message = envelope(params_, std::move(job.content));
  broadcast.calls.resize(links_.size());
  broadcast.open = links_.size();
  broadcast.operation = job.operation;
  for (std::size_t peer = 0; peer < links_.size(); ++peer) attempt(context, broadcast, peer);
  context.set_timer(params_.call_timeout, timer_key(TimerPurpose::call_deadline, id));
  if (job.operation != no_op)
    context.set_timer(params_.consistency_timeout, timer_key(TimerPurpose::consistency_deadline, id));
}

void Broadcaster::attempt(Context& context, Broadcast& broadcast, std::size_t peer) {
  Call& call = broadcast.calls[peer];
  call.state = Call::State::in_flight;
  ++call.attempts;
  call.send = links_.send(context, peer, broadcast.message);
  context.count(index(Metric::broadcast_calls));
}

void Broadcaster::answered(Context& context, NodeId from, const WriteResponse& response) {
  const auto it = broadcasts_.find(response.call);
  const auto peer = links_.find(from);
  if (it == broadcasts_.end() || !peer) return;  // the broadcast is over: too late to matter
  Broadcast& broadcast = it->second;
  Call& call = broadcast.calls[*peer];
  if (call.state == Call::State::acknowledged || call.state == Call::State::failed) return;
  if (!response.ok) {  // refused: it would be again
    if (call.state == Call::State::in_flight) failed(context, response.call, *peer, false);
    return;
  }
  call.state = Call::State::acknowledged;
  --broadcast.open;
  ++broadcast.acknowledged;
  context.count(index(Metric::calls_succeeded));
  settle(context, response.call);
}

// The attempt in flight has failed; `again`: another one may fare better.
void Broadcaster::failed(Context& context, BroadcastId id, std::size_t peer, bool again) {
  Broadcast& broadcast = broadcasts_.at(id);
  Call& call = broadcast.calls[peer];
  context.count(index(Metric::broadcast_failures));
  if (again && call.attempts <= params_.retries) {
    call.state = Call::State::waiting;
    call.wake = set_wake_up(context, backoff_.draw(call.attempts, context.random()), {id, peer});
    return;
  }
  call.state = Call::State::failed;
  --broadcast.open;
  settle(context, id);
}

// Gives up an attempt: what still sits in a buffer of ours must not go out later.
void Broadcaster::timed_out(Context& context, BroadcastId id, std::size_t peer) {
  if (params_.transport == Transport::stream) context.withdraw(broadcasts_.at(id).calls[peer].send);
  failed(context, id, peer, true);
}

void Broadcaster::call_deadline(Context& context, BroadcastId id) {
  for (std::size_t peer = 0; peer < links_.size(); ++peer) {
    const auto it = broadcasts_.find(id);  // a failure may end the broadcast
    if (it == broadcasts_.end()) return;
    const Call& call = it->second.calls[peer];
    if (call.state == Call::State::in_flight && call.attempts == 1) timed_out(context, id, peer);
  }
}

void Broadcaster::wake(Context& context, std::uint64_t number) {
  const auto found = wake_ups_.find(number);
  const auto [id, peer] = found->second;
  wake_ups_.erase(found);
  const auto it = broadcasts_.find(id);
  if (it == broadcasts_.end()) return;
  Call& call = it->second.calls[peer];
  if (call.wake != number) return;
  if (call.state == Call::State::in_flight) return timed_out(context, id, peer);
  if (call.state != Call::State::waiting) return;
  context.count(index(Metric::retries));
  attempt(context, it->second, peer);
  call.wake = set_wake_up(context, params_.call_timeout, {id, peer});
}

std::uint64_t Broadcaster::set_wake_up(Context& context, Duration delay, WakeUp wake_up) {
  const std::uint64_t number = ++last_wake_up_;
  wake_ups_.emplace(number, wake_up);
  context.set_timer(delay, timer_key(TimerPurpose::wake, number));
  return number;
}

void Broadcaster::disconnected(Context& context, ConnectionId connection, NodeId peer_node) {
  const auto peer = links_.broken(connection, peer_node);
  if (!peer) return;
  std::vector<BroadcastId> hit;
  for (const auto& [id, broadcast] : broadcasts_)
    if (broadcast.calls[*peer].state == Call::State::in_flight) hit.push_back(id);
  for (const BroadcastId id : hit) failed(context, id, *peer, true);
}

// Answers the client as soon as the level is reached or out of reach; forgets a broadcast with no call left.
void Broadcaster::settle(Context& context, BroadcastId id) {
  Broadcast& broadcast = broadcasts_.at(id);
  const std::size_t needed = acknowledgements_needed();
  if (broadcast.acknowledged >= needed)
    answer(context, broadcast, Outcome::ok);
  else if (broadcast.acknowledged + broadcast.open < needed)
    answer(context, broadcast, Outcome::failed);
  if (broadcast.open > 0) return;
  if (params_.tracks_acknowledgements()) {
    const std::size_t missing = broadcast.calls.size() - broadcast.acknowledged;
    if (missing == 0)
      context.count(index(Metric::fully_acknowledged));
    else
      context.count(index(Metric::unacknowledged), static_cast<double>(missing));
  }
  broadcasts_.erase(id);
}

void Broadcaster::consistency_deadline(Context& context, BroadcastId id) {
  const auto it = broadcasts_.find(id);
  if (it != broadcasts_.end()) answer(context, it->second, Outcome::failed);
}

void Broadcaster::answer(Context& context, Broadcast& broadcast, Outcome outcome) {
  if (broadcast.operation == no_op) return;
  if (outcome != Outcome::ok) context.count(index(Metric::quorum_failures));
  context.respond(std::exchange(broadcast.operation, no_op), {outcome, {}});
}

}  // namespace hearsay::interceptor
