#include "protocols/interceptor-broadcast/broadcaster.hpp"

#include <algorithm>
#include <limits>

#include "protocols/interceptor-broadcast/metrics.hpp"
#include "protocols/interceptor-broadcast/timers.hpp"

namespace hearsay::interceptor {
namespace {

rpc::CallOptions call_options(const Params& params) {
  rpc::CallOptions options;
  options.transport = params.transport;
  options.connections = rpc::ConnectionUse::standing;
  options.fd_limit = std::numeric_limits<std::uint32_t>::max();
  options.attempts = params.retries + 1;
  options.attempt_timeout = params.call_timeout;
  options.retry = RetryKind::equal_jitter;
  options.retry_delay = params.retry_delay;
  options.retry_factor = params.retry_backoff;
  options.retry_max_delay = params.retry_max_delay;
  options.keep_alive = {};                   // call_timeout ends every call
  options.retry_application_errors = false;  // refused: it would be again
  return options;
}

std::optional<MetricIndex> metric_of(rpc::CallMetric metric) {
  switch (metric) {
    case rpc::CallMetric::attempts: return index(Metric::broadcast_calls);
    case rpc::CallMetric::calls_succeeded: return index(Metric::calls_succeeded);
    case rpc::CallMetric::dial_failures:
    case rpc::CallMetric::broken_connections:
    case rpc::CallMetric::attempt_timeouts:
    case rpc::CallMetric::application_errors: return index(Metric::broadcast_failures);
    case rpc::CallMetric::retries: return index(Metric::retries);
    default: return std::nullopt;
  }
}

TimerKey call_key(std::uint64_t number) { return Timers::key(TimerPurpose::call, number); }

}  // namespace

Broadcaster::Broadcaster(const Params& params)
    : params_(params), options_(call_options(params)), caller_(options_, call_key, metric_of) {}

// The calls' numbers do not leave this server, so they need not differ from those before a crash.
void Broadcaster::start(Context& context) {
  servers_.assign(context.peers().begin(), context.peers().end());
  std::sort(servers_.begin(), servers_.end());
  if (params_.transport == Transport::stream) caller_.dial(context, servers_);
}

std::size_t Broadcaster::acknowledgements_needed() const {
  switch (params_.consistency) {
    case Consistency::one: return 0;
    case Consistency::quorum: return (servers_.size() + 1) / 2;  // a majority of all servers, less this one
    case Consistency::all: return servers_.size();
  }
  return 0;
}

void Broadcaster::enqueue(const Request& request, bool answers) {
  const bool invalidates = params_.replicate == Replicate::invalidation && request.method == Method::write;
  WriteRequest content{.method = request.method,
                       .write = invalidates ? invalidation_of(*request.write) : request.write,
                       .call = 0,
                       .metadata = params_.forward_metadata ? request.metadata : Metadata{},
                       .timestamped = params_.conflict == Conflict::timestamp && request.method == Method::write,
                       .causal = request.causal};
  queue_.push_back({std::move(content), answers ? request.reply_to.operation : no_op});
}

void Broadcaster::flush(Context& context) {
  for (auto& job : std::exchange(queue_, {})) begin(context, std::move(job));
}

void Broadcaster::begin(Context& context, Job job) {
  if (servers_.empty()) return;
  const BroadcastId id = ++last_broadcast_;
  job.content.call = id;
  Broadcast& broadcast = broadcasts_[id];
  broadcast.message = envelope(params_, std::move(job.content));
  broadcast.open = servers_.size();
  broadcast.operation = job.operation;
  std::vector<rpc::CallSpec> calls(servers_.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i].servers = {servers_[i]};
    calls[i].request = [this, id](rpc::CallId, std::uint32_t) { return broadcasts_.at(id).message; };
    calls[i].done = [this, id](Context& at, const rpc::CallResult& result) { call_over(at, id, result.ok()); };
  }
  broadcast.calls = caller_.call_all(context, std::move(calls));
  if (job.operation != no_op)
    context.set_timer(params_.consistency_timeout, Timers::key(TimerPurpose::consistency_deadline, id));
}

// A response names the broadcast, which all its calls have in common.
void Broadcaster::answered(Context& context, const Received& received, const WriteResponse& response) {
  const auto it = broadcasts_.find(response.call);
  const auto server = std::lower_bound(servers_.begin(), servers_.end(), received.from);
  if (it == broadcasts_.end() || server == servers_.end() || *server != received.from) return;  // too late to matter
  const rpc::CallId call = it->second.calls[static_cast<std::size_t>(server - servers_.begin())];
  caller_.answered(context, call, rpc::Caller::any_attempt, received.from, !response.ok, received.message);
}

void Broadcaster::call_over(Context& context, BroadcastId id, bool acknowledged) {
  Broadcast& broadcast = broadcasts_.at(id);
  --broadcast.open;
  if (acknowledged) ++broadcast.acknowledged;
  settle(context, id);
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
