// One replica of `raft`: the host of its core, which sends, saves, applies and answers what the core decides.
#pragma once

#include <memory>
#include <optional>

#include "protocols/raft/applier.hpp"
#include "protocols/raft/clients.hpp"
#include "protocols/raft/core.hpp"
#include "protocols/raft/timers.hpp"
#include "protocols/raft/witness.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::raft {

class Replica final : public Protocol {
 public:
  struct Shared {  // by the replicas of a run
    explicit Shared(const Params&) : witness(std::make_shared<Witness>()) {}
    std::shared_ptr<Witness> witness;
  };
  Replica(std::shared_ptr<const Params> params, const Shared& shared)
      : params_(std::move(params)), witness_(shared.witness), clients_(*params_), applier_(*params_, *witness_) {}

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override;
  bool has_left() const override { return has_left_; }

 private:
  void proceed(Context& context);
  void send(Context& context, const std::vector<Outgoing>& messages);
  void flush(Context& context);
  void save(Context& context);
  void note_changes(Context& context);
  void note_office(Context& context);
  void arm_deadline(Context& context);
  void ask_membership(Context& context);

  std::shared_ptr<const Params> params_;
  std::shared_ptr<Witness> witness_;
  std::optional<Core> core_;
  Clients clients_;
  Applier applier_;

  // Of the core, when last looked at.
  Core::Counts counted_;
  Term term_ = 0;
  NodeId leader_ = no_node;
  Index committed_ = 0;

  bool leads_ = false, votes_ = false;

  // Timers that are set: for when, and which is the last; `never`: none.
  struct Alarm {
    Time due = never;
    std::uint64_t number = 0;
  };
  void set(Context& context, Alarm& alarm, TimerPurpose purpose, Duration delay);
  static bool rings(Alarm& alarm, TimerKey key);
  Alarm flush_, deadline_;
  struct Sync {  // under way
    Index index = 0;
    std::uint64_t truncations = 0;
  };
  std::deque<Sync> syncs_;
  bool ended_ = false;  // it waits for the end of its process
  bool joining_ = false, leaving_ = false, has_left_ = false;
  Time leaves_until_ = never;
  std::size_t asked_ = 0;  // peers, to be let in
};

}  // namespace hearsay::raft
