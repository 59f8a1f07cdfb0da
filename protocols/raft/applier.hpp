// Applies what is committed to the state, reports it, and makes snapshots.
#pragma once

#include <vector>

#include "protocols/raft/clients.hpp"
#include "protocols/raft/core.hpp"
#include "protocols/raft/witness.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::raft {

class Applier {
 public:
  Applier(const Params& params, Witness& witness) : params_(params), witness_(witness) {}

  // Up to the core's commit index; answers clients of this node.
  void run(Context& context, Core& core, Clients& clients);
  // Makes a snapshot if it is due. Requires that what was truncated is saved.
  void snapshot(Context& context, Core& core);

  const State& state() const { return state_; }
  Index applied() const { return applied_; }

 private:
  void restore(Context& context, const Snapshot& snapshot);
  void apply(Context& context, const Entry& entry, Clients& clients);
  void report(Context& context, WriteId write, bool changed);

  const Params& params_;
  Witness& witness_;
  State state_;
  Index applied_ = 0;
  std::vector<bool> reported_;  // by write: this incarnation has
};

}  // namespace hearsay::raft
