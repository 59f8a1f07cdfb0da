// Snapshots of the whole cluster while clients write (Next Phase 2B, distributed snapshots): members take turns to
// begin one, markers carry it on, and a cluster whose disks are all lost begins again from the last one
// (protocols/common/backup.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "protocols/common/backup.hpp"
#include "protocols/swim-cache/consensus.hpp"
#include "protocols/swim-cache/store.hpp"

namespace hearsay::swim {

// What a snapshot holds of one node: its entries, deletions included, and its part of the log.
struct Recorded {
  std::vector<Siblings> entries;
  std::optional<raft::Persistent> log;
};

class Backups {
 public:
  // `outside`: the store, which the replicas of a run share.
  Backups(const Params& params, const Agent& agent, Store& store, Consensus& consensus,
          std::shared_ptr<BackupStore<Recorded>> outside)
      : params_(params), agent_(agent), store_(store), consensus_(consensus), outside_(std::move(outside)) {}

  // Starts consensus, too: at once, or once it is known what becomes of a lost disk. Requires that the store has been
  // started.
  void start(Context& context, StartReason reason);
  // The handler gets the messages that were on their way when the snapshot was taken that this node begins again from.
  void when_restored(std::function<void(Context&, NodeId from, const Message&)> handler) {
    restored_ = std::move(handler);
  }
  void timer(Context& context, std::uint32_t number);
  void receive(Context& context, NodeId from, const ClusterMarker& marker);
  // A message other than a marker has come.
  void message(NodeId from, const Message& message);

 private:
  void arm(Context& context);
  void begin(Context& context);
  void record(Context& context, const ClusterMarker& marker, bool begins);
  void store_part(Context& context);
  void restore(Context& context);

  const Params& params_;
  const Agent& agent_;
  Store& store_;
  Consensus& consensus_;
  std::shared_ptr<BackupStore<Recorded>> outside_;
  BackupRecorder<Recorded> recorder_;
  BackupId snapshot_ = 0;  // that recorder_ is at
  std::function<void(Context&, NodeId, const Message&)> restored_;
};

}  // namespace hearsay::swim
