// Serf's snapshot: what a process that dies leaves for the next one on its disk, so that it finds the cluster again and
// is not told what it has heard before (Serf, snapshot.go). It is written without sync, as Serf flushes a buffer.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class Snapshot {
 public:
  // Reads what an earlier incarnation has written; empty if there is nothing.
  void load(Context& context);

  // Those that were alive, without the node itself, ascending.
  const std::set<NodeId>& members() const { return members_; }
  std::uint64_t event_time() const { return event_time_; }  // Lamport; 0: none
  std::uint64_t query_time() const { return query_time_; }

  void member(NodeId about, bool alive);
  void clocks(std::uint64_t event_time, std::uint64_t query_time);
  // Writes what has changed since the last time.
  void flush(Context& context);

 private:
  std::set<NodeId> members_;
  std::uint64_t event_time_ = 0, query_time_ = 0;
  bool changed_ = false;
};

}  // namespace hearsay::swim
