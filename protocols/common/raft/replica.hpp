// One replica of `raft`: the host of its core, which sends, saves, applies and answers what the core decides.
#pragma once

#include <memory>
#include <optional>

#include "protocols/common/backup.hpp"
#include "protocols/common/raft/applier.hpp"
#include "protocols/common/raft/clients.hpp"
#include "protocols/common/raft/core.hpp"
#include "protocols/common/raft/timers.hpp"
#include "protocols/common/raft/witness.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::raft {

class Replica final : public Protocol {
 public:
  struct Shared {  // by the replicas of a run
    explicit Shared(const Params&)
        : witness(std::make_shared<Witness>()), backups(std::make_shared<BackupStore<Persistent>>()) {}
    explicit Shared(std::shared_ptr<Witness> shared) : witness(std::move(shared)) {}
    std::shared_ptr<Witness> witness;
    std::shared_ptr<BackupStore<Persistent>> backups;  // null: the outer protocol keeps them
  };
  Replica(std::shared_ptr<const Params> params, const Shared& shared)
      : params_(std::move(params)),
        witness_(shared.witness),
        backups_(shared.backups),
        clients_(*params_),
        applier_(*params_, *witness_) {}

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;
  void disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) override;
  void leave(Context& context) override;
  bool has_left() const override { return has_left_; }

  // --- for a protocol that has it as a part
  // A command of the node itself: nobody is answered, and it is no write of the run. It takes its effect everywhere, or
  // none if it is not committed within `request_timeout`.
  void command(Context& context, Method method, std::string key, std::string value);
  // Called after each command of this kind that has changed the state, and when the state may have been replaced.
  void when_set(std::function<void(Context&)> handler) { applier_.when_set(std::move(handler)); }
  // Of the leader: see Core::change. No effect on others.
  void change(Context& context, NodeId node, bool leaves);
  bool leads() const { return core_ && core_->role() == Role::leader; }
  const State& state() const { return applier_.state(); }
  // What a snapshot of the cluster holds of this node; and a beginning from such a part, instead of start().
  Persistent record() const { return core_->record(); }
  void start_from(Context& context, const Persistent& recorded);
  bool runs() const { return core_.has_value(); }
  const Configuration& configuration() const { return core_->configuration(); }  // after start()

 private:
  void proceed(Context& context);
  void send(Context& context, const std::vector<Outgoing>& messages);
  void flush(Context& context);
  void save(Context& context);
  void note_changes(Context& context);
  void note_office(Context& context);
  void arm_deadline(Context& context);
  void ask_membership(Context& context);
  void begin(Context& context, Persistent persistent);

  // backups.cpp
  bool waits_for_backup(Context& context, StartReason reason);
  void arm_backups(Context& context);
  void begin_backup(Context& context);
  void receive(Context& context, NodeId from, const Marker& marker);
  void record(Context& context, const Marker& marker, bool begins);
  void store_part(Context& context);
  void restore(Context& context);

  std::shared_ptr<const Params> params_;
  std::shared_ptr<Witness> witness_;
  std::shared_ptr<BackupStore<Persistent>> backups_;
  BackupRecorder<Persistent> recorder_;
  BackupId snapshot_ = 0;     // that recorder_ is at
  std::optional<Core> core_;  // none: it waits for what becomes of a lost disk
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
