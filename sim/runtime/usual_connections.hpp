// Which connection a node takes to a peer: a sorted list, since a protocol that dials everybody makes n^2 entries.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"

namespace hearsay {

class UsualConnections {
 public:
  ConnectionId of(NodeId peer) const {  // no_connection if there is none
    const std::size_t at = place(peer);
    return at == all_.size() || all_[at].first != peer ? no_connection : all_[at].second;
  }
  void set(NodeId peer, ConnectionId id) {
    const std::size_t at = place(peer);
    if (at == all_.size() || all_[at].first != peer) {
      all_.insert(all_.begin() + static_cast<std::ptrdiff_t>(at), {peer, id});
      return;
    }
    if (all_[at].second == no_connection) --gone_;
    all_[at].second = id;
  }
  // Without effect if another one is the usual one.
  void erase(NodeId peer, ConnectionId id) {
    const std::size_t at = place(peer);
    if (at == all_.size() || all_[at] != std::pair(peer, id)) return;
    all_[at].second = no_connection;
    if (++gone_ > all_.size() / 2) close_up();
  }
  void clear() {
    all_ = {};
    gone_ = 0;
  }
  std::size_t places() const { return all_.size(); }  // at most two for each connection, and one

 private:
  std::size_t place(NodeId peer) const {
    const auto it = std::lower_bound(all_.begin(), all_.end(), peer,
                                     [](const auto& known, NodeId wanted) { return known.first < wanted; });
    return static_cast<std::size_t>(it - all_.begin());
  }
  void close_up() {
    std::erase_if(all_, [](const auto& known) { return known.second == no_connection; });
    gone_ = 0;
  }

  // Ascending. What has gone keeps its place for a while, so that who closes many connections does not move the others
  // each time.
  std::vector<std::pair<NodeId, ConnectionId>> all_;
  std::uint32_t gone_ = 0;
};

}  // namespace hearsay
