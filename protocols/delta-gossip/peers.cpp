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

// No message is repeated after so long; `forever` if that is longer than a run can be.
Duration longest_repetition(const Params& params) {
  if (params.retry_max_delay > (forever - params.retry_delay) / params.max_attempts) return forever;
  return params.retry_delay + std::int64_t{params.max_attempts} * params.retry_max_delay;
}

}  // namespace

const IndexSet& Peer::Side::all_awaited() {
  if (!std::exchange(knows_awaited, true))
    sent.each([this](const Outstanding& message) {
      for (const Index index : message.values) awaited.insert(index);
    });
  return awaited;
}

void Peer::Side::put(MessageNumber number, Outstanding&& message) {
  if (knows_awaited)
    for (const Index index : message.values) awaited.insert(index);
  sent.put(number, std::move(message));
}

Outstanding Peer::Side::take(MessageNumber number) {
  Outstanding message = sent.take(number);
  if (knows_awaited)
    for (const Index index : message.values) awaited.erase(index);
  return message;
}

Peers::Peers(const Params& params)
    : params_(params), repeats_for_(longest_repetition(params)), have_extras_(needs_extras(params)) {}

Peer& Peers::add(NodeId id, Index floor) {
  Peer& peer = peers_.grow();
  peer.id = id;
  peer.last_sent = forgotten_number_;
  peer.known.trim(floor);
  if (have_extras_) {
    auto extras = std::make_unique<Peer::Extras>();
    extras->met = met_++;
    if (params_.rate_limit > 0) extras->rate_limit.emplace(params_.rate_limit);
    if (params_.inbound_limit > 0) extras->inbound_limit.emplace(params_.inbound_limit);
    if (params_.breaker_failures > 0) extras->breaker.emplace(params_.breaker_failures);
    peer.side = std::make_unique<Peer::Side>();
    peer.side->extras = std::move(extras);
  }
  places_.put(id, static_cast<std::uint32_t>(peers_.size() - 1));
  return peer;
}

std::vector<Peer*> Peers::with_backlog() {
  std::vector<Peer*> found;
  each([&found](Peer& peer) {
    if (peer.extras() != nullptr && !peer.extras()->backlog.empty()) found.push_back(&peer);
  });
  std::ranges::sort(found, {}, [](const Peer* peer) { return peer->extras()->met; });
  return found;
}

bool Peers::is_as_new(const Peer::Extras& extras, Time now) const {
  const Peer::Extras fresh;
  const auto full = [now](const std::optional<TokenBucket>& bucket) { return !bucket || bucket->full(now); };
  return extras.backlog.empty() && extras.batch == fresh.batch && extras.full_seen == 0 && full(extras.rate_limit) &&
         full(extras.inbound_limit) && (!extras.breaker || extras.breaker->state() == CircuitBreaker::State::closed);
}

// The last one takes its place: constant work, however many there are.
void Peers::erase(std::uint32_t place) {
  Peer& gone = peers_[place];
  forgotten_number_ = std::max(forgotten_number_, gone.last_sent);
  places_.erase(gone.id, place);
  const auto last = static_cast<std::uint32_t>(peers_.size() - 1);
  if (place != last) {
    places_.move(peers_.back().id, last, place);
    gone = std::move(peers_.back());
  }
  peers_.pop_back();
}

std::uint32_t Peers::batch_limit(const Peer& peer) const {
  return params_.adaptive_batch ? std::min(peer.extras()->batch, params_.batch_limit) : params_.batch_limit;
}

bool Peers::admit(Context& context, Peer& peer) {
  if (peer.breaker() && !peer.breaker()->admits()) return false;
  if (params_.rate_limit <= 0 || peer.extras()->rate_limit->take(context.now())) return true;
  context.count(index(Metric::rate_limited));
  return false;
}

void Peers::answered(Peer& peer, Duration delay) {
  peer.unanswered = 0;
  if (peer.breaker()) peer.breaker()->succeeded();
  if (!params_.adaptive_batch) return;
  if (delay <= params_.ack_delay_target)
    peer.extras()->batch = std::min(peer.extras()->batch + 16, params_.batch_limit);
  else
    peer.extras()->batch = std::max(peer.extras()->batch / 2, 1U);
}

void Peers::unanswered(Context& context, Peer& peer) {
  ++peer.unanswered;
  if (params_.adaptive_batch) peer.extras()->batch = std::max(peer.extras()->batch / 2, 1U);
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
  each([floor](Peer& peer) {
    peer.known.trim(floor);
    if (peer.side) peer.side->awaited.trim(floor);
  });
}

}  // namespace hearsay::gossip
