#include "protocols/rpc-fanout/server.hpp"

#include <utility>

#include "protocols/common/bytes.hpp"
#include "protocols/rpc-fanout/metrics.hpp"
#include "protocols/rpc-fanout/timers.hpp"

namespace hearsay::rpc_fanout {
namespace {

bool stores(Method method) {
  return method == Method::store || method == Method::forward || method == Method::create ||
         method == Method::heartbeat || method == Method::write_row;
}

constexpr const char* executed_log = "executed";

}  // namespace

void Server::start(Context& context) {
  for (const std::string_view bytes : context.storage().records(executed_log)) {
    ByteReader reader(bytes);
    const auto caller = static_cast<NodeId>(reader.word());
    executed_.emplace(caller, reader.word());
  }
}

void Server::handle(Context& context, const Received& received, const Request& request) {
  caller_.spend(context, params_.handler_cpu);
  const ReplyTo to{received.from, received.connection, request.call, request.attempt};
  if (recognise(context, to, request)) return;
  Reply reply = fulfil(context, received.from, request);
  if (reply.status != Reply::Status::ok || request.chain.empty()) return answer(context, to, std::move(reply));
  hand_on(context, to, request);
}

// Answers once the servers behind it in the chain have, to everyone who has asked by then.
void Server::hand_on(Context& context, const ReplyTo& to, const Request& request) {
  const std::uint64_t id = ++last_forwarding_;
  forwarding_[id] = {{to}, request.idempotency_key, 0};
  if (request.idempotency_key) forwarding_by_key_[*request.idempotency_key] = id;
  const rpc::CallId call = forward(context, request, [this, id](Context& later, bool ok) {
    const auto over = forwarding_.extract(id);
    if (over.empty()) return;  // cancelled
    if (over.mapped().key) forwarding_by_key_.erase(*over.mapped().key);
    const Reply result{.status = ok ? Reply::Status::ok : Reply::Status::error, .seen = {}, .stored = true};
    for (const ReplyTo& each : over.mapped().waiting) answer(later, each, result);
  });
  if (const auto waits = forwarding_.find(id); waits != forwarding_.end()) waits->second.call = call;
}

void Server::cancelled(Context& context, NodeId caller, const Cancel& cancel) {
  const auto is_it = [&](const ReplyTo& to) {
    return to.caller == caller && to.call == cancel.call && to.attempt == cancel.attempt;
  };
  std::size_t dropped = std::erase_if(delayed_, [&](const auto& entry) { return is_it(entry.second.to); });
  std::vector<rpc::CallId> needless;  // ended last, for that may begin others
  for (auto it = forwarding_.begin(); it != forwarding_.end();) {
    Forwarding& forwarding = it->second;
    const std::size_t gone = std::erase_if(forwarding.waiting, is_it);
    dropped += gone;
    if (gone == 0 || !forwarding.waiting.empty()) {
      ++it;
      continue;
    }
    if (forwarding.key) forwarding_by_key_.erase(*forwarding.key);
    needless.push_back(forwarding.call);
    it = forwarding_.erase(it);
  }
  for (const rpc::CallId call : needless) caller_.cancel(context, call);
  context.count(index(Metric::requests_cancelled), static_cast<double>(dropped));
}

// Whether the request is a repeat that its idempotency key exposes: then nothing is stored again.
bool Server::recognise(Context& context, const ReplyTo& to, const Request& request) {
  if (!request.idempotency_key || !store_.knows(*request.idempotency_key)) return false;
  context.count(index(Metric::repeats_recognised));
  context.redundant();
  note_call(context, to.caller, to.call);
  const auto under_way = forwarding_by_key_.find(*request.idempotency_key);
  if (under_way != forwarding_by_key_.end())
    forwarding_.at(under_way->second).waiting.push_back(to);
  else if (!request.chain.empty())  // it failed behind this server
    hand_on(context, to, request);
  else
    answer(context, to, {.seen = {}, .stored = true});
  return true;
}

Reply Server::fulfil(Context& context, NodeId caller, const Request& request) {
  Reply reply;
  if (refuses(context, request)) {
    reply.status = Reply::Status::error;
    return reply;
  }
  switch (request.method) {
    case Method::store:
    case Method::forward:
    case Method::create: store_.append(context, request.record, request.idempotency_key); break;
    case Method::heartbeat: store_.assign(context, request.record, Store::Rule::newest, request.idempotency_key); break;
    case Method::lookup: reply.seen = store_.read(request.key); break;
    case Method::read_row: reply.version = store_.version(request.key); break;
    case Method::write_row:
      context.count(index(Metric::row_writes));
      if (store_.version(request.record->key) == request.version) {
        store_.assign(context, request.record, Store::Rule::last, request.idempotency_key);
      } else {
        context.count(index(Metric::row_conflicts));
        reply.status = Reply::Status::conflict;
      }
      break;
  }
  reply.stored = reply.status == Reply::Status::ok && stores(request.method);
  if (reply.stored && caller != context.self()) {
    context.count(index(Metric::executions));
    note_call(context, caller, request.call);
  }
  return reply;
}

// An application error: "chunk not found", "permission denied", "lock contention".
bool Server::refuses(Context& context, const Request& request) const {
  if (params_.error_rate > 0 && context.random().chance(params_.error_rate)) return true;
  if (request.method == Method::lookup) return store_.read(request.key).empty();
  return request.record && params_.denied_key && request.record->key == *params_.denied_key;
}

// The call has had its effect, now or by an earlier one with its key.
void Server::note_call(Context& context, NodeId caller, rpc::CallId call) {
  if (!executed_.emplace(caller, call).second) return;
  if (params_.storage == StorageKind::disk)
    context.storage().append(executed_log, ByteWriter().word(caller).word(call).take());
  context.count(index(Metric::executed_calls));
  context.count(index(Metric::failed_but_executed));  // taken back when the caller learns of its success
}

rpc::CallId Server::forward(Context& context, const Request& request, std::function<void(Context&, bool)> done) {
  if (request.chain.empty()) {
    done(context, true);
    return 0;
  }
  Request next = request;
  next.chain.erase(next.chain.begin());
  rpc::CallSpec call;
  call.servers = {request.chain.front()};
  call.request = [this, next](rpc::CallId number, std::uint32_t attempt) {
    Request copy = next;
    copy.call = number;
    copy.attempt = attempt;
    return envelope(params_, std::move(copy));
  };
  call.cancel = cancel_of(params_);
  call.done = [done = std::move(done)](Context& later, const rpc::CallResult& result) { done(later, result.ok()); };
  return caller_.call(context, std::move(call));
}

// --- answers

void Server::answer(Context& context, const ReplyTo& to, Reply reply) {
  reply.call = to.call;
  reply.attempt = to.attempt;
  Duration time = params_.service_time;
  if (params_.service_spread > Duration{}) time += context.random().between({}, params_.service_spread);
  if (time == Duration{}) return send(context, {to, std::move(reply)});
  delayed_.emplace(++last_delayed_, Answer{to, std::move(reply)});
  context.set_timer(time, Timers::key(TimerPurpose::answer, last_delayed_));
}

void Server::timer(Context& context, std::uint64_t number) {
  const auto due = delayed_.extract(number);
  if (!due.empty()) send(context, due.mapped());  // else cancelled
}

void Server::send(Context& context, const Answer& answer) {
  if (params_.transport == Transport::stream)
    context.send_on(answer.to.connection, envelope(params_, answer.reply));
  else
    context.send(answer.to.caller, envelope(params_, answer.reply));
}

}  // namespace hearsay::rpc_fanout
