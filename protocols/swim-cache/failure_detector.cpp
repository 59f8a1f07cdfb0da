#include "protocols/swim-cache/failure_detector.hpp"

#include <utility>

namespace hearsay::membership {

void FailureDetector::start(Time now) {
  const Duration interval = env_.config.probe_interval;
  const Duration phase = env_.random.between({}, interval);
  const Duration since_tick = Duration(now.time_since_epoch().count() % interval.count());
  env_.host.set_timer(env_.config.in_phase ? (interval - since_tick) % interval : phase, {TimerKind::probe});
}

// --- its own probes

// A probe that is not over keeps the next one waiting, as the ticks of memberlist's probe loop are dropped meanwhile.
void FailureDetector::period(Time now) {
  env_.host.set_timer(env_.config.probe_interval, {TimerKind::probe});
  if (probe_.target != no_node) {
    if (probe_.ends > now) return;
    finish(now);
  }
  begin(now);
}

NodeId FailureDetector::next_target(Time now) {
  MemberTable& table = env_.table;
  const auto wanted = [&](NodeId node) { return node != env_.self && table.is_alive(node); };
  if (env_.config.targets == Targets::random) {
    const auto chosen = table.random(1, env_.self, env_.random, wanted);
    return chosen.empty() ? no_node : chosen.front();
  }
  for (std::size_t checked = 0; checked <= table.size(); ++checked) {
    if (next_in_order_ >= table.size()) {
      table.forget_dead(now - env_.config.gossip_to_the_dead);
      table.shuffle(env_.random);
      next_in_order_ = 0;
    }
    const NodeId node = table.order()[next_in_order_++];
    if (wanted(node)) return node;
  }
  return no_node;
}

void FailureDetector::begin(Time now) {
  const NodeId target = next_target(now);
  if (target == no_node) return;
  probe_ = {};
  probe_.target = target;
  probe_.number = ++sequence_;
  const MemberTable& table = env_.table;
  probe_.incarnation = table.at(target).incarnation;
  probe_.begins = now;
  probe_.ends = now + env_.config.probe_interval * (awareness_.score() + 1);
  Packet ping;
  ping.kind = PacketKind::ping;
  ping.sequence = probe_.number;
  env_.host.happened(Happening::probe_sent);
  // A suspect hears of it at once, so that it can refute (Lifeguard, section IV-C).
  if (table.at(target).state == MemberState::suspect) {
    ping.updates.push_back({target, env_.self, probe_.incarnation, MemberState::suspect, 0});
    dissemination_.send_alone(table.address(target), std::move(ping));
  } else {
    dissemination_.send(table.address(target), std::move(ping));
  }
  env_.host.set_timer(env_.config.probe_timeout, {TimerKind::probe_timeout, 0, probe_.number});
}

void FailureDetector::probe_timeout(std::uint32_t number) {
  if (probe_.target == no_node || probe_.number != number) return;
  probe_.timed_out = true;
  const auto alive = [this](NodeId node) {
    return node != probe_.target && env_.table.at(node).state == MemberState::alive;
  };
  for (const NodeId helper : env_.table.random(env_.config.indirect_checks, env_.self, env_.random, alive)) {
    Packet request;
    request.kind = PacketKind::ping_req;
    request.sequence = number;
    request.target = env_.table.address(probe_.target);
    request.wants_nack = env_.config.nacks;
    probe_.nacks_wanted += env_.config.nacks ? 1 : 0;
    dissemination_.send(env_.table.address(helper), std::move(request));
  }
  if (env_.config.stream_fallback)
    env_.host.send_stream_ping(env_.table.address(probe_.target), number,
                               probe_.ends - probe_.begins - env_.config.probe_timeout);
}

bool FailureDetector::acknowledged(std::uint32_t sequence) {
  if (probe_.target == no_node || probe_.number != sequence) return false;
  if (probe_.timed_out) env_.host.happened(Happening::saved_by_others);
  awareness_.adjust(-1);
  return true;
}

// Only an ack that comes before others are asked shows how far away the member is (memberlist probeNode).
void FailureDetector::measure(Time now, const Probe& probe, const Packet& ack) {
  if (probe.timed_out || ack.coordinate == nullptr || !env_.config.coordinates) return;
  const double measured = seconds(now - probe.begins);
  env_.host.round_trip(probe.target, measured, distance(vivaldi_.own(), *ack.coordinate));
  vivaldi_.learn(probe.target, *ack.coordinate, measured, env_.random);
}

void FailureDetector::finish(Time now) {
  const Probe probe = std::exchange(probe_, {});
  if (probe.by_stream) {
    env_.host.happened(Happening::saved_by_stream);
    return awareness_.adjust(-1);
  }
  env_.host.happened(Happening::probe_failed);
  if (probe.nacks_wanted > 0)
    awareness_.adjust(static_cast<int>(probe.nacks_wanted) - static_cast<int>(probe.nacks));
  else
    awareness_.adjust(+1);
  // A refutation that came meanwhile makes this suspicion stale.
  beliefs_.suspect(now, {probe.target, env_.self, probe.incarnation, MemberState::suspect, 0});
}

// Looked at when the period is over: an ack by datagram says more.
void FailureDetector::stream_ping(NodeId from, std::uint32_t sequence, bool reply) {
  if (!reply) return env_.host.answer_stream_ping(from, sequence);
  if (probe_.target != no_node && probe_.number == sequence) probe_.by_stream = true;
}

void FailureDetector::nack(const Packet& packet) {
  if (probe_.target != no_node && probe_.number == packet.sequence) ++probe_.nacks;
}

// --- for others

void FailureDetector::ping(NodeId from, const Packet& packet) {
  Packet ack;
  ack.kind = PacketKind::ack;
  ack.sequence = packet.sequence;
  if (env_.config.coordinates) ack.coordinate = std::make_shared<const Coordinate>(vivaldi_.own());
  dissemination_.send(from, std::move(ack));
}

void FailureDetector::ping_req(NodeId from, const Packet& packet) {
  Packet ping;
  ping.kind = PacketKind::ping;
  ping.sequence = ++sequence_;
  relays_[ping.sequence] = {from, packet.sequence, packet.wants_nack, false};
  const std::uint32_t number = ping.sequence;
  dissemination_.send(packet.target, std::move(ping));
  env_.host.set_timer(env_.config.probe_timeout, {TimerKind::relay_timeout, 0, number});
}

void FailureDetector::relay_timeout(std::uint32_t number) {
  const auto it = relays_.find(number);
  if (it == relays_.end()) return;
  const Relay relay = it->second;
  relays_.erase(it);
  if (relay.acked || !relay.wants_nack) return;
  Packet nack;
  nack.kind = PacketKind::nack;
  nack.sequence = relay.sequence;
  dissemination_.send(relay.origin, std::move(nack));
}

// What a relay passes on carries no coordinate of the one that was pinged.
void FailureDetector::ack(Time now, const Packet& packet) {
  const auto it = relays_.find(packet.sequence);
  if (it == relays_.end() || it->second.acked) {
    if (!acknowledged(packet.sequence)) return;
    measure(now, std::exchange(probe_, {}), packet);
    return;
  }
  it->second.acked = true;
  Packet ack;
  ack.kind = PacketKind::ack;
  ack.sequence = it->second.sequence;
  dissemination_.send(it->second.origin, std::move(ack));
}

}  // namespace hearsay::membership
