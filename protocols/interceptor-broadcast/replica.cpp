#include "protocols/interceptor-broadcast/replica.hpp"

#include <utility>

#include "protocols/interceptor-broadcast/interceptors.hpp"
#include "protocols/interceptor-broadcast/timers.hpp"

namespace hearsay::interceptor {
namespace {

Outcome outcome_of(Reply::Status status) {
  switch (status) {
    case Reply::Status::rejected: return Outcome::rejected;
    case Reply::Status::failed: return Outcome::failed;
    default: return Outcome::ok;
  }
}

}  // namespace

Replica::Replica(std::shared_ptr<const Params> params)
    : params_(std::move(params)),
      store_(*params_),
      handler_(*params_, store_),
      broadcaster_(*params_),
      chain_(make_interceptors({*params_, broadcaster_, store_}),
             [this](Context& context, Request& request) { return handler_.handle(context, request); }) {}

void Replica::start(Context& context, StartReason reason) {
  handler_.start(context, reason);
  if (params_->broadcasts()) broadcaster_.start(context);
}

void Replica::request(Context& context, const Operation& operation) {
  Request request;
  request.reply_to.operation = operation.id;
  Write write;
  write.key = operation.key;
  write.hash_bytes = params_->hash_bytes;
  if (operation.kind == OperationKind::read) {
    request.method = Method::read;
  } else {
    write.id = operation.write;
    write.value = operation.value;
    write.size = operation.size;
    write.time = context.now();
    write.origin = context.name();
  }
  request.write = seal(std::move(write));
  serve(context, request);
}

void Replica::message(Context& context, const Received& received) {
  // Without a checksum the receiver cannot know; a stream never shows it anything corrupt.
  if (received.corrupt && params_->checksum) return context.discarded_corrupt();
  struct Dispatch {
    Replica& replica;
    Context& context;
    const Received& received;
    void operator()(const WriteRequest& content) const { replica.call(context, received, content); }
    void operator()(const WriteResponse& content) const { replica.broadcaster_.answered(context, received, content); }
  };
  std::visit(Dispatch{*this, context, received}, payload<AnyMessage>(received.message));
}

// A call of a peer: to the document's server a client like any other.
void Replica::call(Context& context, const Received& received, const WriteRequest& content) {
  Request request;
  request.reply_to = {no_op, received.from, received.connection, content.call};
  request.method = content.method;
  request.write = content.write;
  request.metadata = content.metadata;
  request.causal = content.causal;
  serve(context, request);
}

void Replica::serve(Context& context, Request& request) {
  Reply reply = chain_.handle(context, request);
  if (!request.reply_to.is_client() && !request.news) context.redundant();
  if (reply.status != Reply::Status::later) answer(context, request.reply_to, std::move(reply));
  answer_delivered(context);
  broadcaster_.flush(context);
}

void Replica::answer(Context& context, const ReplyTo& reply_to, Reply reply) {
  if (reply_to.is_client())
    return context.respond(reply_to.operation, {outcome_of(reply.status), std::move(reply.seen)});
  const WriteResponse response{reply_to.call, reply.status == Reply::Status::ok};
  if (params_->transport == Transport::stream)
    context.send_on(reply_to.connection, envelope(*params_, response));
  else
    context.send(reply_to.caller, envelope(*params_, response));
}

void Replica::answer_delivered(Context& context) {
  for (const auto& reply_to : handler_.take_answerable()) answer(context, reply_to, {});
}

void Replica::timer(Context& context, TimerKey key) {
  const std::uint64_t number = Timers::number(key);
  switch (Timers::purpose(key)) {
    case TimerPurpose::call: return broadcaster_.call_timer(context, number);
    case TimerPurpose::consistency_deadline: return broadcaster_.consistency_deadline(context, number);
    case TimerPurpose::sync: return handler_.sync_timer(context);
    case TimerPurpose::causal_wait: handler_.causal_timer(context, number); return answer_delivered(context);
  }
}

void Replica::connected(Context& context, ConnectionId connection, NodeId) {
  broadcaster_.connected(context, connection);
}

void Replica::disconnected(Context& context, ConnectionId connection, NodeId, ConnectionError) {
  broadcaster_.disconnected(context, connection);
}

void Replica::leave(Context& context) { broadcaster_.leave(context); }

}  // namespace hearsay::interceptor
