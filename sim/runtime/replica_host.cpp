#include "sim/runtime/replica_host.hpp"

#include <exception>
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/runtime/cluster.hpp"
#include "sim/runtime/simgrid_compat.hpp"

namespace hearsay {

ReplicaHost::ReplicaHost(Cluster& cluster, NodeId id)
    : cluster_(cluster),
      id_(id),
      random_(cluster.seed(), "replica", id),
      neighbours_(cluster.neighbours_of(id)),
      name_(id) {
  held_.costly = cluster.scenario().engine.message_cpu > Duration{};
}

ReplicaHost::~ReplicaHost() {
  while (!inbox_.empty())
    if (const NodeItem item = inbox_.take_front(); item.kind == NodeItem::Kind::datagram)
      static_cast<void>(item.take_message());
}

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
  incarnation_ = cluster_.status(id_).incarnation;
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
  held_.items = 0;
  protocol_.reset();
  cluster_.metrics().forget(id_);
  if (active_) cluster_.scheduler().activity_ends();
  active_ = held_.computing = held_.waiting = woken_ = held_.paused = departing_ = lingering_ = paid_ = false;
  syncs_.clear();
  last_sync_due_ = Time{};
  work_.reset();
  if (actor_) actor_->kill();
  actor_.reset();
}

void ReplicaHost::discard_inbox() {
  while (!inbox_.empty()) {
    const NodeItem item = inbox_.take_front();
    if (item.kind == NodeItem::Kind::message) {
      const Packet packet = cluster_.network().take(item.ref);
      cluster_.network().report_drop(packet.from, id_, *packet.message, packet.id, DropReason::crash);
    } else if (item.kind == NodeItem::Kind::datagram) {
      const MessagePtr message = item.take_message();
      cluster_.network().report_drop(item.ref, id_, *message, item.id, DropReason::crash);
    }
  }
}

void ReplicaHost::order_leave() { cluster_.scheduler().at(cluster_.scheduler().now(), id_, NodeItem::leave()); }

bool ReplicaHost::linger() { return lingering_ = !protocol_->has_left(); }

// In the simulator's context: the process cannot end in the midst of a handler of its own.
void ReplicaHost::end_departure() {
  act([this] {
    cluster_.scheduler().at(cluster_.scheduler().now(), [this, incarnation = incarnation_] {
      const NodeStatus& status = cluster_.status(id_);
      if (status.condition == NodeStatus::Condition::leaving && status.incarnation == incarnation)
        cluster_.lifecycle().gone(id_);
    });
  });
}

void ReplicaHost::pause() {
  held_.paused = true;
  if (work_) work_->suspend();
}

void ReplicaHost::resume() {
  held_.paused = false;
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
  ++held_.items;
}

void ReplicaHost::push_step(Step step) {
  if (step.handler == 0) step.handler = handlers_;
  steps_.push_back(std::move(step));
  ++held_.items;
}

bool ReplicaHost::wake() {
  if (std::exchange(woken_, true)) return false;
  actor_->resume();
  return true;
}

NodeItem ReplicaHost::take_item() {
  --held_.items;
  return inbox_.take_front();
}

void ReplicaHost::drain() {
  while (is_ready() && !cluster_.scheduler().stopped()) {
    if (!steps_.empty())
      take_step();
    else if (inbox_.empty())
      return;
    else if (owes_work())
      push_step({cluster_.scenario().engine.message_cpu, std::nullopt, [this] { paid_ = true; }, ++handlers_});
    else
      handle(take_item());
  }
}

// A message stays in the inbox until the work that it costs is done: whatever kills the process meanwhile loses it.
bool ReplicaHost::owes_work() const { return held_.costly && !paid_ && inbox_.front().is_message(); }

// The stacks begin at equal offsets of their pages, so that what is in use of them would meet in a few sets of the
// processor's caches: each begins its work at a line of its own.
void ReplicaHost::actor_main() {
  constexpr std::uintptr_t line = 64, lines_of_shift = 32;
  volatile char* const shift = static_cast<char*>(__builtin_alloca((1 + id_ % lines_of_shift) * line));
  *shift = 0;
  try {
    actor_loop();
  } catch (const std::exception& error) {
    cluster_.fail(error.what());
  }
}

void ReplicaHost::actor_loop() {
  Scheduler& scheduler = cluster_.scheduler();
  actor_stack_ = static_cast<const char*>(__builtin_frame_address(0));
  while (true) {
    while (!woken_) simgrid::s4u::this_actor::suspend();
    bool took = false;
    for (; is_ready() && scheduler.take_for(id_); took = true) drain();
    if (std::exchange(woken_, false))
      scheduler.node_done(took);
    else
      scheduler.rearm();
  }
}

inline void ReplicaHost::deliver(const Delivery& delivery) {
  const Received& received = delivery.received;
  paid_ = false;
  cluster_.bus().emit_message(cluster_.scheduler().now(), EventKind::deliver, id_, received.from, received.message,
                              delivery.id, received.corrupt ? 1 : 0);
  delivery_ = &delivery;
  if (!received.corrupt) [[likely]]
    protocol_->message(*this, received);
  else
    deliver_garbage(delivery);
  delivery_ = nullptr;
}

void ReplicaHost::handle(const NodeItem& item) {
  if (item.kind == NodeItem::Kind::datagram) return handle_datagram(item);
  ++handlers_;
  if (item.kind != NodeItem::Kind::timer)
    handle_other(item);
  else if (item.ref == incarnation_)
    protocol_->timer(*this, item.key);
  if (lingering_ && protocol_->has_left()) end_departure();
}

void ReplicaHost::handle_datagram(const NodeItem& item) {
  ++handlers_;
  const MessagePtr message = item.take_message();
  deliver({{item.ref, no_connection, *message, item.detail != 0}, item.id});
  if (lingering_ && protocol_->has_left()) end_departure();
}

void ReplicaHost::handle_other(const NodeItem& item) {
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
      if (const Operation* pending = cluster_.clients().pending(item.key)) {
        const Operation operation = *pending;  // the client forgets it once it is answered
        // Of the instant of its departure: what it acknowledged now it could hand over to nobody.
        if (departing_)
          respond(operation.id, {Outcome::failed, {}});
        else
          protocol_->request(*this, operation);
      }
      break;
    case NodeItem::Kind::message: handle_packet(item.ref); break;
    case NodeItem::Kind::connected: protocol_->connected(*this, item.key, item.ref); break;
    case NodeItem::Kind::disconnected:
      protocol_->disconnected(*this, item.key, item.ref, static_cast<ConnectionError>(item.detail));
      break;
    default: break;  // a nudge
    case NodeItem::Kind::leave:
      departing_ = true;
      protocol_->leave(*this);
      act([this] { cluster_.scheduler().at(cluster_.scheduler().now(), [this] { cluster_.lifecycle().left(id_); }); });
      break;
  }
}

void ReplicaHost::handle_packet(std::uint32_t slot) {
  const Packet packet = cluster_.network().take(slot);
  deliver({{packet.from, packet.connection, *packet.message, packet.corrupt}, packet.id});
}

[[gnu::noinline]] void ReplicaHost::deliver_garbage(const Delivery& delivery) {
  const auto& [from, connection, message, corrupt] = delivery.received;
  const MessagePtr garbage(message.corrupted(scatter(delivery.id)));
  protocol_->message(*this, {from, connection, garbage ? *garbage : message, corrupt});
}

}  // namespace hearsay
