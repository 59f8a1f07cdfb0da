// The parts of one replica, for those that work on several of them.
#pragma once

#include <initializer_list>

#include "protocols/delta-gossip/courier.hpp"
#include "protocols/delta-gossip/overlay.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/peers.hpp"
#include "protocols/delta-gossip/rumours.hpp"
#include "protocols/delta-gossip/store.hpp"

namespace hearsay::gossip {

struct Parts {
  explicit Parts(const Params& p) : params(p), store(p), peers(p), rumours(p), overlay(p), courier(p, peers, store) {}

  Peer& peer(NodeId id) {
    if (Peer* known = peers.find(id)) return *known;
    Peer& fresh = peers.add(id, rumours.floor(store.end()));
    fresh.active = overlay.is_active(id);
    return fresh;
  }

  // The peer holds the value, and it is not sent to it again.
  void known(Peer& to, Index index) { known(to, index / 64, std::uint64_t{1} << index % 64); }
  // The same for several values: those whose bits are set, from 64 * `word` on.
  void known(Peer& to, Index word, std::uint64_t values) {
    if (values == 0 || !params.remember_peers) return;
    if (!params.eager) values &= rumours.hot_ones(word);  // of others nobody asks
    values = to.known.insert_all(word, values) & rumours.hot_ones(word);
    if (values != 0 && to.active) rumours.known(word, values, overlay.active().size());
  }
  // Drops what is known of who holds values that are not spread any more; constant work for each.
  void trim();

  // Whether a value counts as held before, for what arrives now: in synchronous rounds contacts take place at once.
  bool held_before(const Context& context, Index index) const {
    return !params.synchronous || round_of(store.arrived(index)) < round_of(context.now());
  }
  // Number of the round that an instant of this node's clock lies in.
  std::int64_t round_of(Time time) const {
    return static_cast<std::int64_t>(time.time_since_epoch() / params.interval);
  }

  // After a change of neighbours: whether these are any, and how many of all of them hold what is still spread. no_node
  // stands for nobody.
  void recount(std::initializer_list<NodeId> changed);

  // The peer has restarted: what it held may be gone with its disk.
  void forget_known(Peer& peer);

  // At the end of a handler: drops what is known of peers that do not matter any more, if there are many.
  void forget_idle_peers(Context& context);

  const Params& params;
  Store store;
  Peers peers;
  Rumours rumours;
  Overlay overlay;
  Courier courier;
  Index trimmed = 0;  // what is known of peers
};

}  // namespace hearsay::gossip
