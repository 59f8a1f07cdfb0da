#include "protocols/gossip/parts.hpp"

#include <utility>

namespace hearsay::gossip {

void Parts::recount() {
  peers.each([this](Peer& peer) {
    const bool active = overlay.is_active(peer.id);
    if (std::exchange(peer.active, active) == active) return;
    rumours.each_known(peer.known, [&](Index index) { rumours.change_holders(index, active ? +1 : -1); });
  });
  rumours.settle(overlay.active().size());
}

void Parts::forget_known(Peer& peer) {
  if (peer.active) rumours.each_known(peer.known, [this](Index index) { rumours.change_holders(index, -1); });
  peer.known.clear();
  peer.known.trim(rumours.floor(store.end()));
  rumours.settle(overlay.active().size());
}

void Parts::forget_idle_peers(Context& context) {
  if (!peers.are_many()) return;
  peers.forget(context.now(), [this](const Peer& peer) {
    bool matters = false;
    rumours.each_known(peer.known, [&matters](Index) { matters = true; });
    return matters;
  });
}

}  // namespace hearsay::gossip
