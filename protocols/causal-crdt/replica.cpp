#include "protocols/causal-crdt/replica.hpp"

#include <utility>
#include <variant>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/timers.hpp"

namespace hearsay::causal {

Replica::Replica(std::shared_ptr<const Params> params)
    : params_(std::move(params)),
      log_(*params_),
      broadcast_(*params_),
      link_(*params_),
      server_(*params_, broadcast_, log_, link_),
      anti_entropy_(*params_, broadcast_, link_),
      bootstrap_(*params_, link_) {}

// --- start, and what is on the disk

void Replica::start(Context& context, StartReason reason) {
  late_ = reason != StartReason::boot;
  broadcast_.start(context, reason);
  context.state_digest(0);
  auto recovered = log_.recover(context);
  const bool stateless = reason != StartReason::boot && !recovered.member;
  if (params_->bootstrap && reason == StartReason::boot) {
    log_.mark_member(context);
    context.sync();
  }
  link_.start(context, reason);
  if (params_->bootstrap && stateless)
    bootstrap_.start(context, std::move(recovered.effects));
  else
    recover(context, recovered);
  anti_entropy_.start(context);
}

void Replica::recover(Context& context, const Log::Recovered& recovered) {
  if (recovered.snapshot) {
    ByteReader in(*recovered.snapshot);
    std::vector<EffectPtr> ready;
    broadcast_.load(context, in, ready);
    server_.store().load(context, in);
  }
  replay(context, recovered.effects, Source::log);
}

// The log still holds what the snapshot does; the snapshot's clock shows what.
void Replica::replay(Context& context, const std::vector<EffectPtr>& effects, Source source) {
  for (const EffectPtr& effect : effects) {
    if (take_in(context, effect, source)) continue;
    broadcast_.remember(effect);
    if (!params_->deduplicate) server_.apply(context, *effect);
  }
}

std::string Replica::record() const {
  ByteWriter out;
  broadcast_.save(out);
  server_.store().save(out);
  return out.take();
}

void Replica::take_snapshot_if_due(Context& context) {
  if (bootstrap_.pending() || !log_.snapshot_due()) return;
  const VectorClock stable = params_->log_truncation ? anti_entropy_.stable() : VectorClock{};
  log_.snapshot(context, record(), stable);
  broadcast_.forget(stable);
}

// --- clients

void Replica::request(Context& context, const Operation& operation) {
  if (params_->handler_cpu > Duration{}) context.compute(params_->handler_cpu);
  if (bootstrap_.pending()) return bootstrap_.defer(operation);
  server_.request(context, operation);
  take_snapshot_if_due(context);
}

// --- effects of others

void Replica::receive(Context& context, const Received& received, const EffectPtr& effect) {
  if (bootstrap_.pending()) {
    bootstrap_.defer(effect);
    log_.append(context, *effect);
    log_.commit(context);
  } else {
    receive(context, {effect});
  }
  link_.acknowledge(context, received, effect->origin.dot);
}

void Replica::receive(Context& context, const std::vector<EffectPtr>& effects) {
  bool news = false;
  for (const EffectPtr& effect : effects) {
    if (take_in(context, effect, Source::network)) {
      context.count(index(Metric::effects_received));
      log_.append(context, *effect);
      news = true;
      continue;
    }
    context.count(index(Metric::effects_repeated));
    if (!params_->deduplicate && params_->ordering == Ordering::none) server_.apply(context, *effect);
  }
  if (!news) return context.redundant();
  log_.commit(context);
  server_.wake(context);
  take_snapshot_if_due(context);
}

// False if it is known.
bool Replica::take_in(Context& context, const EffectPtr& effect, Source source) {
  std::vector<EffectPtr> ready;
  if (broadcast_.receive(context, effect, source, ready) == CausalArrival::known) return false;
  for (const EffectPtr& next : ready) server_.apply(context, *next);
  return true;
}

// --- state of others

void Replica::send_snapshot(Context& context, const Received& request) {
  if (bootstrap_.pending()) return;  // it will ask somebody else
  link_.add(context, request);
  const Clock clock{broadcast_.delivered(), broadcast_.gaps()};
  Snapshot snapshot{std::make_shared<const std::string>(record()),
                    server_.store().bytes() + clock.wire_size() - framing_bytes};
  link_.reply(context, request, make_message<AnyMessage>(std::move(snapshot)));
}

void Replica::take_over(Context& context, const Snapshot& snapshot) {
  ByteReader in(*snapshot.record);
  std::vector<EffectPtr> ready;
  if (!broadcast_.load(context, in, ready)) return context.redundant();
  server_.store().load(context, in);
  for (const EffectPtr& next : ready) server_.apply(context, *next);
  log_.mark_member(context);
  log_.snapshot(context, record(), {});
  if (bootstrap_.pending()) {
    const auto aside = bootstrap_.finish(context, snapshot.bytes);
    replay(context, aside.effects, Source::network);
    for (const Operation& operation : aside.operations) server_.request(context, operation);
  }
  server_.wake(context);
  anti_entropy_.catch_up(context);
}

void Replica::met(Context& context, NodeId member) {
  if (!bootstrap_.pending()) anti_entropy_.met_again(context, member);
}

// --- events

struct Replica::Dispatch {
  Replica& replica;
  Context& context;
  const Received& received;

