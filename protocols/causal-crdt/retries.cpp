#include "protocols/causal-crdt/retries.hpp"

#include <algorithm>
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
  delivery.receivers.resize(members.size());
  delivery.open = members.size();
  for (std::size_t i = 0; i < members.size(); ++i) {
    Receiver& receiver = delivery.receivers[i];
    receiver.member = members[i];
    receiver.timer = timer;
    attempt(context, delivery, receiver);
  }
}

// Looks first where it stands if the members are all nodes before it.
Retries::Receiver* Retries::Delivery::find(NodeId member) {
  std::size_t place = member - receivers.front().member;
  if (place >= receivers.size() || receivers[place].member != member)
    place = static_cast<std::size_t>(std::ranges::lower_bound(receivers, member, {}, &Receiver::member) -
                                     receivers.begin());
  if (place == receivers.size()) return nullptr;
  Receiver& receiver = receivers[place];
  return receiver.member == member && receiver.state != Receiver::State::over ? &receiver : nullptr;
}

void Retries::Delivery::end(Receiver& receiver) {
  receiver.state = Receiver::State::over;
  --open;
}

void Retries::attempt(Context& context, const Delivery& delivery, Receiver& receiver) {
  receiver.state = Receiver::State::under_way;
  receiver.attempts.begin();
  receiver.heard = carrier_.times_heard(receiver.member);
  receiver.send = carrier_.send(context, receiver.member, delivery.message);
}

void Retries::acknowledged(NodeId member, const Dot& effect) {
  const auto delivery = deliveries_.find(effect);
  if (delivery == deliveries_.end()) return;  // given up, or acknowledged before
  if (Receiver* const receiver = delivery->second.find(member)) delivery->second.end(*receiver);
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
  for (Receiver& receiver : delivery->second.receivers) {
    if (receiver.timer != number || receiver.state == Receiver::State::over) continue;
    if (receiver.state == Receiver::State::waiting) {
      context.count(index(Metric::link_retries));
      receiver.timer = set_timer(context, options_.attempt_timeout, effect);
      attempt(context, delivery->second, receiver);
      continue;
    }
    if (options_.transport == Transport::stream) context.withdraw(receiver.send);  // it must not go out later
    carrier_.attempt_failed(context, receiver.member, receiver.heard);
    if (!wait(context, effect, receiver)) delivery->second.end(receiver);
  }
  drop_if_done(delivery);
}

void Retries::connection_lost(Context& context, NodeId member) {
  if (options_.transport == Transport::datagram) return;
  for (auto delivery = deliveries_.begin(); delivery != deliveries_.end();) {
    auto& [effect, content] = *delivery;
    Receiver* const receiver = content.find(member);
    const auto current = delivery++;
    if (receiver == nullptr || receiver->state != Receiver::State::under_way) continue;
    if (!wait(context, effect, *receiver)) content.end(*receiver);
    drop_if_done(current);
  }
}

void Retries::forget(NodeId member) {
  for (auto delivery = deliveries_.begin(); delivery != deliveries_.end();) {
    const auto current = delivery++;
    if (Receiver* const receiver = current->second.find(member)) current->second.end(*receiver);
    drop_if_done(current);
  }
}

void Retries::flush(Context& context) {
  for (const auto& [effect, delivery] : deliveries_)
    for (const Receiver& receiver : delivery.receivers)
      if (receiver.state == Receiver::State::waiting) carrier_.send(context, receiver.member, delivery.message);
  deliveries_.clear();
}

void Retries::drop_if_done(Deliveries::iterator delivery) {
  if (delivery->second.open == 0) deliveries_.erase(delivery);
}

std::uint64_t Retries::set_timer(Context& context, Duration delay, const Dot& effect) {
  const std::uint64_t number = ++last_timer_;
  timers_.emplace(number, effect);
  context.set_timer(delay, Timers::key(TimerPurpose::attempts, number));
  return number;
}

}  // namespace hearsay::causal
