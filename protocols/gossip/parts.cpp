#include "protocols/gossip/parts.hpp"

namespace hearsay::gossip {

void Parts::recount() {
  peers.each([this](Peer& peer) { peer.active = overlay.is_active(peer.id); });
  for (const Index index : rumours.all()) {
    std::uint32_t holders = 0;
    peers.each([&](const Peer& peer) { holders += peer.active && peer.known.contains(index) ? 1 : 0; });
    rumours.recount(index, holders, overlay.active().size());
  }
}

}  // namespace hearsay::gossip
