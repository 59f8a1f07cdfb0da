// The patterns that ask the master: a client's call (Pattern 1), and optimistic writes of one row (Brooker 2015).
#include <utility>

#include "protocols/rpc-fanout/metrics.hpp"
#include "protocols/rpc-fanout/patterns.hpp"
#include "protocols/rpc-fanout/timers.hpp"

namespace hearsay::rpc_fanout {

void Patterns::call_master(Context& context, Request request,
                           std::function<void(Context&, Outcome, const Reply*)> done) {
  if (context.self() == params_.master_node()) {
    const Reply reply = server_.fulfil(context, context.self(), request);
    const bool refused = reply.status == Reply::Status::error;
    return done(context, refused ? Outcome::rejected : Outcome::ok, refused ? nullptr : &reply);
  }
  rpc::CallSpec call;
  call.servers = {params_.master_node()};
  call.request = [this, request = std::move(request)](rpc::CallId number, std::uint32_t attempt) {
    return message(request, number, attempt);
  };
  call.cancel = cancel_of(params_);
  call.done = [done = std::move(done)](Context& at, const rpc::CallResult& result) {
    if (result.ok()) return done(at, Outcome::ok, &reply_of(*result.reply));
    const bool refused = result.error == rpc::CallError::application;
    done(at, refused ? Outcome::rejected : Outcome::failed, nullptr);
  };
  caller_.call(context, std::move(call));
}

void Patterns::ask_master(Context& context, const Operation& operation) {
  Request request;
  if (operation.kind == OperationKind::read) {
    request.method = Method::lookup;
    request.key = operation.key;
  } else {
    request = storing(operation, Method::create, context.self());
  }
  call_master(context, std::move(request), [id = operation.id](Context& at, Outcome outcome, const Reply* reply) {
    Response response{outcome, {}};
    if (reply != nullptr) response.seen = reply->seen;
    at.respond(id, std::move(response));
  });
}

// --- optimistic writes: read the version, write if it is still the same, else wait and start over

void Patterns::read_row(Context& context, OpId operation) {
  Request request;
  request.method = Method::read_row;
  request.key = row_writes_.at(operation).record->key;
  call_master(context, std::move(request), [this, operation](Context& at, Outcome outcome, const Reply* reply) {
    if (outcome == Outcome::ok) return write_row(at, operation, reply->version);
    row_writes_.erase(operation);
    at.respond(operation, {outcome, {}});
  });
}

void Patterns::write_row(Context& context, OpId operation, std::uint64_t version) {
  Request request;
  request.method = Method::write_row;
  request.record = row_writes_.at(operation).record;
  request.payload_bytes = request.record->size;
  request.version = version;
  if (params_.idempotency_keys) request.idempotency_key = IdempotencyKey(context.self(), operation);
  call_master(context, std::move(request), [this, operation](Context& at, Outcome outcome, const Reply* reply) {
    if (outcome == Outcome::ok && reply->status == Reply::Status::conflict) return row_conflict(at, operation);
    if (outcome == Outcome::ok)
      at.sample(index(Metric::contention_completion),
                std::max(Duration{}, at.now() - row_writes_.at(operation).asked_at));
    row_writes_.erase(operation);
    at.respond(operation, {outcome, {}});
  });
}

void Patterns::row_conflict(Context& context, OpId operation) {
  RowWrite& write = row_writes_.at(operation);
  write.last_wait = params_.policy().wait(++write.conflicts, write.last_wait, {}, context.random());
  context.set_timer(write.last_wait, Timers::key(TimerPurpose::row, operation));
}

void Patterns::row_timer(Context& context, OpId operation) { read_row(context, operation); }

}  // namespace hearsay::rpc_fanout
