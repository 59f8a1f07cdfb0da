#include "protocols/plumtree/membership.hpp"

#include <algorithm>

#include "protocols/plumtree/metrics.hpp"
#include "protocols/plumtree/overlay.hpp"

namespace hearsay::plumtree {
namespace {

constexpr Duration rejoin_delay = std::chrono::milliseconds(20);

}  // namespace

// --- beginning and end

void Membership::start(Context& context, StartReason reason) {
  const auto peers = context.peers();
  const bool boots = reason == StartReason::boot;
  booting_ = boots && params_->bootstrap == Bootstrap::join &&
             std::any_of(peers.begin(), peers.end(), [&](NodeId peer) { return peer < context.self(); });
  if (!boots) join_at(context, contact(context));
  if (boots && params_->bootstrap == Bootstrap::standing) stand(context);
  if (booting_)
    context.set_timer(context.random().between(Duration{}, params_->join_within), Timers::key(TimerPurpose::join));
  context.set_timer(context.random().between(Duration{}, params_->shuffle_interval),
                    Timers::key(TimerPurpose::shuffle));
  report(context);
}

void Membership::stand(Context& context) {
  const auto peers = context.peers();
  const bool small = peers.size() <= params_->active_view;
  const Nodes neighbours =
      small ? Nodes(peers.begin(), peers.end())
            : standing_neighbours(context.self(), peers, params_->active_view / 2, params_->overlay_seed);
  for (const NodeId peer : neighbours) {
    add_active(context, peer);
    if (context.self() < peer) context.dial(peer);
  }
  for (std::size_t i = 0; i < params_->passive_view && i < peers.size(); ++i)
    add_passive(context, peers[context.random().below(peers.size())]);
}

void Membership::leave(Context& context) {
  leaving_ = true;
  for (const Active& one : active_) context.send(one.node, made(Disconnect{true}));
}

void Membership::join_timer(Context& context) {
  rejoining_ = false;
  // A neighbour that came meanwhile is enough for a node that lost all others; at boot it may be one that has not
  // joined itself, and both would stay apart.
  if (!booting_ && !active_.empty()) return;
  join_at(context, booting_ ? *std::min_element(context.peers().begin(), context.peers().end()) : contact(context));
  booting_ = false;
}

// Of a late joiner and of a node that lost everybody: a random server; none if it is alone.
NodeId Membership::contact(Context& context) const {
  const auto peers = context.peers();
  if (peers.empty()) return no_node;
  return peers[context.random().below(peers.size())];
}

void Membership::join_at(Context& context, NodeId node) {
  if (node == no_node || leaving_) return;
  add_active(context, node);
  context.count(index(Metric::joins));
  context.send(node, made(Join{}));
}

// --- the views

std::vector<Membership::Active>::iterator Membership::find(NodeId node) {
  return std::find_if(active_.begin(), active_.end(), [node](const Active& one) { return one.node == node; });
}

bool Membership::is_active(NodeId node) const {
  return std::any_of(active_.begin(), active_.end(), [node](const Active& one) { return one.node == node; });
}

void Membership::seen(NodeId from, ConnectionId connection) {
  if (const auto one = find(from); one != active_.end()) one->link = connection;
}

bool Membership::is_link(NodeId node, ConnectionId connection) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](const Active& one) { return one.node == node && one.link == connection; });
}

void Membership::correct(Context& context, NodeId from) { context.send(from, made(Disconnect{})); }

void Membership::add_active(Context& context, NodeId node) {
  if (node == context.self() || is_active(node)) return;
  if (full()) drop_random(context);
  remove_passive(node);
  active_.push_back({node});
  changes_.push_back({node, true});
  report(context);
}

void Membership::remove_active(Context& context, NodeId node) {
  const auto one = find(node);
  if (one == active_.end()) return;
  active_.erase(one);
  changes_.push_back({node, false});
  report(context);
}

// Algorithm 1, dropRandomElementFromActiveView.
void Membership::drop_random(Context& context) {
  const NodeId node = active_[context.random().below(active_.size())].node;
  context.send(node, made(Disconnect{}));
  remove_active(context, node);
  add_passive(context, node);
}

