// The write-ahead log and the snapshots on a replica's disk ("Operation Flow 3", "Node Crashes"). Effects are logged
// when they are made or arrive, before anybody is told; a snapshot holds the state with the clock of what is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/causal-crdt/effect.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

class Log {
 public:
  explicit Log(const Params& params) : params_(params) {}

  struct Recovered {
    bool member = false;                  // this disk belongs to a replica whose state was complete
    std::optional<std::string> snapshot;  // the last one
    std::vector<EffectPtr> effects;       // all that is in the log, in the order of logging
  };
  // What the disk has kept. Call once, first.
  Recovered recover(Context& context);
  // From now on the state is complete: made with the cluster, or taken over from a member. To be synced.
  void mark_member(Context& context);

  void append(Context& context, const Effect& effect);
  // Makes what was appended safe, unless wal_sync is off.
  void commit(Context& context);

  bool snapshot_due() const { return params_.snapshot_every > 0 && since_snapshot_ >= params_.snapshot_every; }
  // Writes a snapshot and drops from the log what `stable` covers. Requires that the snapshot holds all of that.
  void snapshot(Context& context, std::string record, const VectorClock& stable);

 private:
  void truncate(Context& context, const VectorClock& stable);

  const Params& params_;
  std::vector<Dot> names_;  // of the records, in order
  std::uint32_t since_snapshot_ = 0;
  bool unsynced_ = false;
};

}  // namespace hearsay::causal
