#include "protocols/gossip/overlay.hpp"

#include <algorithm>

#include "protocols/gossip/metrics.hpp"

namespace hearsay::gossip {
namespace {

bool contains(std::span<const NodeId> nodes, NodeId node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

}  // namespace

void Overlay::start(Context& context) { given_ = context.neighbours(); }

bool Overlay::is_active(NodeId node) const { return contains(active(), node); }

bool Overlay::given(NodeId node) const { return contains(given_, node); }

void Overlay::add(NodeId node) {
  if (is_active(node)) return;
  if (!std::exchange(changed_, true)) own_list_.assign(given_.begin(), given_.end());
  own_list_.push_back(node);
}

void Overlay::remove(NodeId node) {
  if (!std::exchange(changed_, true)) own_list_.assign(given_.begin(), given_.end());
  std::erase(own_list_, node);
}

// A known peer that is neither a neighbour nor failed, and has not left; no_node if there is none.
NodeId Overlay::pick(Context& context) {
  std::vector<NodeId> candidates;
  std::vector<NodeId> taken(active().begin(), active().end());
  std::sort(taken.begin(), taken.end());
  const auto consider = [&](NodeId node) {
    if (node == context.self() || std::binary_search(taken.begin(), taken.end(), node) || failed_.contains(node) ||
        left_.contains(node))
      return;
    candidates.push_back(node);
  };
  for (const NodeId node : context.peers()) consider(node);
  for (const NodeId node : discovered_) consider(node);
  if (candidates.empty()) return no_node;
  return candidates[static_cast<std::size_t>(context.random().below(candidates.size()))];
}

NodeId Overlay::any_peer(Context& context) const {
  const auto peers = context.peers();
  const std::size_t known = peers.size() + discovered_.size();
  if (params_.overlay == OverlayKind::dynamic && known > 0) {
    const auto drawn = static_cast<std::size_t>(context.random().below(known));
    const NodeId node = drawn < peers.size()
                            ? peers[drawn]
                            : *std::next(discovered_.begin(), static_cast<std::ptrdiff_t>(drawn - peers.size()));
    if (!failed_.contains(node) && !left_.contains(node)) return node;
  }
  return active().empty() ? no_node : random(context);
}

NodeId Overlay::stand_in(Context& context) {
  if (params_.overlay == OverlayKind::fixed) return no_node;
  const NodeId node = pick(context);
  if (node == no_node) return node;
  add(node);
  context.count(index(Metric::neighbours_replaced));
  return node;
}

Overlay::Change Overlay::fail(Context& context, NodeId node) {
  Change change;
  if (!is_active(node)) return change;
  change.happened = true;
  context.count(index(Metric::failures_detected));
  context.member(node, MemberState::dead);
  remove(node);
  const bool lasting = given(node) || adopted_.contains(node);
  if (lasting) failed_[node] = no_node;
  change.link = stand_in(context);
  if (lasting) failed_[node] = change.link;
  for (auto& [other, helper] : failed_)  // it stood in for another one itself
    if (helper == node) helper = change.link;
  return change;
}

Overlay::Change Overlay::back(Context& context, NodeId node) {
  Change change;
  const auto it = failed_.find(node);
  if (it == failed_.end()) return change;
  change.happened = true;
  context.count(index(Metric::neighbours_returned));
  context.member(node, MemberState::alive);
  const NodeId helper = it->second;
  failed_.erase(it);
  add(node);
  const bool needed = std::any_of(failed_.begin(), failed_.end(), [&](const auto& f) { return f.second == helper; });
  if (helper != no_node && helper != node && !needed && !given(helper) && !adopted_.contains(helper)) {
    remove(helper);
    change.unlink = helper;
  }
  return change;
}

Overlay::Change Overlay::gone(Context& context, NodeId node) {
  Change change;
  failed_.erase(node);
  adopted_.erase(node);
  discovered_.erase(node);
  left_.insert(node);
  if (!is_active(node)) return change;
  change.happened = true;
  context.member(node, MemberState::left);
  remove(node);
  change.link = stand_in(context);
  if (change.link != no_node) adopted_.insert(change.link);
  return change;
}

bool Overlay::link(Context& context, NodeId node) {
  left_.erase(node);
  if (!contains(context.peers(), node) && discovered_.insert(node).second)
    context.count(index(Metric::peers_discovered));
  if (params_.overlay == OverlayKind::fixed || is_active(node)) return false;
  adopted_.insert(node);
  add(node);
  return true;
}

bool Overlay::unlink(NodeId node) {
  if (adopted_.erase(node) == 0 || given(node)) return false;
  remove(node);
  return true;
}

}  // namespace hearsay::gossip