// Algorithm 1, addNodePassiveView.
void Membership::add_passive(Context& context, NodeId node, Expendable& expendable) {
  const auto known = [this](NodeId one) { return std::find(passive_.begin(), passive_.end(), one); };
  if (node == context.self() || is_active(node) || known(node) != passive_.end()) return;
  if (passive_.size() >= params_->passive_view) {
    auto victim = passive_.end();
    for (; expendable.gone < expendable.nodes.size() && victim == passive_.end(); ++expendable.gone)
      victim = known(expendable.nodes[expendable.gone]);
    if (victim == passive_.end())
      victim = passive_.begin() + static_cast<std::ptrdiff_t>(context.random().below(passive_.size()));
    passive_.erase(victim);
  }
  passive_.push_back(node);
  const auto back = std::find(expendable.nodes.begin(), expendable.nodes.end(), node);
  expendable.gone = std::min(expendable.gone, static_cast<std::size_t>(back - expendable.nodes.begin()));
}

NodeId Membership::random_active(Context& context, NodeId except) const {
  Nodes choice = active_nodes();
  std::erase(choice, except);
  return choice.empty() ? no_node : choice[context.random().below(choice.size())];
}

Nodes Membership::active_nodes() const {
  Nodes nodes;
  for (const Active& one : active_) nodes.push_back(one.node);
  return nodes;
}

Nodes Membership::sample(Context& context, Nodes from, std::size_t count) const {
  context.random().shuffle_front(from, count);
  from.resize(std::min(from.size(), count));
  return from;
}

void Membership::report(Context& context) const {
  context.level(index(Metric::active_links), static_cast<double>(active_.size()));
  context.level(index(Metric::passive_links), static_cast<double>(passive_.size()));
  context.level(index(Metric::isolated), active_.empty() ? 1 : 0);
}

// --- joining (section 4.2)

void Membership::on(Context& context, const Received& from, const Join&) {
  if (is_active(from.from)) changes_.push_back({from.from, true});  // its restart went unnoticed: the link is new
  add_active(context, from.from);
  seen(from.from, from.connection);
  for (const Active& one : active_)
    if (one.node != from.from) context.send(one.node, made(ForwardJoin{from.from, params_->arwl}));
}

void Membership::on(Context& context, const Received& from, const ForwardJoin& join) {
  if (join.joined == context.self()) return;
  const NodeId next = join.ttl == 0 || active_.size() <= 1 ? no_node : random_active(context, from.from);
  if (join.ttl == params_->prwl) add_passive(context, join.joined);
  if (next != no_node && next != join.joined) {
    context.send(next, made(ForwardJoin{join.joined, join.ttl - 1}));
  } else if (!is_active(join.joined)) {
    add_active(context, join.joined);
    context.send(join.joined, made(Neighbour{true}));
  }
  report(context);
}

// --- replacing neighbours (section 4.3)

void Membership::on(Context& context, const Received& from, const Disconnect& disconnect) {
  const bool was_active = is_active(from.from);
  remove_active(context, from.from);
  if (disconnect.leaves)
    remove_passive(from.from);
  else if (was_active)
    add_passive(context, from.from);
  context.close(from.connection);
  if (was_active) look_for_neighbours(context);
}

void Membership::on(Context& context, const Received& from, const Neighbour& request) {
  const auto known = find(from.from);
  const bool accepted = known != active_.end() || request.high || !full();
  if (known != active_.end() && known->link != no_connection && known->link != from.connection)
    changes_.push_back({from.from, true});  // on another connection: it may have restarted
  if (accepted) add_active(context, from.from);
  seen(from.from, from.connection);
  context.send_on(from.connection, made(NeighbourReply{accepted}));
}

void Membership::on(Context& context, const Received& from, const NeighbourReply& reply) {
  const bool asked = pending_ == from.from;
  if (asked) pending_ = no_node;
  if (!reply.accepted) {
    context.count(index(Metric::rejections));
    remove_active(context, from.from);
    context.close(from.connection);
  } else if (asked && !is_active(from.from)) {
    context.count(index(Metric::promotions));
    add_active(context, from.from);
  } else if (!is_active(from.from)) {
    correct(context, from.from);  // it was given up
  }
  seen(from.from, from.connection);
  promote(context);
}

// Asks nodes of the passive view, one at a time and each once, until the active view is full.
void Membership::promote(Context& context) {
  if (pending_ != no_node || full() || leaving_) return;
  Nodes choice;
  for (const NodeId node : passive_)
    if (!tried_.contains(node)) choice.push_back(node);
  if (choice.empty()) return;  // those that rejected are asked again in the next cycle
  ask(context, choice[context.random().below(choice.size())]);
}

