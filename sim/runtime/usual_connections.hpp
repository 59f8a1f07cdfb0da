// Which connection a node takes to a peer: a sorted list, since a protocol that dials everybody makes n^2 entries.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

class UsualConnections {
 public:
  ConnectionId of(NodeId peer) const {  // no_connection if there is none
    const auto it = place(peer);
    return it == all_.end() || it->first != peer ? no_connection : it->second;
  }
  void set(NodeId peer, ConnectionId id) {
    const auto it = all_.begin() + (place(peer) - all_.begin());
    if (it != all_.end() && it->first == peer)
      it->second = id;
    else
      all_.insert(it, {peer, id});
  }
  // Without effect if another one is the usual one.
  void erase(NodeId peer, ConnectionId id) {
    const auto it = place(peer);
    if (it != all_.end() && *it == std::pair(peer, id)) all_.erase(it);
  }
  void clear() { all_ = {}; }

 private:
  std::vector<std::pair<NodeId, ConnectionId>>::const_iterator place(NodeId peer) const {
    return std::lower_bound(all_.begin(), all_.end(), peer,
                            [](const auto& known, NodeId wanted) { return known.first < wanted; });
  }

  std::vector<std::pair<NodeId, ConnectionId>> all_;  // ascending
};

}  // namespace hearsay
