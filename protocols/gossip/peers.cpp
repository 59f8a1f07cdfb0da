#include "protocols/gossip/peers.hpp"

#include <algorithm>

#include "protocols/gossip/metrics.hpp"
#include "protocols/gossip/timers.hpp"

namespace hearsay::gossip {

Peer& Peers::add(NodeId id, Index floor) {
  places_.emplace(id, static_cast<std::uint32_t>(peers_.size()));
  Peer& peer = peers_.emplace_back();
  peer.id = id;
  peer.known.trim(floor);
  peer.tokens = std::max(1.0, params_.rate_limit);
  if (params_.breaker_failures > 0) peer.breaker.emplace(params_.breaker_failures);
  return peer;
}

Peer* Peers::find(NodeId id) {
  const auto it = places_.find(id);
  return it == places_.end() ? nullptr : &peers_[it->second];
}

std::uint32_t Peers::batch_limit(const Peer& peer) const {
  return params_.adaptive_batch ? std::min(peer.batch, params_.batch_limit) : params_.batch_limit;
}

bool Peers::admit(Context& context, Peer& peer) {
  if (peer.breaker && !peer.breaker->admits()) return false;
  if (params_.rate_limit <= 0) return true;
  const double elapsed = std::max(0.0, seconds(context.now() - peer.refilled));
  peer.tokens = std::min(std::max(1.0, params_.rate_limit), peer.tokens + elapsed * params_.rate_limit);
  peer.refilled = context.now();
  if (peer.tokens < 1) {
    context.count(index(Metric::rate_limited));
    return false;
  }
  peer.tokens -= 1;
  return true;
}

Duration Peers::wait(const Peer& peer) const {
  return from_seconds(std::max(0.0, 1 - peer.tokens) / params_.rate_limit) + Duration(1);
}

void Peers::answered(Peer& peer, Duration delay) {
  peer.unanswered = 0;
  if (peer.breaker) peer.breaker->succeeded();
  if (!params_.adaptive_batch) return;
  if (delay <= params_.ack_delay_target)
    peer.batch = std::min(peer.batch + 16, params_.batch_limit);
  else
    peer.batch = std::max(peer.batch / 2, 1U);
}

void Peers::unanswered(Context& context, Peer& peer) {
  ++peer.unanswered;
  if (params_.adaptive_batch) peer.batch = std::max(peer.batch / 2, 1U);
  if (!peer.breaker) return;
  const std::uint64_t openings = peer.breaker->openings();
  peer.breaker->failed();
  if (peer.breaker->openings() == openings) return;
  context.count(index(Metric::breaker_openings));
  context.set_timer(params_.breaker_reset,
                    timer_key(TimerPurpose::breaker, peer.id, static_cast<std::uint32_t>(peer.breaker->openings())));
}

void Peers::trim(Index floor) {
  if (floor < trimmed_ + 64) return;
  trimmed_ = floor;
  for (Peer& peer : peers_) {
    peer.known.trim(floor);
    peer.in_flight.trim(floor);
  }
}

}  // namespace hearsay::gossip
