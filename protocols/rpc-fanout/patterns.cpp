#include "protocols/rpc-fanout/patterns.hpp"

#include <algorithm>
#include <utility>

#include "protocols/rpc-fanout/metrics.hpp"

namespace hearsay::rpc_fanout {
namespace {

Outcome outcome_of(const rpc::CallResult& result) {
  if (result.ok()) return Outcome::ok;
  return result.error == rpc::CallError::application ? Outcome::rejected : Outcome::failed;
}

// The others, ascending. Whoever coordinates an operation lists them: n lists that are kept would be n^2 entries.
std::vector<NodeId> servers_of(const Context& context) {
  std::vector<NodeId> servers(context.peers().begin(), context.peers().end());
  std::sort(servers.begin(), servers.end());
  return servers;
}

}  // namespace

void Patterns::start(Context& context, StartReason reason) {
  list_reported_ = reason == StartReason::boot;  // those that boot together know each other
  if (params_.connections == rpc::ConnectionUse::standing) caller_.dial(context, servers_of(context));
}

void Patterns::request(Context& context, const Operation& operation) {
  const bool reads = operation.kind == OperationKind::read;
  if (operation.method == "call") return ask_master(context, operation);
  if (operation.method == "contention") {
    const auto record = storing(operation, Method::write_row, context.self()).record;
    row_writes_[operation.id] = {record, context.now(), 0, {}};
    return read_row(context, operation.id);
  }
  if (operation.method == "heartbeat") return heartbeat(context, operation);
  if (operation.method.empty()) {
    if (reads) return context.respond(operation.id, {Outcome::ok, store_.read(operation.key)});
    return broadcast(context, operation);
  }
  if (reads) return read_replica(context, operation);
  return operation.method == "chain" ? chain(context, operation) : replicate(context, operation);
}

// --- to all servers

// Any node coordinates: it keeps the write itself and tells all others.
void Patterns::broadcast(Context& context, const Operation& operation) {
  const Request request = storing(operation, Method::store, context.self());
  store_.append(context, request.record, request.idempotency_key);
  const bool waits = params_.quorum != 1;  // its own copy is not enough
  if (!waits) settle(context, operation.id, 1, true);
  tell_all(context, request, params_.quorum > 0 ? params_.quorum - 1 : 0,
           [this, waits, id = operation.id](Context& at, const rpc::FanOutResult& result) {
             if (waits) settle(at, id, result.succeeded + 1, result.failed == 0);
           });
}

// Pattern 2: the master has all servers create a chunk, and knows of it once enough of them have.
void Patterns::replicate(Context& context, const Operation& operation) {
  const Request request = storing(operation, Method::store, context.self());
  tell_all(context, request, params_.quorum,
           [this, id = operation.id, request](Context& at, const rpc::FanOutResult& result) {
             if (result.failed == 0 || result.succeeded >= params_.min_replicas)
               store_.append(at, request.record, request.idempotency_key);
             settle(at, id, result.succeeded, result.failed == 0);
           });
}

// `complete`: no call has failed.
void Patterns::settle(Context& context, OpId operation, std::size_t copies, bool complete) {
  const bool enough = complete || copies >= params_.min_replicas;
  if (!enough) context.count(index(Metric::insufficient_replicas));
  context.respond(operation, {enough ? Outcome::ok : Outcome::failed, {}});
}

void Patterns::tell_all(Context& context, const Request& request, std::size_t quorum,
                        std::function<void(Context&, const rpc::FanOutResult&)> done) {
  rpc::FanOutSpec spec;
  spec.servers = servers_of(context);
  spec.quorum = quorum;
  const auto servers = static_cast<std::uint32_t>(spec.servers.size());
  Request each = request;
  if (params_.arguments == Arguments::per_server && servers > 0)
    each.payload_bytes = (request.payload_bytes + servers - 1) / servers;
  spec.request = [this, each](std::size_t, rpc::CallId call, std::uint32_t attempt) {
    return message(each, call, attempt);
  };
  spec.cancel = cancel_of(params_);
  spec.done = [begun = context.now(), done = std::move(done)](Context& at, const rpc::FanOutResult& result) {
    at.sample(index(Metric::broadcast_latency), std::max(Duration{}, at.now() - begun));
    done(at, result);
  };
  fan_out_.begin(context, std::move(spec));
}

// --- heartbeat

// Pattern 4: the master tells all servers the time, and reports those that do not answer.
void Patterns::heartbeat(Context& context, const Operation& operation) {
  report_list(context);
  const Request request = storing(operation, Method::heartbeat, context.self());
  store_.assign(context, request.record, Store::Rule::newest, request.idempotency_key);
  tell_all(context, request, 0, [this, id = operation.id](Context& at, const rpc::FanOutResult& result) {
    report_failures(at, result);
    at.respond(id, {Outcome::ok, {}});
  });
}

void Patterns::report_list(Context& context) {
  if (std::exchange(list_reported_, true)) return;
  for (const NodeId server : servers_of(context)) context.member(server, MemberState::alive);
}

// "errorMap[chunkServers[i]] = err": the i-th of the errors that are left is put down to the i-th server.
void Patterns::report_failures(Context& context, const rpc::FanOutResult& result) {
  const std::vector<NodeId> servers = servers_of(context);
  believed_.resize(servers.size(), MemberState::alive);
  std::vector<bool> reported(servers.size(), false);
  std::size_t errors = 0, misattributed = 0;
  for (std::size_t position = 0; position < result.errors.size(); ++position) {
    if (result.errors[position] == rpc::CallError::none) continue;
    const std::size_t blamed = params_.errors == Errors::indexed ? position : errors;
    reported[blamed] = true;
    ++errors;
    if (blamed != position) ++misattributed;
  }
  std::size_t missed = 0;
  for (std::size_t position = 0; position < result.errors.size(); ++position) {
    if (result.errors[position] != rpc::CallError::none && !reported[position]) ++missed;
    const auto state = reported[position] ? MemberState::dead : MemberState::alive;
    if (std::exchange(believed_[position], state) != state) context.member(servers[position], state);
  }
  context.count(index(Metric::failure_reports), static_cast<double>(errors));
  context.count(index(Metric::misattributed_errors), static_cast<double>(misattributed));
  context.count(index(Metric::missed_failures), static_cast<double>(missed));
}

// --- chain

// Pattern 3: the chunk goes from server to server, and the answer back.
void Patterns::chain(Context& context, const Operation& operation) {
  Request request = storing(operation, Method::forward, context.self());
  request.chain = servers_of(context);
  const auto after = std::upper_bound(request.chain.begin(), request.chain.end(), context.self());
  std::rotate(request.chain.begin(), after, request.chain.end());
  store_.append(context, request.record, request.idempotency_key);
  server_.forward(context, request, [id = operation.id](Context& at, bool ok) {
    at.respond(id, {ok ? Outcome::ok : Outcome::failed, {}});
  });
}

// A client reads a chunk from one of the servers; hedges go to the others.
void Patterns::read_replica(Context& context, const Operation& operation) {
  rpc::CallSpec call;
  call.servers = servers_of(context);
  if (call.servers.empty()) return context.respond(operation.id, {Outcome::ok, store_.read(operation.key)});
  context.random().shuffle_front(call.servers, call.servers.size());
  Request request;
  request.method = Method::lookup;
  request.key = operation.key;
  call.request = [this, request](rpc::CallId number, std::uint32_t attempt) {
    return message(request, number, attempt);
  };
  call.cancel = cancel_of(params_);
  call.done = [id = operation.id](Context& at, const rpc::CallResult& result) {
    Response response{outcome_of(result), {}};
    if (result.ok()) response.seen = reply_of(*result.reply).seen;
    at.respond(id, std::move(response));
  };
  caller_.call(context, std::move(call));
}

// --- messages

Request Patterns::storing(const Operation& operation, Method method, NodeId self) const {
  Request request;
  request.method = method;
  request.record =
      std::make_shared<const Record>(Record{operation.write, operation.key, operation.value, operation.size});
  request.payload_bytes = operation.size;
  if (params_.idempotency_keys) request.idempotency_key = IdempotencyKey(self, operation.id);
  return request;
}

MessagePtr Patterns::message(Request request, rpc::CallId call, std::uint32_t attempt) const {
  request.call = call;
  request.attempt = attempt;
  return envelope(params_, std::move(request));
}

}  // namespace hearsay::rpc_fanout
