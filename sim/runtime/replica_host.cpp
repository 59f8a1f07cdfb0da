#include "sim/runtime/replica_host.hpp"

#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/runtime/cluster.hpp"
#include "sim/runtime/simgrid_compat.hpp"

namespace hearsay {

ReplicaHost::ReplicaHost(Cluster& cluster, NodeId id)
    : cluster_(cluster),
      id_(id),
      costly_(cluster.scenario().engine.message_cpu > Duration{}),
      neighbours_(cluster.neighbours_of(id)),
      name_(id) {}

bool ReplicaHost::inline_dispatch() const { return cluster_.scenario().engine.dispatch == Engine::Dispatch::inline_; }

// --- life

void ReplicaHost::start(StartReason reason) {
  if (reason == StartReason::boot) peers_ = cluster_.boot_peers_of(id_);
  if (reason == StartReason::join) {
    own_peers_ = cluster_.members_but(id_);
    peers_ = own_peers_;
    if (std::exchange(cloned_, false)) {
      reason = StartReason::restart;  // to the process, whose disk is not empty
    } else {
      name_ = id_;
      storage_ = Storage{};
    }
  }
  protocol_ = cluster_.replicas()();
  cluster_.scheduler().at(cluster_.scheduler().now(), id_, NodeItem::start(reason));
  if (!inline_dispatch()) start_actor();
}

void ReplicaHost::become_clone(const ReplicaHost& original) {
  name_ = original.name_;
  storage_ = original.storage_;
  cloned_ = protocol_ == nullptr;
}

void ReplicaHost::start_actor() {
  actor_ = compat::add_actor("node" + std::to_string(id_), cluster_.platform().host(id_), [this] { actor_main(); });
  actor_->daemonize();
}

void ReplicaHost::crash(DiskMode disk) {
  remove();
  storage_.crash(disk);
}

void ReplicaHost::remove() {
  discard_inbox();
  steps_.clear();
  waiting_items_ = 0;
  protocol_.reset();
  cluster_.metrics().forget(id_);
  if (active_) cluster_.scheduler().activity_ends();
  active_ = computing_ = waiting_ = woken_ = paused_ = departing_ = lingering_ = paid_ = false;
  syncs_.clear();
  last_sync_due_ = Time{};
  work_.reset();
  if (actor_) actor_->kill();
  actor_.reset();
}

void ReplicaHost::discard_inbox() {
  while (!inbox_.empty()) {
    const NodeItem item = inbox_.take_front();
    if (item.kind != NodeItem::Kind::message) continue;
    const Packet packet = cluster_.network().take(item.ref);
    cluster_.network().report_drop(packet.from, id_, *packet.message, packet.id, DropReason::crash);
  }
}

void ReplicaHost::order_leave() { cluster_.scheduler().at(cluster_.scheduler().now(), id_, NodeItem::leave()); }

bool ReplicaHost::linger() { return lingering_ = !protocol_->has_left(); }

// In the simulator's context: the process cannot end in the midst of a handler of its own.
void ReplicaHost::end_departure() {
  act([this] {
    cluster_.scheduler().at(cluster_.scheduler().now(), [this, incarnation = cluster_.status(id_).incarnation] {
      const NodeStatus& status = cluster_.status(id_);
      if (status.condition == NodeStatus::Condition::leaving && status.incarnation == incarnation) cluster_.gone(id_);
    });
  });
}

void ReplicaHost::pause() {
  paused_ = true;
  if (work_) work_->suspend();
}

void ReplicaHost::resume() {
  paused_ = false;
  if (work_) work_->resume();
  nudge();
}

void ReplicaHost::nudge() { cluster_.scheduler().at(cluster_.scheduler().now(), id_, NodeItem::nudge()); }

// --- work

void ReplicaHost::accept(const NodeItem& item) {
  if (protocol_ != nullptr) push_item(item);  // else: timers and news for a process that is gone
}

void ReplicaHost::push_item(const NodeItem& item) {
  inbox_.push_back(item);
  ++waiting_items_;
}

void ReplicaHost::push_step(Step step) {
  if (step.handler == 0) step.handler = handler_;
  steps_.push_back(std::move(step));
  ++waiting_items_;
}

void ReplicaHost::take(const NodeItem& item) {
  if (waiting_items_ == 0 && is_ready() && !(costly_ && item.kind == NodeItem::Kind::message))
    handle(item);
  else
    accept(item);
}

bool ReplicaHost::wake() {
  if (std::exchange(woken_, true)) return false;
  actor_->resume();
  return true;
}

NodeItem ReplicaHost::take_item() {
  --waiting_items_;
  return inbox_.take_front();
}

void ReplicaHost::drain() {
  while (is_ready() && !cluster_.scheduler().stopped()) {
    if (!steps_.empty())
      take_step();
    else if (inbox_.empty())
      return;
    else if (owes_work())
      push_step({cluster_.scenario().engine.message_cpu, std::nullopt, [this] { paid_ = true; }});
    else
      handle(take_item());
  }
}

// A message stays in the inbox until the work that it costs is done: whatever kills the process meanwhile loses it.
bool ReplicaHost::owes_work() const { return costly_ && !paid_ && inbox_.front().kind == NodeItem::Kind::message; }

// SimGrid's record of the actor, and the end of its stack, which SimGrid's way down to the switch of contexts takes.
void ReplicaHost::fetch_actor() const {
  constexpr int line = 64, lines_of_record = 6, lines_of_stack = 10;
  if (actor_stack_ == nullptr) return;
  for (int i = 0; i < lines_of_record; ++i) __builtin_prefetch(actor_record_ + i * line, 1);
  for (int i = -1; i < lines_of_stack; ++i) __builtin_prefetch(actor_stack_ - i * line, 1);
}

void ReplicaHost::actor_main() {
  Scheduler& scheduler = cluster_.scheduler();
  actor_record_ = reinterpret_cast<const char*>(actor_->get_impl());
  actor_stack_ = static_cast<const char*>(__builtin_frame_address(0));
  while (true) {
    while (!woken_) simgrid::s4u::this_actor::suspend();
    while (is_ready() && scheduler.take_for(id_)) drain();
    if (std::exchange(woken_, false))
      scheduler.node_done();
    else
      scheduler.rearm();
  }
}

void ReplicaHost::take_step() {
  --waiting_items_;
  const Step step = steps_.take_front();
  if (step.work > Duration{}) spend(step.work);
  if (step.sync) begin_sync(*step.sync, step.handler);
  if (step.effect) step.effect();
}

// As an actor: SimGrid computes how long the work takes on this host. It ends equal work of several hosts in an order
// that means nothing, so what follows waits for the end of the instant and goes by node.
void ReplicaHost::spend(Duration work) {
  Scheduler& scheduler = cluster_.scheduler();
  const double start = seconds(scheduler.now());
  computing_ = active_ = true;
  scheduler.activity_begins();
  if (std::exchange(woken_, false))
    scheduler.node_done();
  else
    scheduler.rearm();
  const double flops_per_second = 1e9;           // Context::compute states work for such a core
  simgrid::s4u::this_actor::sleep_until(start);  // SimGrid's clock may be behind
  for (const auto& [rule, factor] : slow_by_) cluster_.network().report_effect(rule, FaultEffect::slowed);
  work_ = simgrid::s4u::this_actor::exec_init(seconds(work) * flops_per_second * slowness());
  work_->start();
  if (paused_) work_->suspend();
  const simgrid::s4u::ExecPtr mine = work_;  // a crash forgets it
  mine->wait();
  work_.reset();
  active_ = false;
  scheduler.activity_ends();
  scheduler.task_last(scheduler.now(), id_, [this, incarnation = cluster_.status(id_).incarnation] {
    if (protocol_ == nullptr || cluster_.status(id_).incarnation != incarnation) return;
    computing_ = false;
    nudge();
  });
}

// By the agenda, so that both ways of dispatch order what follows equally. The disk goes on while the process is
// paused. A process that syncs concurrently handles other things meanwhile: only what followed the sync in its handler
// waits.
void ReplicaHost::begin_sync(std::uint64_t position, std::uint64_t handler) {
  Sync sync{++sync_number_, position, false, {}};
  if (cluster_.scenario().engine.sync == Engine::Sync::blocking)
    waiting_ = true;
  else
    for (; !steps_.empty() && steps_.front().handler == handler; --waiting_items_)
      sync.then.push_back(steps_.take_front());
  syncs_.push_back(std::move(sync));
  disk_.each_touching([this](RuleId rule) { cluster_.network().report_effect(rule, FaultEffect::slowed); });
  Scheduler& scheduler = cluster_.scheduler();
  last_sync_due_ = std::max(scheduler.now() + disk_.cost(), last_sync_due_);
  scheduler.at(last_sync_due_, [this, number = sync_number_, incarnation = cluster_.status(id_).incarnation] {
    if (protocol_ == nullptr || cluster_.status(id_).incarnation != incarnation) return;
    for (Sync& waiting : syncs_) waiting.due = waiting.due || waiting.number == number;
    finish_syncs();
  });
}

void ReplicaHost::finish_syncs() {
  const bool any = !syncs_.empty() && syncs_.front().due && !disk_.stalled();
  while (!syncs_.empty() && syncs_.front().due && !disk_.stalled()) {
    storage_.sync_up_to(syncs_.front().position);
    for (Step& step : syncs_.front().then) push_step(std::move(step));
    syncs_.erase(syncs_.begin());
    waiting_ = false;
  }
  if (any) nudge();
}

void ReplicaHost::restore_disk(RuleId rule) {
  disk_.restore(rule);
  finish_syncs();
}

void ReplicaHost::handle(const NodeItem& item) {
  ++handler_;
  switch (item.kind) {
    case NodeItem::Kind::start: {
      const auto reason = static_cast<StartReason>(item.detail);
      recovering_ = reason == StartReason::restart;
      booting_ = reason == StartReason::boot;
      protocol_->start(*this, reason);
      recovering_ = booting_ = false;
      break;
    }
    case NodeItem::Kind::request:
      if (const Operation* pending = cluster_.clients().pending(item.ref)) {
        const Operation operation = *pending;  // the client forgets it once it is answered
        // Of the instant of its departure: what it acknowledged now it could hand over to nobody.
        if (departing_)
          respond(operation.id, {Outcome::failed, {}});
        else
          protocol_->request(*this, operation);
      }
      break;
    case NodeItem::Kind::message: handle_message(item.ref); break;
    case NodeItem::Kind::timer:
      if (item.ref == cluster_.status(id_).incarnation) protocol_->timer(*this, item.key);
      break;
    case NodeItem::Kind::connected: protocol_->connected(*this, item.key, item.ref); break;
    case NodeItem::Kind::disconnected:
      protocol_->disconnected(*this, item.key, item.ref, static_cast<ConnectionError>(item.detail));
      break;
    case NodeItem::Kind::nudge: break;
    case NodeItem::Kind::leave:
      departing_ = true;
      protocol_->leave(*this);
      act([this] { cluster_.scheduler().at(cluster_.scheduler().now(), [this] { cluster_.left(id_); }); });
      break;
  }
  if (lingering_ && protocol_->has_left()) end_departure();
}

void ReplicaHost::handle_message(std::uint32_t slot) {
  paid_ = false;
  const Packet packet = cluster_.network().take(slot);
  EventRecord delivered = EventRecord::about_message(cluster_.scheduler().now(), EventKind::deliver, id_, packet.from,
                                                     *packet.message, packet.id);
  delivered.detail = packet.corrupt ? 1 : 0;
  cluster_.bus().emit(delivered, *packet.message);
  delivery_ = &packet;
  MessagePtr garbage;
  if (packet.corrupt) garbage = MessagePtr(packet.message->corrupted(scatter(packet.id)));
  protocol_->message(*this,
                     Received{packet.from, packet.connection, garbage ? *garbage : *packet.message, packet.corrupt});
  delivery_ = nullptr;
}

// --- Context: time

Time ReplicaHost::now() const {
  Time believed = cluster_.scheduler().now();
  const Time true_time = believed;
  for (const ClockShift& shift : clock_)
    believed += shift.skew + from_seconds(seconds(true_time - shift.since) * shift.drift);
  return believed;
}

void ReplicaHost::shift_clock(Duration skew, double drift) {
  clock_.push_back({skew, drift, cluster_.scheduler().now()});
}

void ReplicaHost::restore_clock(Duration skew, double drift) {
  for (auto shift = clock_.begin(); shift != clock_.end(); ++shift)
    if (shift->skew == skew && shift->drift == drift) {
      clock_.erase(shift);
      return;
    }
}

RandomStream& ReplicaHost::random() {
  if (!random_) random_.emplace(cluster_.seed(), "replica", id_);
  return *random_;
}

void ReplicaHost::set_timer(Duration delay, TimerKey key) {
  act([this, delay, key] {
    cluster_.scheduler().at(later(cluster_.scheduler().now(), delay), id_,
                            NodeItem::timer(cluster_.status(id_).incarnation, key));
  });
}

void ReplicaHost::exit() {
  act([this, incarnation = cluster_.status(id_).incarnation] {
    cluster_.scheduler().at(cluster_.scheduler().now(), [this, incarnation] {
      if (cluster_.status(id_).incarnation == incarnation) cluster_.kill(id_);
    });
  });
}

void ReplicaHost::compute(Duration work) {
  if (work <= Duration{}) return;
  if (inline_dispatch())
    throw std::runtime_error(
        "the protocol spends processor time, which `engine.dispatch: inline` does not model; use `dispatch: actor`");
  push_step({work, std::nullopt, nullptr});
}

void ReplicaHost::sync() {
  if (disk_.ideal())
    storage_.sync();
  else
    push_step({{}, storage_.position(), nullptr});
}

// --- Context: messages

SendId ReplicaHost::send(NodeId to, MessagePtr message) {
  const SendId id = cluster_.network().next_id();
  act([this, id, to, message = std::move(message), standing = booting_] {
    cluster_.send(id, id_, to, message, standing);
  });
  return id;
}

SendId ReplicaHost::send_on(ConnectionId connection, MessagePtr message) {
  const SendId id = cluster_.network().next_id();
  act([this, id, connection, message = std::move(message)] { cluster_.send_on(id, id_, connection, message); });
  return id;
}

void ReplicaHost::withdraw(SendId send) {
  act([this, send] { cluster_.streams().withdraw(send); });
}

ConnectionId ReplicaHost::dial(NodeId to) {
  const ConnectionId id = cluster_.streams().reserve(id_, to);
  act([this, id, standing = booting_] { cluster_.streams().begin_dial(id, standing); });
  return id;
}

void ReplicaHost::close(ConnectionId connection) {
  act([this, connection] { cluster_.streams().close(connection, id_); });
}

// --- Context: reports

void ReplicaHost::respond(OpId operation, Response response) {
  act([this, operation, response = std::move(response)] { cluster_.clients().respond(operation, response); });
}

void ReplicaHost::report(const Event& event) { cluster_.bus().emit(event); }

void ReplicaHost::applied(WriteId write) {
  if (lingering_) return;
  Event event = Event::write({}, recovering_ ? EventKind::recovered : EventKind::applied, id_, write);
  if (delivery_ != nullptr) {
    event.cause = delivery_->from;
    event.cause_type = delivery_->message->kind();
  }
  act([this, event]() mutable {
    event.at = cluster_.scheduler().now();
    cluster_.bus().emit(event);
  });
}

void ReplicaHost::reapplied(WriteId write) {
  if (lingering_) return;
  act([this, write] { report(Event::write(cluster_.scheduler().now(), EventKind::reapplied, id_, write)); });
}

void ReplicaHost::replaced(WriteId loser, WriteId winner) {
  act([this, loser, winner] { report(Event::replaced(cluster_.scheduler().now(), id_, loser, winner)); });
}

void ReplicaHost::redundant() {
  act([this] { cluster_.emit(EventKind::redundant, id_); });
}

void ReplicaHost::discarded_corrupt() {
  HEARSAY_CHECK(delivery_ != nullptr, "discarded_corrupt() outside the handling of a message");
  cluster_.network().report_drop(delivery_->from, id_, *delivery_->message, delivery_->id, DropReason::corrupt);
}

void ReplicaHost::state_digest(std::uint64_t digest) {
  if (lingering_) return;
  act([this, digest] { report(Event::digest(cluster_.scheduler().now(), id_, digest)); });
}

void ReplicaHost::placed(std::uint64_t part, std::uint64_t digest, const std::vector<NodeId>& owners) {
  if (lingering_) return;
  act([this, part, digest, owners] { report(Event::placed(cluster_.scheduler().now(), id_, part, digest, owners)); });
}

void ReplicaHost::member(NodeId about, MemberState state) {
  if (lingering_) return;
  act([this, about, state] { report(Event::member(cluster_.scheduler().now(), id_, about, state)); });
}

void ReplicaHost::count(MetricIndex metric, double amount) { cluster_.metrics().count(metric, amount); }

void ReplicaHost::high_water(MetricIndex metric, double level) { cluster_.metrics().high_water(metric, level); }

void ReplicaHost::level(MetricIndex metric, double level) { cluster_.metrics().level(metric, id_, level); }

void ReplicaHost::count_about(MetricIndex metric, NodeId about, double amount) {
  cluster_.metrics().count_about(metric, about, amount);
}

void ReplicaHost::sample(MetricIndex metric, Duration duration) { cluster_.metrics().sample(metric, duration); }

}  // namespace hearsay
