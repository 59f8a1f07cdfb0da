// The cure of "No Anti-Entropy": replicas send each other their clocks, and each asks for what it lacks. Periodically,
// and with a member that is there again. From the same clocks follows what every member has: causal stability.
#pragma once

#include <map>

#include "protocols/causal-crdt/broadcast.hpp"
#include "protocols/causal-crdt/link.hpp"
#include "protocols/causal-crdt/params.hpp"

namespace hearsay::causal {

class AntiEntropy {
 public:
  AntiEntropy(const Params& params, BroadcastLayer& broadcast, LinkLayer& link)
      : params_(params), broadcast_(broadcast), link_(link) {}

  void start(Context& context);
  void timer(Context& context);
  // A member is there that was not: both sides do this, and each learns of the other.
  void met_again(Context& context, NodeId member);

  // A connection broke, perhaps with what was asked for on it: that may be asked for again.
  void connection_lost() { asked_ = {}; }

  // Asks all members for their clocks: what a state that was taken over lacks will follow.
  void catch_up(Context& context);
  void learn(Context& context, const Received& received, const Clock& clock);
  // Sends what is asked for, as far as it is kept. False if there is nothing to send.
  bool serve(Context& context, const Received& received, const Pull& pull);

  // What every member, this one included, is known to have delivered.
  VectorClock stable() const;

 private:
  MessagePtr clock(bool wants_reply) const;

  const Params& params_;
  BroadcastLayer& broadcast_;
  LinkLayer& link_;
  VectorClock asked_;                    // since the last timer: what is on its way is not asked for twice
  std::map<NodeId, VectorClock> known_;  // the members' clocks, as they told
};

}  // namespace hearsay::causal
