// Brings what the scheduler takes from the agenda, and what arrives by the network, to the nodes.
#pragma once

#include "sim/runtime/fixed_array.hpp"
#include "sim/runtime/scheduler.hpp"

namespace hearsay {

class PacketNetwork;
class ReplicaHost;

class Dispatch final : public Dispatcher, public Inboxes {
 public:
  // All must outlive it.
  Dispatch(FixedArray<ReplicaHost>& nodes, PacketNetwork& network, bool inline_dispatch)
      : nodes_(nodes), network_(network), inline_(inline_dispatch) {}

  void take(const NodeItem& item) override;
  bool is_ready(NodeId node) const override;
  bool wake(NodeId node) override;
  void fetch(const NodeItem* far, const NodeItem* near) const override;

  void accept(const NodeItem& item) override;
  void handle(const NodeItem& item) override;

 private:
  FixedArray<ReplicaHost>& nodes_;
  PacketNetwork& network_;
  bool inline_;
};

}  // namespace hearsay
