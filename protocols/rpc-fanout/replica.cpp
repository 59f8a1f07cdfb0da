#include "protocols/rpc-fanout/replica.hpp"

#include <utility>

#include "protocols/rpc-fanout/metrics.hpp"
#include "protocols/rpc-fanout/timers.hpp"

namespace hearsay::rpc_fanout {
namespace {

MessagePtr probe() { return make_message<AnyMessage>(KeepAlive{}); }
TimerKey call_timer(std::uint64_t number) { return Timers::key(TimerPurpose::call, number); }

}  // namespace

Replica::Replica(std::shared_ptr<const Params> params)
    : params_(std::move(params)),
      store_(*params_),
      caller_(*params_, call_timer, index_of, probe),
      server_(*params_, store_, caller_),
      patterns_(*params_, store_, server_, caller_) {}

void Replica::start(Context& context, StartReason reason) {
  caller_.start(context, reason);
  store_.start(context);
  server_.start(context);
  patterns_.start(context, reason);
}

void Replica::request(Context& context, const Operation& operation) { patterns_.request(context, operation); }

void Replica::message(Context& context, const Received& received) {
  // Without a checksum the receiver cannot know; a stream never shows it anything corrupt.
  if (received.corrupt && params_->checksum) return context.discarded_corrupt();
  struct Dispatch {
    Replica& replica;
    Context& context;
    const Received& received;
    void operator()(const Request& request) const {
      if (request.method == Method::heartbeat) replica.patterns_.report_list(context);
      replica.server_.handle(context, received, request);
    }
    void operator()(const Reply& reply) const { replica.answered(context, received, reply); }
    void operator()(const Cancel& cancel) const { replica.server_.cancelled(context, received.from, cancel); }
    void operator()(const KeepAlive&) const {}
  };
  std::visit(Dispatch{*this, context, received}, payload<AnyMessage>(received.message));
}

void Replica::answered(Context& context, const Received& received, const Reply& reply) {
  const bool error = reply.status == Reply::Status::error;
  const bool counts = caller_.answered(context, reply.call, reply.attempt, received.from, error, received.message);
  if (!counts) return context.redundant();
  if (!error && reply.stored) context.count(index(Metric::failed_but_executed), -1);
}

void Replica::timer(Context& context, TimerKey key) {
  const std::uint64_t number = Timers::number(key);
  switch (Timers::purpose(key)) {
    case TimerPurpose::call: return caller_.timer(context, number);
    case TimerPurpose::answer: return server_.timer(context, number);
    case TimerPurpose::row: return patterns_.row_timer(context, static_cast<OpId>(number));
  }
}

void Replica::connected(Context& context, ConnectionId connection, NodeId) { caller_.connected(context, connection); }

void Replica::disconnected(Context& context, ConnectionId connection, NodeId, ConnectionError) {
  caller_.disconnected(context, connection);
}

void Replica::leave(Context& context) { caller_.leave(context); }

}  // namespace hearsay::rpc_fanout
