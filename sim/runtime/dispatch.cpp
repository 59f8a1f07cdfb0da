#include "sim/runtime/dispatch.hpp"

#include "sim/runtime/network.hpp"
#include "sim/runtime/replica_host.hpp"

namespace hearsay {

void Dispatch::take(const NodeItem& item) {
  ReplicaHost& node = nodes_[item.node];
  if (item.kind == NodeItem::Kind::datagram) {
    network_.datagram_landed();
    if (network_.undisturbed_since(item.epoch) && node.runs()) [[likely]]
      node.take(item);
    else
      network_.datagram_arrived(item);
  } else if (item.kind == NodeItem::Kind::packet) {
    network_.packet_arrived(item.ref);
  } else {
    node.take(item);
  }
  if (inline_) node.run();
}

void Dispatch::fetch(const NodeItem* far, const NodeItem* near) const {
  if (far != nullptr && far->node != no_node) nodes_[far->node].fetch();
  if (near == nullptr || near->node == no_node) return;
  nodes_[near->node].fetch_process();
  if (near->kind == NodeItem::Kind::datagram) __builtin_prefetch(near->message(), 1);
}

bool Dispatch::is_ready(NodeId node) const { return nodes_[node].is_ready(); }
bool Dispatch::wake(NodeId node) { return nodes_[node].wake(); }
void Dispatch::accept(const NodeItem& item) { nodes_[item.node].accept(item); }
void Dispatch::handle(const NodeItem& item) { nodes_[item.node].take(item); }

}  // namespace hearsay
