// The part of a node that survives a crash (Raft, figure 2): term and vote, the log, and the snapshot that it begins
// at.
#pragma once

#include "protocols/common/raft/core.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::raft {

class Disk {
 public:
  // What the disk has kept. A node without any begins as a member of the cluster that it was started with, or, if it
  // comes later, of none; no crash but one that loses the disk takes that back. `voters`: how many of that cluster
  // vote, 0 for all.
  static Persistent load(Context& context, StartReason reason, std::size_t voters);

  // Whether anything of an earlier incarnation is there.
  static bool is_empty(Context& context);
  // Takes the place of all that is there. It is safe after the next sync.
  static void overwrite(Context& context, const Persistent& persistent);

  // Writes what the core has not saved. It is safe after the next sync.
  static void save(Context& context, const Core& core);
  // Writes the core's snapshot and drops what it covers.
  static void compact(Context& context, const Core& core);
};

}  // namespace hearsay::raft
