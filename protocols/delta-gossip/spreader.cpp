#include "protocols/delta-gossip/spreader.hpp"

#include <algorithm>

#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/timers.hpp"

namespace hearsay::gossip {

void Spreader::start(Context& context) {
  if (params_.spread == Spread::none) return;
  // In phase: at the multiples of the interval.
  const Duration phase = params_.synchronous ? params_.interval - context.now().time_since_epoch() % params_.interval
                                             : context.random().between({}, params_.interval);
  context.set_timer(phase, Timers::key(TimerPurpose::round));
}

// Whether values are kept as hot until interest is lost or all neighbours hold them.
bool Spreader::tracks_interest() const {
  if (params_.full() || params_.delta_groups) return false;
  if (params_.pushes() || (params_.pulls() && params_.mongers())) return true;
  return params_.eager && params_.eager_fanout == 0;
}

bool Spreader::may_go_on(Index index) const {
  return parts_.store.live(index) && (params_.max_hops == 0 || parts_.store.hops(index) < params_.max_hops);
}

void Spreader::fresh(Context& context, Index index, Peer* from) {
  full_.reset();
  news_this_round_ = true;
  const bool goes_on = may_go_on(index);
  if (goes_on && tracks_interest() && !parts_.overlay.active().empty()) parts_.rumours.add(context, index);
  if (from != nullptr) parts_.known(*from, index);
  if (!goes_on) return;
  const NodeId sender = from != nullptr ? from->id : context.self();
  if (params_.eager) news_.push_back({index, sender});
  if (params_.delta_groups && (params_.remove_redundancy || from == nullptr)) groups_.push_back({index, sender});
}

void Spreader::again(Index index, Peer& from, std::uint32_t hops) {
  parts_.known(from, index);
  parts_.store.note_hops(index, hops);
  if (params_.eager && may_go_on(index)) news_.push_back({index, from.id});
}

void Spreader::end_of_message(Context& context, NodeId from, const std::vector<Index>& received, bool any_fresh) {
  if (passes_on_whole() && any_fresh)
    for (const Index index : received) groups_.push_back({index, from});
  if (!news_.empty()) request_flush(context);
}

void Spreader::round(Context& context) {
  parts_.rumours.end_round(context);
  forget_dropped();
  parts_.trim();
  if (params_.full()) {
    push_full(context);
  } else if (params_.delta_groups) {
    push_groups(context);
  } else {
    if (contacts_.limited()) contacts_.begin_round();
    for (const NodeId node : partners(context, params_.pushes())) {
      if (contacts_.limited())
        contacts_.call(context, node);
      else
        contact(context, parts_.peer(node));
    }
  }
  schedule_round(context);
}

void Spreader::contact(Context& context, Peer& peer) {
  context.count(index(Metric::contacts));
  if (params_.pushes()) push(context, peer);
  if (params_.pulls()) pull(context, peer);
}

void Spreader::called(Context& context, Peer& peer, Hello::Kind kind) {
  if (kind == Hello::Kind::call) return contacts_.called(context, peer);
  if (kind == Hello::Kind::consent) {
    if (contacts_.admitted(peer)) contact(context, peer);
    return;
  }
  const bool choosy = is_choosy(params_.pushes());
  contacts_.rejected(context, peer, [&](NodeId node) { return !choosy || lacks_something(node); });
}

void Spreader::schedule_round(Context& context) {
  if (params_.adaptive_interval) {
    interval_ = std::exchange(news_this_round_, false) ? interval_ / 2 : interval_ + interval_ / 2;
    interval_ = std::clamp(interval_, params_.interval_min, params_.interval_max);
  }
  context.set_timer(interval_, Timers::key(TimerPurpose::round));
}

void Spreader::hand_over(Context& context) {
  if (params_.full()) return push_full(context);
  if (params_.delta_groups) return push_groups(context);
  for (const NodeId node : partners(context, true)) {
    Peer& peer = parts_.peer(node);
    if (auto values = lacking(peer, parts_.rumours.size()); !values.empty()) send(context, peer, {std::move(values)});
  }
}

// Values that are still spread and that the peer may lack, the oldest first: it does not have them, and is not being
// sent them. A node that remembers nothing of its peers does not know.
std::vector<Index> Spreader::lacking(const Peer& peer, std::size_t limit) const {
  std::vector<Index> values;
  values.reserve(std::min(limit, parts_.rumours.size()));
  const IndexSet* const awaited = peer.awaited();
  const auto unknown = [&](Index word) {
    if (!params_.remember_peers) return ~std::uint64_t{0};
    return ~(peer.known.word(word) | (awaited != nullptr ? awaited->kept(word) : 0));
  };
  if (all_go_on_ && parts_.rumours.size() <= limit) {
    parts_.rumours.each_of(unknown, [&values](Index index) {
      values.push_back(index);
      return true;
    });
    return values;
  }
  parts_.rumours.each_of(unknown, [&](Index index) {
    if (may_go_on(index)) values.push_back(index);
    return values.size() < limit;
  });
  return values;
}

// With so many neighbours a random one is seldom known to hold what is spread, as in the paper's model.
bool Spreader::has_many_neighbours() const {
  return parts_.overlay.active().size() > std::max<std::size_t>(params_.fanout, 64);
}

// By push alone only those are contacted that lack something; rumours among many neighbours go to any, as in the paper.
bool Spreader::is_choosy(bool push) const {
  return params_.remember_peers && push && !params_.pulls() && !(params_.mongers() && has_many_neighbours());
}

bool Spreader::lacks_something(NodeId node) const {
  const Peer* peer = parts_.peers.find(node);
  return peer == nullptr || !lacking(*peer, 1).empty();
}

// Random neighbours of a round: of few neighbours all are looked at, among many a few draws find those that lack
// something.
std::vector<NodeId> Spreader::partners(Context& context, bool push) {
  const Neighbours& active = parts_.overlay.active();
  const bool choosy = is_choosy(push);
  const auto eligible = [&](NodeId node) { return !choosy || lacks_something(node); };
  std::vector<NodeId> chosen;
  if (active.empty() || (push && !params_.pulls() && parts_.rumours.size() == 0)) return chosen;
  if (params_.fanout == 0 || !has_many_neighbours()) {
    std::copy_if(active.begin(), active.end(), std::back_inserter(chosen), eligible);
    if (params_.fanout == 0 || chosen.size() <= params_.fanout) return chosen;
    context.random().shuffle_front(chosen, params_.fanout);
    chosen.resize(params_.fanout);
    return chosen;
  }
  const std::uint32_t fanout = params_.fanout;
  chosen.reserve(fanout);
  for (std::uint32_t draws = 0; chosen.size() < fanout && draws < 8 * fanout; ++draws) {
    const NodeId node = parts_.overlay.random(context);
    if (std::find(chosen.begin(), chosen.end(), node) == chosen.end() && eligible(node)) chosen.push_back(node);
  }
  return chosen;
}

void Spreader::send(Context& context, Peer& peer, Courier::Batch&& batch) {
  std::vector<Index> values;
  if (!params_.acknowledgements) values = batch.values;
  parts_.courier.send_values(context, peer, std::move(batch));
  for (const Index index : values) parts_.known(peer, index);  // there is no acknowledgement
}

// An unnecessary contact is one although nothing needs to be sent: it is known how it would end.
void Spreader::count_known(Context& context, const Peer& peer) {
  if (!params_.mongers() || !has_many_neighbours()) return;
  parts_.rumours.contacted_in_vain(context, peer.known);
}

void Spreader::push(Context& context, Peer& peer) {
  std::vector<Index> values = lacking(peer, parts_.peers.batch_limit(peer));
  // What came since the round began, while the peer was called, is not yet passed on.
  if (contacts_.limited()) std::erase_if(values, [&](Index index) { return !parts_.held_before(context, index); });
  count_known(context, peer);
  const bool asks = params_.pulls() && params_.mongers();
  if (values.empty() && !asks) return;
  // A mere question takes nothing of the rate, or questions would leave nothing to answers.
  if (!values.empty() && !parts_.peers.admit(context, peer)) return;
  if (params_.rumour == Rumour::blind)
    for (const Index index : values) parts_.rumours.contacted(context, index, false, false);
  send(context, peer, {std::move(values), asks, false});
}

void Spreader::pull(Context& context, Peer& peer) {
  if (params_.mongers()) {
    if (params_.pushes()) return;  // the pushed message has asked
    return parts_.courier.send(context, peer, RumourRequest{});
  }
  DigestMessage digest;
  digest.version = parts_.store.version();
  parts_.courier.send(context, peer, std::move(digest));
}

void Spreader::answer_request(Context& context, Peer& peer) {
  std::vector<Index> values, known;
  parts_.rumours.each([&](Index index) {
    // What came in this round is not yet passed on: the round's contacts take place at once.
    if (!may_go_on(index) || !parts_.held_before(context, index)) return true;
    if (peer.known.contains(index))
      known.push_back(index);
    else if (!params_.remember_peers || !peer.awaits(index))
      values.push_back(index);
    return values.size() < parts_.peers.batch_limit(peer);
  });
  for (const Index index : known) parts_.rumours.asked_by_holder(context, index);
  if (values.empty() || !parts_.peers.admit(context, peer)) return;
  if (params_.rumour == Rumour::blind)
    for (const Index index : values) parts_.rumours.contacted(context, index, false, true);
  send(context, peer, {std::move(values), false, true});
}

void Spreader::settle(Context& context, Peer& peer, const Courier::Outcome& outcome) {
  const Bits* const known_before = params_.rumour == Rumour::feedback ? outcome.known_before : nullptr;
  const std::size_t told = known_before != nullptr ? known_before->size() : 0;
  // Ascending values of one word at a time.
  for (std::size_t i = 0; i < outcome.values.size();) {
    const Index word = outcome.values[i] / 64;
    std::uint64_t all = 0, necessary = 0, unnecessary = 0;
    for (; i < outcome.values.size() && outcome.values[i] / 64 == word; ++i) {
      const Index place = outcome.values[i] % 64;
      if (all >> place != 0) break;
      const std::uint64_t bit = std::uint64_t{1} << place;
      all |= bit;
      if (i < told) ((*known_before)[i] ? unnecessary : necessary) |= bit;
    }
    parts_.rumours.contacted(context, word, necessary, unnecessary, outcome.by_pull);
    parts_.known(peer, word, all);  // also when given up: anti-entropy repairs it
  }
}

void Spreader::forget_dropped() {
  if (params_.never_drops()) return;
  full_.reset();
  for (const Index index : parts_.rumours.all())
    if (!parts_.store.live(index)) parts_.rumours.forget(index);
}

// --- delta groups (Enes et al. 2019, algorithm 1): each round joins the buffer for each neighbour, and empties it

void Spreader::push_groups(Context& context) {
  for (const NodeId node : parts_.overlay.active()) {
    std::vector<Index> values;
    for (const Delta& delta : groups_)
      if (!(params_.avoid_back_propagation && delta.from == node) && parts_.store.live(delta.index))
        values.push_back(delta.index);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    Peer& peer = parts_.peer(node);
    const std::size_t limit = parts_.peers.batch_limit(peer);
    for (std::size_t at = 0; at < values.size(); at += limit) {
      const auto end = std::min(at + limit, values.size());
      parts_.courier.send_values(
          context, peer,
          {{values.begin() + static_cast<std::ptrdiff_t>(at), values.begin() + static_cast<std::ptrdiff_t>(end)}});
    }
  }
  groups_.clear();
}

// --- the document's present state

void Spreader::push_full(Context& context) {
  if (full_ == nullptr) {
    auto snapshot = std::make_shared<std::vector<Carried>>();
    full_bytes_ = 0;
    for (Index i = 0; i < parts_.store.end(); ++i) {
      if (!parts_.store.live(i)) continue;
      snapshot->push_back(parts_.store.carried(i));
      full_bytes_ += bytes_of(snapshot->back());
    }
    full_ = std::move(snapshot);
  }
  if (full_->empty()) return;
  for (const NodeId node : parts_.overlay.active()) {
    FullState message;
    message.elements = full_;
    message.bytes = full_bytes_;
    context.count(index(Metric::elements_sent), static_cast<double>(full_->size()));
    parts_.courier.send(context, parts_.peer(node), std::move(message));
  }
}

// --- eager forwarding

void Spreader::request_flush(Context& context) {
  if (flush_waits_) return;
  const Duration pause = std::max(params_.batch_window, next_flush_ - context.now());
  if (pause <= Duration{}) return flush(context);
  flush_waits_ = true;
  context.set_timer(pause, Timers::key(TimerPurpose::flush));
}

std::vector<NodeId> Spreader::eager_targets(Context& context) {
  const Neighbours& active = parts_.overlay.active();
  if (params_.eager_fanout == 0 || active.size() <= params_.eager_fanout) return {active.begin(), active.end()};
  return sample(active, params_.eager_fanout, context.random());
}

void Spreader::flush(Context& context) {
  flush_waits_ = false;
  forget_dropped();
  std::uint32_t sent = 0;
  for (const NodeId node : eager_targets(context)) {
    Peer& peer = parts_.peer(node);
    for (const Delta& delta : news_) {
      const bool back = delta.from == node && !params_.echo;
      const bool needless = params_.dedup && !params_.echo && peer.known.contains(delta.index);
      const bool awaited = params_.remember_peers && params_.dedup && peer.awaits(delta.index);
      if (!back && !needless && !awaited) peer.extras()->backlog.push_back(delta.index);
    }
    if (!peer.extras()->backlog.empty() && forward(context, peer)) ++sent;
  }
  news_.clear();
  next_flush_ = context.now() + sent * params_.pacing;
}

void Spreader::send_backlogs(Context& context) {
  backlog_waits_ = false;
  forget_dropped();
  for (Peer* const peer : parts_.peers.with_backlog()) forward(context, *peer);
}

// Sends the backlog of a peer. False if the peer may not be sent to now: for the rate limit the backlog waits, unless
// the peer was drawn by chance; for an open breaker it is dropped.
bool Spreader::forward(Context& context, Peer& peer) {
  const std::size_t limit = parts_.peers.batch_limit(peer);
  std::vector<Index>& backlog = peer.extras()->backlog;
  while (!backlog.empty()) {
    if (!parts_.peers.admit(context, peer)) {
      if ((peer.breaker() && !peer.breaker()->admits()) || params_.eager_fanout > 0) backlog.clear();
      if (!backlog.empty() && !std::exchange(backlog_waits_, true))
        context.set_timer(parts_.peers.wait(peer), Timers::key(TimerPurpose::backlog));
      return false;
    }
    const auto end = backlog.begin() + static_cast<std::ptrdiff_t>(std::min(limit, backlog.size()));
    std::vector<Index> values(backlog.begin(), end);
    backlog.erase(backlog.begin(), end);
    std::erase_if(values, [this](Index index) { return !parts_.store.live(index); });
    if (!values.empty()) send(context, peer, {std::move(values)});
  }
  return true;
}

}  // namespace hearsay::gossip
