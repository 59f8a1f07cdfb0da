// Applies what is committed to the state, reports it, and makes snapshots.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "protocols/common/raft/clients.hpp"
#include "protocols/common/raft/core.hpp"
#include "protocols/common/raft/witness.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::raft {

class Applier {
 public:
  Applier(const Params& params, Witness& witness) : params_(params), witness_(witness) {}

  // Up to the core's commit index; answers clients of this node.
  void run(Context& context, Core& core, Clients& clients);
  // Makes a snapshot if it is due. Requires that what was truncated is saved.
  void snapshot(Context& context, Core& core);

  // Called once a command of a node itself has changed the state, or a snapshot may have.
  void when_set(std::function<void(Context&)> handler) { set_ = std::move(handler); }

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
  std::function<void(Context&)> set_ = [](Context&) {};
  std::vector<bool> reported_;  // by write: this incarnation has
};

}  // namespace hearsay::raft
