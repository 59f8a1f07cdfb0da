#include "protocols/plumtree/tree.hpp"

#include <algorithm>
#include <utility>

#include "protocols/plumtree/metrics.hpp"

namespace hearsay::plumtree {

// --- links

void Tree::link_up(Context& context, NodeId peer) {
  make_eager(context, peer);
  if (!params_->exchange || received_.empty()) return;
  IHave all;
  for (const auto& [write, known] : received_) all.announced.push_back({write, known.round + 1});
  context.count(index(Metric::announcements), static_cast<double>(all.announced.size()));
  context.send(peer, made(std::move(all)));
}

void Tree::link_down(Context& context, NodeId peer) {
  eager_.erase(peer);
  lazy_.erase(peer);
  queue_.erase(peer);
  for (auto& [write, announced] : missing_)
    std::erase_if(announced, [peer](const auto& one) { return one.peer == peer; });
  report(context);
}

// Only of neighbours: a message may come from one that is none any more.
void Tree::make_eager(Context& context, NodeId peer) {
  lazy_.erase(peer);
  eager_.insert(peer);
  report(context);
}

void Tree::make_lazy(Context& context, NodeId peer) {
  if (eager_.erase(peer) > 0) lazy_.insert(peer);
  report(context);
}

void Tree::report(Context& context) const {
  context.level(index(Metric::eager_links), static_cast<double>(eager_.size()));
}

// --- broadcasting (algorithm 1)

bool Tree::learn(Context& context, WriteId write, std::uint32_t size, std::uint32_t round) {
  if (!received_.try_emplace(write, Payload{size, round}).second) return false;
  missing_.erase(write);
  context.applied(write);
  context.state_digest(digest_ += scatter(write));
  return true;
}

void Tree::write(Context& context, WriteId write, std::uint32_t size) {
  if (learn(context, write, size, 0)) push(context, Gossip{write, 1, size}, context.self());
}

// Eager and lazy push; `gossip` as its receivers get it.
void Tree::push(Context& context, const Gossip& gossip, NodeId from) {
  const MessagePtr message = made(gossip);
  for (const NodeId peer : eager_) {
    if (peer == from) continue;
    context.count(index(Metric::elements_sent));
    context.send(peer, message);
  }
  const bool waiting = !queue_.empty();
  for (const NodeId peer : lazy_)
    if (peer != from) queue_[peer].push_back({gossip.write, gossip.round});
  if (!waiting && !queue_.empty()) context.set_timer(params_->announce_delay, Timers::key(TimerPurpose::announce));
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it does not follow MessagePtr's counter

void Tree::on(Context& context, NodeId from, const Gossip& gossip) {
  const std::optional<Announced> announced = nearest(gossip.write);
  if (!learn(context, gossip.write, gossip.size, gossip.round)) {
    context.redundant();
    context.count(index(Metric::gossip_redundant));
    if (!params_->tree) return;
    make_lazy(context, from);
    context.count(index(Metric::prunes));
    context.send(from, made(Prune{}));
    return;
  }
  context.count(index(Metric::gossip_useful));
  context.count(index(Metric::hops_total), gossip.round);
  context.high_water(index(Metric::last_delivery_hop), gossip.round);
  make_eager(context, from);
  push(context, Gossip{gossip.write, gossip.round + 1, gossip.size}, from);
  if (params_->optimisation_threshold > 0 && announced) optimise(context, *announced, gossip, from);
}

void Tree::on_stray(Context& context, NodeId from, const Gossip& gossip) {
  const bool news = !received_.contains(gossip.write);
  on(context, from, gossip);
  if (!news || !params_->exchange) return;
  context.count(index(Metric::announcements));
  context.send(from, made(IHave{{{gossip.write, gossip.round + 1}}}));
}

void Tree::on(Context& context, NodeId from, const Prune&) { make_lazy(context, from); }

// --- announcements and repair (algorithm 2)

void Tree::announce_timer(Context& context) {
  for (auto& [peer, announced] : std::exchange(queue_, {})) {
    context.count(index(Metric::announcements), static_cast<double>(announced.size()));
    context.send(peer, made(IHave{std::move(announced)}));
  }
}

void Tree::on(Context& context, NodeId from, const IHave& ihave) {
  bool news = false;
  for (const auto& [write, round] : ihave.announced) {
    if (received_.contains(write)) continue;
    news = true;
    missing_[write].push_back({from, round});
    if (waiting_.insert(write).second)
      context.set_timer(params_->missing_timeout, Timers::key(TimerPurpose::missing, write));
  }
  if (!news) context.redundant();
}

void Tree::missing_timer(Context& context, WriteId write) {
  const auto announced = missing_.find(write);
  if (announced == missing_.end() || announced->second.empty()) {
    waiting_.erase(write);  // it came, or whoever had it is gone
    missing_.erase(write);
    return;
  }
  context.set_timer(params_->graft_timeout, Timers::key(TimerPurpose::missing, write));
  const auto [peer, round] = announced->second.front();
  announced->second.pop_front();
  make_eager(context, peer);
  context.count(index(Metric::grafts));
  context.send(peer, made(Graft{write, round}));
}

void Tree::on(Context& context, NodeId from, const Graft& graft) {
  make_eager(context, from);
  const auto known = received_.find(graft.write);
  if (known == received_.end()) return;
  context.count(index(Metric::recovered));
  context.count(index(Metric::elements_sent));
  context.send(from, made(Gossip{graft.write, graft.round, known->second.size}));
}

// --- shorter trees (algorithm 4)

std::optional<Tree::Announced> Tree::nearest(WriteId write) const {
  const auto announced = missing_.find(write);
  if (announced == missing_.end() || announced->second.empty()) return std::nullopt;
  return *std::min_element(announced->second.begin(), announced->second.end(),
                           [](const Announced& a, const Announced& b) { return a.round < b.round; });
}

void Tree::optimise(Context& context, const Announced& nearest, const Gossip& gossip, NodeId from) {
  if (nearest.peer == from || nearest.round + params_->optimisation_threshold > gossip.round) return;
  context.count(index(Metric::optimisations));
  make_eager(context, nearest.peer);
  context.send(nearest.peer, made(Graft{no_write, nearest.round}));
  make_lazy(context, from);
  context.send(from, made(Prune{}));
}

std::vector<WriteId> Tree::known() const {
  std::vector<WriteId> all;
  for (const auto& [write, known] : received_) all.push_back(write);
  return all;
}

}  // namespace hearsay::plumtree
