#include "protocols/delta-gossip/anti_entropy.hpp"

#include <algorithm>

#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/timers.hpp"

namespace hearsay::gossip {

void AntiEntropy::start(Context& context) {
  if (params_.anti_entropy_interval == Duration{}) return;
  context.set_timer(context.random().between({}, params_.anti_entropy_interval),
                    Timers::key(TimerPurpose::anti_entropy));
}

void AntiEntropy::timer(Context& context) {
  if (const NodeId node = parts_.overlay.any_peer(context); node != no_node) session(context, parts_.peer(node));
  context.set_timer(params_.anti_entropy_interval, Timers::key(TimerPurpose::anti_entropy));
}

void AntiEntropy::session(Context& context, Peer& peer) {
  context.count(index(Metric::anti_entropy_sessions));
  if (params_.digest == DigestKind::ranges) {
    RangesMessage message;
    message.ranges = open_reconciliation(parts_.store.ids());
    return parts_.courier.send(context, peer, std::move(message));
  }
  DigestMessage message;
  message.version = parts_.store.version();
  message.exchange = true;
  parts_.courier.send(context, peer, std::move(message));
}

void AntiEntropy::answer(Context& context, Peer& peer, const DigestMessage& digest) {
  learn(peer, *digest.version);
  if (digest.version->fingerprint() == parts_.store.fingerprint())  // as it mostly is
    return parts_.store.share(digest.version);
  Store::Missing missing = parts_.store.missing(*digest.version);
  // A pull of a synchronous round sees what was held when the round began.
  std::erase_if(missing.values, [&](Index value) {
    return peer.awaits(value) || (params_.pulls() && !digest.exchange && !parts_.held_before(context, value));
  });
  parts_.courier.send_repair(context, peer, missing);
  if (!digest.exchange || parts_.store.covers(*digest.version)) return;
  DigestMessage reply;
  reply.version = parts_.store.version();
  parts_.courier.send(context, peer, std::move(reply));
}

void AntiEntropy::hand_over(Context& context) {
  const Store::Missing unseen{parts_.store.written_after(shown_), {}};
  const Neighbours& active = parts_.overlay.active();
  for (std::size_t i = 0; i < std::min<std::size_t>(2, active.size()); ++i)
    parts_.courier.send_repair(context, parts_.peer(active[i]), unseen);
}

// What the peer holds it need not be sent.
void AntiEntropy::learn(Peer& peer, const Version& theirs) {
  if (const auto* own = theirs.find(parts_.store.own_stream())) shown_ = std::max(shown_, own->prefix);
  std::vector<Index> news;
  parts_.rumours.each_of([&peer](Index word) { return ~peer.known.word(word); },
                         [&](Index value) {
                           if (theirs.holds(parts_.store.dot(value))) news.push_back(value);
                           return true;
                         });
  for (const Index value : news) parts_.known(peer, value);
}

void AntiEntropy::answer(Context& context, Peer& peer, const RangesMessage& ranges) {
  RangeAnswer answer =
      reconcile(parts_.store.ids(), ranges.ranges, {.leaf = params_.range_leaf, .branch = params_.range_branch});
  std::vector<RangeSet::Key> keys = ranges.wanted;
  keys.insert(keys.end(), answer.missing_there.begin(), answer.missing_there.end());
  parts_.courier.send_repair(context, peer, named(keys));
  if (answer.message.empty() && answer.missing_here.empty()) return;
  RangesMessage reply;
  reply.ranges = std::move(answer.message);
  reply.wanted = std::move(answer.missing_here);
  parts_.courier.send(context, peer, std::move(reply));
}

Store::Missing AntiEntropy::named(const std::vector<RangeSet::Key>& keys) const {
  Store::Missing result;
  for (const RangeSet::Key key : keys) {
    const auto value = parts_.store.ids().find(key);
    if (!value) continue;  // it has never been held here
    if (parts_.store.live(*value))
      result.values.push_back(*value);
    else
      result.gone.push_back(parts_.store.dot(*value));
  }
  return result;
}

}  // namespace hearsay::gossip
