// The parts of one replica, for those that work on several of them.
#pragma once

#include "protocols/gossip/courier.hpp"
#include "protocols/gossip/overlay.hpp"
#include "protocols/gossip/params.hpp"
#include "protocols/gossip/peers.hpp"
#include "protocols/gossip/rumours.hpp"
#include "protocols/gossip/store.hpp"

namespace hearsay::gossip {

struct Parts {
  explicit Parts(const Params& p) : params(p), store(p), peers(p), rumours(p), overlay(p), courier(p, peers, store) {}

  Peer& peer(NodeId id) { return peers.get(id, rumours.floor(store.end())); }

  // The peer holds the value, and it is not sent to it again.
  void known(Peer& to, Index index) {
    if (to.known.insert(index) && rumours.hot(index) && overlay.is_active(to.id))
      rumours.known(index, overlay.active().size());
  }

  // Neighbours that are known to hold the value.
  std::uint32_t holders(Index index) {
    std::uint32_t count = 0;
    for (const NodeId node : overlay.active())
      if (const Peer* peer = peers.find(node); peer != nullptr && peer->known.contains(index)) ++count;
    return count;
  }

  const Params& params;
  Store store;
  Peers peers;
  Rumours rumours;
  Overlay overlay;
  Courier courier;
};

}  // namespace hearsay::gossip
