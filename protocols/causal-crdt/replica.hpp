// One incarnation of one replica: puts the three layers together, with the disk and the cures.
#pragma once

#include <memory>
#include <vector>

#include "protocols/causal-crdt/anti_entropy.hpp"
#include "protocols/causal-crdt/bootstrap.hpp"
#include "protocols/causal-crdt/broadcast.hpp"
#include "protocols/causal-crdt/link.hpp"
#include "protocols/causal-crdt/log.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/causal-crdt/server.hpp"

namespace hearsay::causal {

class Replica final : public Protocol {
 public:
  explicit Replica(std::shared_ptr<const Params> params);

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void connected(Context& context, ConnectionId connection, NodeId peer) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override { link_.leave(context); }

 private:
  struct Dispatch;

  // --- what is on the disk
  void recover(Context& context, const Log::Recovered& recovered);
  void replay(Context& context, const std::vector<EffectPtr>& effects, Source source);
  std::string record() const;
  void take_snapshot_if_due(Context& context);

  // --- effects of others
  void receive(Context& context, const Received& received, const EffectPtr& effect);
  void receive(Context& context, const std::vector<EffectPtr>& effects);
  bool take_in(Context& context, const EffectPtr& effect, Source source);

  // --- state of others
  void send_snapshot(Context& context, const Received& request);
  void take_over(Context& context, const Snapshot& snapshot);
  void met(Context& context, NodeId member);

  std::shared_ptr<const Params> params_;
  Log log_;
  BroadcastLayer broadcast_;
  LinkLayer link_;
  Server server_;
  AntiEntropy anti_entropy_;
  Bootstrap bootstrap_;
  // Members learn of this one from itself: it joined, or it restarted and may have joined in a former life, which a
  // member that restarted too does not know.
  bool late_ = false;
};

}  // namespace hearsay::causal
