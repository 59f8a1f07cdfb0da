#include "protocols/delta-gossip/parts.hpp"

namespace hearsay::gossip {

void Parts::recount(std::initializer_list<NodeId> changed) {
  for (const NodeId node : changed) {
    Peer* peer = node == no_node ? nullptr : peers.find(node);
    if (peer == nullptr) continue;
    const bool active = overlay.is_active(node);
    if (peer->active == active) continue;
    peer->active = active;
    rumours.each_known(peer->known, [&](Index index) { rumours.change_holders(index, active ? +1 : -1); });
  }
  rumours.settle(overlay.active().size());
}

void Parts::trim() {
  const Index floor = rumours.floor(store.end());
  if (floor < trimmed + 64) return;
  trimmed = floor;
  peers.trim(floor);
}

void Parts::forget_known(Peer& peer) {
  if (peer.active) rumours.each_known(peer.known, [this](Index index) { rumours.change_holders(index, -1); });
  peer.known.clear();
  peer.known.trim(rumours.floor(store.end()));
  rumours.settle(overlay.active().size());
}

void Parts::forget_idle_peers(Context& context) {
  if (!peers.are_many()) return;
  peers.forget(context.now(),
               [this](const Peer& peer) { return peer.has_outstanding() || rumours.holds_any(peer.known); });
}

}  // namespace hearsay::gossip
