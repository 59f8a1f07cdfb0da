#include "protocols/delta-gossip/overlay.hpp"

#include <algorithm>

#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {

// Places in `peers` of those that cannot stand in for anybody, ascending.
std::vector<std::uint32_t> Overlay::taken(std::span<const NodeId> peers) const {
  std::vector<std::uint32_t> places;
  const auto take = [&](NodeId node) {
    if (const auto place = place_of(peers, node)) places.push_back(*place);
  };
  for (const NodeId node : active_) take(node);
  for (const auto& [node, helper] : failed_.all()) take(node);
  for (const auto& [node, incarnation] : left_) take(node);
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

std::vector<NodeId> Overlay::free_discovered() const {
  std::vector<NodeId> found;
  for (const NodeId node : discovered_)
    if (!is_active(node) && !is_out(node)) found.push_back(node);
  return found;
}

// A known peer that is neither a neighbour nor failed, and has not left; no_node if there is none. Each is as likely as
// any other. The work grows with the neighbours of a node or, where all are neighbours, with those it has lost.
NodeId Overlay::pick(Context& context) {
  const auto peers = context.peers();
  if (!given_all_) given_all_ = std::ranges::equal(active_.given(), peers);
  if (*given_all_) return pick_among_given(context);
  const std::vector<std::uint32_t> without = taken(peers);
  const std::vector<NodeId> discovered = free_discovered();
  const std::size_t known = peers.size() - without.size();
  if (known + discovered.size() == 0) return no_node;
  const auto drawn = static_cast<std::size_t>(context.random().below(known + discovered.size()));
  return drawn < known ? peers[place_without(without, drawn)] : discovered[drawn - known];
}

NodeId Overlay::pick_among_given(Context& context) {
  std::vector<NodeId> candidates;
  for (const std::uint32_t place : spare_) candidates.push_back(active_.given()[place]);
  const std::vector<NodeId> discovered = free_discovered();
  candidates.insert(candidates.end(), discovered.begin(), discovered.end());
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
  return active_.empty() ? no_node : random(context);
}

// After a change of what is known of a node.
void Overlay::reconsider(NodeId node) {
  const auto place = place_of(active_.given(), node);
  if (!place) return;
  const auto at = std::ranges::lower_bound(spare_, *place);
  const bool was = at != spare_.end() && *at == *place;
  const bool is = !is_active(node) && !is_out(node);
  if (is && !was) spare_.insert(at, *place);
  if (!is && was) spare_.erase(at);
}

NodeId Overlay::stand_in(Context& context) {
  if (params_.overlay == OverlayKind::fixed) return no_node;
  const NodeId node = pick(context);
  if (node == no_node) return node;
  active_.add(node);
  reconsider(node);
  context.count(index(Metric::neighbours_replaced));
  return node;
}

Overlay::Change Overlay::fail(Context& context, NodeId node) {
  Change change{.node = node};
  if (!is_active(node)) return change;
  change.happened = true;
  context.count(index(Metric::failures_detected));
  context.member(node, MemberState::dead);
  active_.remove(node);
  const bool lasting = active_.is_given(node) || adopted_.contains(node);
  if (lasting) failed_.put(node, no_node);
  change.link = stand_in(context);
  if (lasting) failed_.put(node, change.link);
  failed_.replace(node, change.link);  // it stood in for another one itself
  return change;
}

Overlay::Change Overlay::back(Context& context, NodeId node) {
  Change change{.node = node};
  const auto helper = failed_.take(node);
  if (!helper) return change;
  change.happened = true;
  context.count(index(Metric::neighbours_returned));
  context.member(node, MemberState::alive);
  active_.add(node);
  if (*helper != no_node && *helper != node && !failed_.stands_in(*helper) && !active_.is_given(*helper) &&
      !adopted_.contains(*helper)) {
    active_.remove(*helper);
    change.unlink = *helper;
  }
  return change;
}

Overlay::Change Overlay::gone(Context& context, NodeId node, std::uint32_t incarnation) {
  Change change{.node = node};
  context.member(node, MemberState::left);
  failed_.take(node);
  adopted_.erase(node);
  discovered_.erase(node);
  left_[node] = incarnation;
  reconsider(node);
  if (!is_active(node)) return change;
  change.happened = true;
  active_.remove(node);
  change.link = stand_in(context);
  if (change.link != no_node) adopted_.insert(change.link);
  return change;
}

bool Overlay::met_anybody(Context& context, NodeId node, std::uint32_t incarnation) {
  if (left_.empty() && place_of(context.peers(), node)) return false;
  const auto left = left_.find(node);
  if (left != left_.end() && left->second == incarnation) return false;
  const bool returned = left != left_.end();
  if (returned) left_.erase(left);
  const bool discovered = !place_of(context.peers(), node) && discovered_.insert(node).second;
  if (discovered) context.count(index(Metric::peers_discovered));
  if (!returned && !discovered) return false;
  context.member(node, MemberState::alive);
  const bool again = returned && active_.is_given(node) && !is_active(node);
  if (again) active_.add(node);
  reconsider(node);
  return again;
}

bool Overlay::link(NodeId node) {
  if (params_.overlay == OverlayKind::fixed || is_active(node) || is_out(node)) return false;
  adopted_.insert(node);
  active_.add(node);
  reconsider(node);
  return true;
}

bool Overlay::unlink(NodeId node) {
  if (adopted_.erase(node) == 0 || active_.is_given(node)) return false;
  active_.remove(node);
  return true;
}

}  // namespace hearsay::gossip
