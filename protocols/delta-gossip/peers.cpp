#include "protocols/delta-gossip/peers.hpp"

#include <algorithm>

#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/timers.hpp"

namespace hearsay::gossip {

namespace {

bool needs_extras(const Params& params) {
  return params.full() || params.eager || params.adaptive_batch || params.rate_limit > 0 || params.inbound_limit > 0 ||
         params.breaker_failures > 0;
}

}  // namespace

Peer& Peers::add(NodeId id, Index floor) {
  Peer& peer = peers_.emplace_back();
  peer.id = id;
  peer.last_sent = forgotten_number_;
  peer.known.trim(floor);
  if (needs_extras(params_)) {
    peer.extras = std::make_unique<Peer::Extras>();
    if (params_.rate_limit > 0) peer.extras->rate_limit.emplace(params_.rate_limit);
    if (params_.inbound_limit > 0) peer.extras->inbound_limit.emplace(params_.inbound_limit);
    if (params_.breaker_failures > 0) peer.extras->breaker.emplace(params_.breaker_failures);
  }
  places_.put(id, static_cast<std::uint32_t>(peers_.size() - 1));
  return peer;
}

Peer* Peers::find(NodeId id) {
  const std::uint32_t place = places_.find(id, [this](std::uint32_t at) { return peers_[at].id; });
  return place == places_.none ? nullptr : &peers_[place];
}

// After so long silence it repeats none of its messages: until then their numbers must be known, and heartbeats ask
// when it was heard from. A peer with extras has to be as a new one would be.
bool Peers::is_idle(const Peer& peer, Time now) const {
  const Duration given_up = params_.retry_delay + std::int64_t{params_.max_attempts} * params_.retry_max_delay;
  const bool may_repeat = !peer.received.empty() || params_.failure_detection == Detection::heartbeats;
  if (peer.unanswered > 0 || (may_repeat && later(peer.heard, given_up) > now)) return false;
  if (!peer.extras) return true;
  const Peer::Extras fresh;
  const auto full = [now](const std::optional<TokenBucket>& bucket) { return !bucket || bucket->full(now); };
  return peer.extras->backlog.empty() && peer.extras->batch == fresh.batch && peer.extras->full_seen == 0 &&
         full(peer.extras->rate_limit) && full(peer.extras->inbound_limit) &&
         (!peer.breaker() || peer.breaker()->state() == CircuitBreaker::State::closed);
}

std::uint32_t Peers::batch_limit(const Peer& peer) const {
  return params_.adaptive_batch ? std::min(peer.extras->batch, params_.batch_limit) : params_.batch_limit;
}

bool Peers::admit(Context& context, Peer& peer) {
  if (peer.breaker() && !peer.breaker()->admits()) return false;
  if (params_.rate_limit <= 0 || peer.extras->rate_limit->take(context.now())) return true;
  context.count(index(Metric::rate_limited));
  return false;
}

void Peers::answered(Peer& peer, Duration delay) {
  peer.unanswered = 0;
  if (peer.breaker()) peer.breaker()->succeeded();
  if (!params_.adaptive_batch) return;
  if (delay <= params_.ack_delay_target)
    peer.extras->batch = std::min(peer.extras->batch + 16, params_.batch_limit);
  else
    peer.extras->batch = std::max(peer.extras->batch / 2, 1U);
}

void Peers::unanswered(Context& context, Peer& peer) {
  ++peer.unanswered;
  if (params_.adaptive_batch) peer.extras->batch = std::max(peer.extras->batch / 2, 1U);
  CircuitBreaker* breaker = peer.breaker();
  if (breaker == nullptr) return;
  const std::uint64_t openings = breaker->openings();
  breaker->failed();
  if (breaker->openings() == openings) return;
  context.count(index(Metric::breaker_openings));
  context.set_timer(params_.breaker_reset,
                    Timers::key_about(TimerPurpose::breaker, peer.id, static_cast<std::uint32_t>(breaker->openings())));
}

void Peers::trim(Index floor) {
  each([floor](Peer& peer) { peer.known.trim(floor); });
}

}  // namespace hearsay::gossip
