#include "protocols/causal/retries.hpp"

#include <utility>
#include <vector>

#include "protocols/causal/metrics.hpp"
#include "protocols/causal/timers.hpp"

namespace hearsay::causal {

Retries::Retries(const Params& params, Carrier carrier)
    : params_(params),
      carrier_(std::move(carrier)),
      backoff_{params.retry_delay, params.retry_backoff, params.retry_max_delay} {}

void Retries::begin(Context& context, const crdt::Dot& effect, const MessagePtr& message,
                    const std::vector<NodeId>& members) {
  if (members.empty()) return;
  Delivery& delivery = deliveries_[effect];
  delivery.message = message;
  const std::uint64_t timer = set_timer(context, params_.ack_timeout, effect);  // one for all first attempts
  for (const NodeId member : members) {
    Attempts& attempts = delivery.open[member];
    attempts.timer = timer;
    attempt(context, delivery, member, attempts);
  }
}

void Retries::attempt(Context& context, const Delivery& delivery, NodeId member, Attempts& attempts) {
  attempts.state = Attempts::State::under_way;
  ++attempts.count;
  attempts.heard = carrier_.times_heard(member);
  attempts.send = carrier_.send(context, member, delivery.message);
}

void Retries::acknowledged(NodeId member, const crdt::Dot& effect) {
  const auto delivery = deliveries_.find(effect);
  if (delivery == deliveries_.end()) return;  // given up, or acknowledged before
  delivery->second.open.erase(member);
  drop_if_done(delivery);
}

bool Retries::wait(Context& context, const crdt::Dot& effect, Attempts& attempts) {
  if (attempts.count > params_.link_retries) {
    context.count(index(Metric::effects_given_up));
    return false;
  }
  attempts.state = Attempts::State::waiting;
  attempts.timer = set_timer(context, backoff_.draw(attempts.count, context.random()), effect);
  return true;
}

void Retries::timer(Context& context, std::uint64_t number) {
  const auto due = timers_.find(number);
  const crdt::Dot effect = due->second;
  timers_.erase(due);
  const auto delivery = deliveries_.find(effect);
  if (delivery == deliveries_.end()) return;
  auto& open = delivery->second.open;
  for (auto it = open.begin(); it != open.end();) {
    auto& [member, attempts] = *it;
    bool over = false;
    if (attempts.timer == number && attempts.state == Attempts::State::waiting) {
      context.count(index(Metric::link_retries));
      attempts.timer = set_timer(context, params_.ack_timeout, effect);
      attempt(context, delivery->second, member, attempts);
    } else if (attempts.timer == number) {
      if (params_.transport == Transport::stream) context.withdraw(attempts.send);  // it must not go out later
      carrier_.attempt_failed(context, member, attempts.heard);
      over = !wait(context, effect, attempts);
    }
    it = over ? open.erase(it) : std::next(it);
  }
  drop_if_done(delivery);
}

void Retries::connection_lost(Context& context, NodeId member) {
  if (params_.transport == Transport::datagram) return;
  for (auto delivery = deliveries_.begin(); delivery != deliveries_.end();) {
    auto& [effect, content] = *delivery;
    const auto it = content.open.find(member);
    const auto current = delivery++;
    if (it == content.open.end() || it->second.state != Attempts::State::under_way) continue;
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

void Retries::drop_if_done(Deliveries::iterator delivery) {
  if (delivery->second.open.empty()) deliveries_.erase(delivery);
}

std::uint64_t Retries::set_timer(Context& context, Duration delay, const crdt::Dot& effect) {
  const std::uint64_t number = ++last_timer_;
  timers_.emplace(number, effect);
  context.set_timer(delay, timer_key(TimerPurpose::attempts, number));
  return number;
}

}  // namespace hearsay::causal
