// Brings what the scheduler takes from the agenda, and what arrives by the network, to the nodes.
#pragma once

#include "sim/runtime/fixed_array.hpp"
#include "sim/runtime/network.hpp"
#include "sim/runtime/replica_host.hpp"
#include "sim/runtime/streams.hpp"

namespace hearsay {

class Dispatch {
 public:
  // All must outlive it.
  Dispatch(FixedArray<ReplicaHost>& nodes, PacketNetwork& network) : nodes_(nodes), network_(network) {}

  // In the node's context if it is ready, else in the simulator's. Whose item it was. `kind` and `node` are the item's,
  // beside it: the caller reads them where it lay and need not wait until its copy has been written.
  [[gnu::always_inline]] ReplicaHost& take(const NodeItem& item, NodeItem::Kind kind, ReplicaHost& node) {
    if (kind == NodeItem::Kind::datagram) {
      network_.datagram_landed();
      if (network_.uncut_since(item.epoch) && node.runs()) [[likely]]
        node.take_datagram(item);
      else
        network_.datagram_arrived(item);
    } else if (kind == NodeItem::Kind::packet) {
      network_.packet_arrived(item.ref);
    } else {
      node.take(item);
    }
    return node;
  }
  ReplicaHost& node(NodeId id) { return nodes_[id]; }
  // Asks the processor to fetch what taking an item will touch: of `far` the node itself and a packet's connection, of
  // `near` what these point at, of `nearest` what that points at.
  [[gnu::always_inline]] void fetch_far(const NodeItem& far) const {
    if (far.node == no_node) return;
    nodes_[far.node].fetch();
    if (far.kind != NodeItem::Kind::packet) return;
    network_.fetch_packet(far.ref);
    network_.streams().fetch(far.key);
  }
  [[gnu::always_inline]] void fetch_near(const NodeItem& near) const {
    if (near.node == no_node) return;
    nodes_[near.node].fetch_process();
    if (near.kind == NodeItem::Kind::datagram) __builtin_prefetch(near.message(), 1);
    if (near.kind == NodeItem::Kind::packet) network_.streams().fetch_flows(near.key);
  }
  [[gnu::always_inline]] void fetch_nearest(const NodeItem& nearest) const {
    if (nearest.kind == NodeItem::Kind::packet) network_.streams().fetch_contents(nearest.key, nearest.detail);
  }

 private:
  FixedArray<ReplicaHost>& nodes_;
  PacketNetwork& network_;
};

}  // namespace hearsay
