// What a protocol may know and do: ReplicaHost as its Context.
#include <stdexcept>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/runtime/cluster.hpp"
#include "sim/runtime/replica_host.hpp"

namespace hearsay {

// --- time

Time ReplicaHost::now() const {
  const Time true_time = cluster_.scheduler().now();
  return clock_.empty() ? true_time : believed(true_time);
}

Time ReplicaHost::believed(Time true_time) const {
  Time result = true_time;
  for (const ClockShift& shift : clock_)
    result += shift.skew + from_seconds(seconds(true_time - shift.since) * shift.drift);
  return result;
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

void ReplicaHost::set_timer(Duration delay, TimerKey key) {
  act([this, delay, key] {
    Scheduler& scheduler = cluster_.scheduler();
    scheduler.push(later(scheduler.now(), delay)).set(NodeItem::Kind::timer, id_, incarnation_, key);
  });
}

void ReplicaHost::exit() {
  act([this, incarnation = incarnation_] {
    cluster_.scheduler().at(cluster_.scheduler().now(), [this, incarnation] {
      if (incarnation_ == incarnation) cluster_.lifecycle().kill(id_);
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

// --- messages

SendId ReplicaHost::send(NodeId to, MessagePtr message) {
  const SendId id = cluster_.network().next_id();
  if (acts_at_once()) [[likely]]
    cluster_.send(id, id_, to, std::move(message), booting_);
  else
    hold_back([this, id, to, message = std::move(message), standing = booting_] {
      cluster_.send(id, id_, to, MessagePtr(message), standing);
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

// --- reports

void ReplicaHost::respond(OpId operation, Response response) {
  act([this, operation, response = std::move(response)] { cluster_.clients().respond(operation, response); });
}

// At the instant at which the effects of this handler leave.
void ReplicaHost::report(Event& event) {
  const auto emit = [this](Event& what) {
    what.at = cluster_.scheduler().now();
    cluster_.bus().emit(what);
  };
  if (acts_at_once()) [[likely]]
    emit(event);
  else
    hold_back([emit, event]() mutable { emit(event); });
}

// Once it has announced its departure, its state does not count any more.
void ReplicaHost::report_state(Event&& event) {
  if (!lingering_) report(event);
}

void ReplicaHost::applied(WriteId write) {
  Event event = Event::write({}, recovering_ ? EventKind::recovered : EventKind::applied, id_, write);
  if (delivery_ != nullptr) {
    event.cause = delivery_->received.from;
    event.cause_type = delivery_->received.message.kind();
  }
  report_state(std::move(event));
}

void ReplicaHost::reapplied(WriteId write) { report_state(Event::write({}, EventKind::reapplied, id_, write)); }

void ReplicaHost::replaced(WriteId loser, WriteId winner) { report(Event::replaced({}, id_, loser, winner)); }

void ReplicaHost::redundant() { report(Event::redundant({}, id_)); }

void ReplicaHost::discarded_corrupt() {
  HEARSAY_CHECK(delivery_ != nullptr, "discarded_corrupt() outside the handling of a message");
  const auto& [received, id] = *delivery_;
  cluster_.network().report_drop(received.from, id_, received.message, id, DropReason::corrupt);
}

void ReplicaHost::state_digest(std::uint64_t digest) { report_state(Event::digest({}, id_, digest)); }

void ReplicaHost::member(NodeId about, MemberState state) { report_state(Event::member({}, id_, about, state)); }

void ReplicaHost::placed(std::uint64_t part, std::uint64_t digest, const std::vector<NodeId>& owners) {
  if (lingering_) return;
  act([this, part, digest, owners] {
    cluster_.bus().emit(Event::placed(cluster_.scheduler().now(), id_, part, digest, owners));
  });
}

void ReplicaHost::count(MetricIndex metric, double amount) { cluster_.metrics().count(metric, amount); }

void ReplicaHost::high_water(MetricIndex metric, double level) { cluster_.metrics().high_water(metric, level); }

void ReplicaHost::level(MetricIndex metric, double level) { cluster_.metrics().level(metric, id_, level); }

void ReplicaHost::count_about(MetricIndex metric, NodeId about, double amount) {
  cluster_.metrics().count_about(metric, about, amount);
}

void ReplicaHost::sample(MetricIndex metric, Duration duration) { cluster_.metrics().sample(metric, duration); }

}  // namespace hearsay
