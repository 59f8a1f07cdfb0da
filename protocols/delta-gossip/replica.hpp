// One incarnation of one node of `delta-gossip`: takes requests, messages and timers to the parts that they are for.
#pragma once

#include <memory>

#include "protocols/delta-gossip/anti_entropy.hpp"
#include "protocols/delta-gossip/parts.hpp"
#include "protocols/delta-gossip/spreader.hpp"
#include "protocols/delta-gossip/synchroniser.hpp"

namespace hearsay::gossip {

class Replica final : public Protocol {
 public:
  explicit Replica(std::shared_ptr<const Params> params);

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void connected(Context& context, ConnectionId connection, NodeId peer) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override;
  bool has_left() const override { return !parts_.courier.dials(); }

 private:
  [[gnu::always_inline]] void handle(Context& context, NodeId from, const Message& believed);
  // Handles the message if it is within the limit, and authentic().
  [[gnu::noinline]] void screen(Context& context, const Received& received);
  // Whether the message may be believed; `received` may be exchanged for what a forger made of it.
  bool authentic(Context& context, const Received& received, MessagePtr& forgery);
  void heard(Context& context, Peer& peer, const Header& header);
  void crash(Context& context);

  void receive(Context& context, Peer& peer, const Gossip& gossip);
  void receive(Context& context, Peer& peer, const FullState& state);
  void receive(Context&, Peer&, const Ack&) {}
  void receive(Context& context, Peer& peer, const RumourRequest& request);
  void receive(Context& context, Peer& peer, const DigestMessage& digest);
  void receive(Context& context, Peer& peer, const RangesMessage& ranges);
  void receive(Context& context, Peer& peer, const Repair& repair);
  void receive(Context& context, Peer& peer, const Hello& hello);
  void receive(Context& context, Peer& peer, const SyncMessage& message) {
    synchroniser_.receive(context, peer, message);
  }

  struct Taken {
    std::vector<Index> values;  // that are held now, if groups are passed on whole
    Bits known;                 // by value received: it was held before
    std::size_t fresh = 0;
  };
  Taken take(Context& context, Peer& peer, std::span<const Carried> elements);
  void count_useful(Context& context, const Carried& carried);
  bool valid(Context& context, std::size_t size) const;

  void fire(Context& context, TimerKey key);
  void retry_timer(Context& context, NodeId to, MessageNumber number);
  void check_failure(Context& context, Peer& peer);
  void neighbours_changed(Context& context, const Overlay::Change& change);
  void say(Context& context, NodeId to, Hello::Kind kind);
  void heartbeat(Context& context);
  void probe(Context& context);
  void schedule_probe(Context& context);
  void schedule_expiry(Context& context) {
    if (const auto next = parts_.store.next_expiry(); next && *next < expiry_timer_) set_expiry_timer(context, *next);
  }
  void set_expiry_timer(Context& context, Time next);

  std::shared_ptr<const Params> params_;
  Parts parts_;
  Spreader spreader_;
  AntiEntropy anti_entropy_;
  Synchroniser synchroniser_;
  const bool screens_;  // messages that are not corrupt, too
  bool ended_ = false;  // it handles nothing more: the process has crashed of itself, or leaves
  bool probe_waits_ = false;
  Time expiry_timer_ = never;  // when the next one fires
};

}  // namespace hearsay::gossip