  void operator()(const Broadcast& content) const { replica.receive(context, received, content.effect); }
  void operator()(const Acknowledgement& content) const { replica.link_.acknowledged(received.from, content.effect); }
  void operator()(const Clock& content) const {
    if (!replica.bootstrap_.pending()) replica.anti_entropy_.learn(context, received, content);
  }
  void operator()(const Pull& content) const {
    if (replica.bootstrap_.pending() || replica.anti_entropy_.serve(context, received, content)) return;
    if (replica.params_->bootstrap) replica.send_snapshot(context, received);  // what is asked for is truncated
  }
  void operator()(const Resend& content) const {
    if (!replica.bootstrap_.pending()) replica.receive(context, content.effects);
  }
  void operator()(const Join&) const { replica.link_.add(context, received); }
  void operator()(const Leave&) const { replica.link_.remove(context, received); }
  void operator()(const SnapshotRequest&) const { replica.send_snapshot(context, received); }
  void operator()(const Snapshot& content) const { replica.take_over(context, content); }
};

void Replica::message(Context& context, const Received& received) {
  if (params_->handler_cpu > Duration{}) context.compute(params_->handler_cpu);
  if (received.corrupt) return context.discarded_corrupt();
  if (link_.heard(context, received.from)) met(context, received.from);
  std::visit(Dispatch{*this, context, received}, payload<AnyMessage>(received.message));
}

void Replica::timer(Context& context, TimerKey key) {
  const std::uint64_t number = Timers::number(key);
  switch (Timers::purpose(key)) {
    case TimerPurpose::attempts: return link_.attempts_timer(context, number);
    case TimerPurpose::reconnect: return link_.reconnect_timer(context, Timers::node(key), Timers::number_about(key));
    case TimerPurpose::dial: return link_.dial_timer(context, Timers::node(key), Timers::number_about(key));
    case TimerPurpose::dials: return link_.first_dials_timer(context);
    case TimerPurpose::session: return server_.session_timer(context, number);
    case TimerPurpose::anti_entropy:
      if (bootstrap_.pending()) return anti_entropy_.start(context);
      return anti_entropy_.timer(context);
    case TimerPurpose::bootstrap: return bootstrap_.timer(context, number);
  }
}

void Replica::connected(Context& context, ConnectionId connection, NodeId peer) {
  if (!link_.connected(context, connection, peer)) return;
  if (late_) link_.send(context, peer, make_message<AnyMessage>(Join{}));
  met(context, peer);
}

void Replica::disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError) {
  link_.disconnected(context, connection, peer);
  anti_entropy_.connection_lost();
}

}  // namespace hearsay::causal
