#include "protocols/causal-crdt/retries.hpp"

#include <utility>
#include <vector>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/timers.hpp"

namespace hearsay::causal {
namespace {

rpc::CallOptions options_of(const Params& params) {
  rpc::CallOptions options;
  options.transport = params.transport;
  options.attempts = params.link_retries + 1;
  options.attempt_timeout = params.ack_timeout;
  options.retry = RetryKind::equal_jitter;
  options.retry_delay = params.retry_delay;
  options.retry_factor = params.retry_backoff;
  options.retry_max_delay = params.retry_max_delay;
  return options;
}

}  // namespace

Retries::Retries(const Params& params, Carrier carrier)
    : options_(options_of(params)), carrier_(std::move(carrier)), policy_(options_.policy()) {}

void Retries::begin(Context& context, const Dot& effect, const MessagePtr& message,
                    const std::vector<NodeId>& members) {
  if (members.empty()) return;
  Delivery& delivery = deliveries_[effect];
  delivery.message = message;
  const std::uint64_t timer = set_timer(context, options_.attempt_timeout, effect);  // one for all first attempts
  for (const NodeId member : members) {
    Receiver& receiver = delivery.open[member];
    receiver.timer = timer;
    attempt(context, delivery, member, receiver);
  }
}

void Retries::attempt(Context& context, const Delivery& delivery, NodeId member, Receiver& receiver) {
  receiver.state = Receiver::State::under_way;
  receiver.attempts.begin();
  receiver.heard = carrier_.times_heard(member);
  receiver.send = carrier_.send(context, member, delivery.message);
}

void Retries::acknowledged(NodeId member, const Dot& effect) {
  const auto delivery = deliveries_.find(effect);
  if (delivery == deliveries_.end()) return;  // given up, or acknowledged before
  delivery->second.open.erase(member);
  drop_if_done(delivery);
}

bool Retries::wait(Context& context, const Dot& effect, Receiver& receiver) {
  if (!receiver.attempts.left(options_)) {
    context.count(index(Metric::effects_given_up));
    return false;
  }
  receiver.state = Receiver::State::waiting;
  receiver.timer = set_timer(context, receiver.attempts.next_wait(policy_, {}, context.random()), effect);
  return true;
}

void Retries::timer(Context& context, std::uint64_t number) {
  const auto due = timers_.find(number);
  const Dot effect = due->second;
  timers_.erase(due);
  const auto delivery = deliveries_.find(effect);
  if (delivery == deliveries_.end()) return;
  auto& open = delivery->second.open;
  for (auto it = open.begin(); it != open.end();) {
    auto& [member, receiver] = *it;
    bool over = false;
    if (receiver.timer == number && receiver.state == Receiver::State::waiting) {
      context.count(index(Metric::link_retries));
      receiver.timer = set_timer(context, options_.attempt_timeout, effect);
      attempt(context, delivery->second, member, receiver);
    } else if (receiver.timer == number) {
      if (options_.transport == Transport::stream) context.withdraw(receiver.send);  // it must not go out later
      carrier_.attempt_failed(context, member, receiver.heard);
      over = !wait(context, effect, receiver);
    }
    it = over ? open.erase(it) : std::next(it);
  }
  drop_if_done(delivery);
}

void Retries::connection_lost(Context& context, NodeId member) {
  if (options_.transport == Transport::datagram) return;
  for (auto delivery = deliveries_.begin(); delivery != deliveries_.end();) {
    auto& [effect, content] = *delivery;
    const auto it = content.open.find(member);
    const auto current = delivery++;
    if (it == content.open.end() || it->second.state != Receiver::State::under_way) continue;
    if (!wait(context, effect, it->second)) content.open.erase(it);
    drop_if_done(current);
  }
}

void Retries::forget(NodeId member) {
  for (auto delivery = deliveries_.begin(); delivery != deliveries_.end();) {
    const auto current = delivery++;
    current->second.open.erase(member);
    drop_if_done(current);
  }
}

void Retries::flush(Context& context) {
  for (const auto& [effect, delivery] : deliveries_)
    for (const auto& [member, receiver] : delivery.open)
      if (receiver.state == Receiver::State::waiting) carrier_.send(context, member, delivery.message);
  deliveries_.clear();
}

void Retries::drop_if_done(Deliveries::iterator delivery) {
  if (delivery->second.open.empty()) deliveries_.erase(delivery);
}

std::uint64_t Retries::set_timer(Context& context, Duration delay, const Dot& effect) {
  const std::uint64_t number = ++last_timer_;
  timers_.emplace(number, effect);
  context.set_timer(delay, Timers::key(TimerPurpose::attempts, number));
  return number;
}

}  // namespace hearsay::causal