void Membership::ask(Context& context, NodeId node) {
  pending_ = node;
  tried_.insert(node);
  context.send(node, made(Neighbour{active_.empty()}));
  context.set_timer(params_->neighbour_timeout, Timers::key(TimerPurpose::neighbour, ++attempt_));
}

// A node with room that knows nobody else asks configured servers until one answers, in one cycle no more than its
// passive view could hold, so that parts that lost each other meet again.
void Membership::ask_server(Context& context) {
  if (pending_ != no_node || full() || active_.empty() || leaving_) return;
  if (++servers_asked_ > params_->passive_view) return;
  Nodes others(context.peers().begin(), context.peers().end());
  std::erase_if(others, [this](NodeId node) { return is_active(node); });
  if (!others.empty()) ask(context, others[context.random().below(others.size())]);
}

// It does not answer.
void Membership::give_up_pending(Context& context) {
  remove_passive(std::exchange(pending_, no_node));
  look_for_neighbours(context);
  ask_server(context);
}

// Section 4.3 ends with the passive view; a node that has nobody left asks the configured servers, one after another.
void Membership::look_for_neighbours(Context& context) {
  report(context);
  promote(context);
  if (!active_.empty() || !passive_.empty() || leaving_ || std::exchange(rejoining_, true)) return;
  context.set_timer(rejoin_delay, Timers::key(TimerPurpose::join));
}

void Membership::neighbour_timer(Context& context, std::uint64_t attempt) {
  if (attempt == attempt_ && pending_ != no_node) give_up_pending(context);
}

void Membership::disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) {
  const auto one = find(peer);
  if (one != active_.end() && (one->link == no_connection || one->link == connection)) {
    context.count(index(Metric::failed_neighbours));
    remove_active(context, peer);
    if (error == ConnectionError::closed) add_passive(context, peer);
  } else if (one != active_.end() && error != ConnectionError::closed) {
    changes_.push_back({peer, true});  // what was sent on the old connection of one that restarted is lost
  } else if (error != ConnectionError::closed && pending_ != peer) {
    remove_passive(peer);
  }
  if (pending_ == peer && error != ConnectionError::closed) return give_up_pending(context);
  if (pending_ == peer) pending_ = no_node;  // it lives, and closed what was for something else
  look_for_neighbours(context);
}

// --- the passive view (section 4.4)

void Membership::shuffle_timer(Context& context) {
  context.set_timer(params_->shuffle_interval, Timers::key(TimerPurpose::shuffle));
  if (leaving_) return;
  tried_.clear();
  servers_asked_ = 0;
  look_for_neighbours(context);
  ask_server(context);
  const NodeId target = random_active(context, no_node);
  if (target == no_node) return;
  sent_ = sample(context, active_nodes(), params_->shuffle_active);
  const Nodes standing_by = sample(context, passive_, params_->shuffle_passive);
  sent_.insert(sent_.end(), standing_by.begin(), standing_by.end());
  sent_.insert(sent_.begin(), context.self());
  context.count(index(Metric::shuffles));
  context.send(target, made(Shuffle{context.self(), params_->shuffle_ttl, sent_}));
}

void Membership::on(Context& context, const Received& from, const Shuffle& shuffle) {
  if (shuffle.origin == context.self()) return;
  const NodeId next = shuffle.ttl > 1 && active_.size() > 1 ? random_active(context, from.from) : no_node;
  if (next != no_node && next != shuffle.origin) {
    context.send(next, made(Shuffle{shuffle.origin, shuffle.ttl - 1, shuffle.nodes}));
    return;
  }
  const Nodes reply = sample(context, passive_, shuffle.nodes.size());
  context.send(shuffle.origin, made(ShuffleReply{reply}));
  integrate(context, shuffle.nodes, reply);
}

void Membership::on(Context& context, const Received& from, const ShuffleReply& reply) {
  integrate(context, reply.nodes, sent_);
  if (!is_active(from.from) && pending_ != from.from) context.close(from.connection);
}

void Membership::integrate(Context& context, const Nodes& nodes, const Nodes& sent) {
  Expendable expendable{sent};
  for (const NodeId node : nodes) add_passive(context, node, expendable);
  report(context);
  promote(context);
}

}  // namespace hearsay::plumtree
