// Moves entries where they belong: after a change of the ring old owners offer them to the others, and from time to
// time two nodes compare what they share (Architecture Highlights, Automatic rebalancing; Next Phase 2C).
#pragma once

#include <map>
#include <set>
#include <string>

#include "protocols/common/range_reconciliation.hpp"
#include "protocols/swim-cache/cache.hpp"

namespace hearsay::swim {

class Rebalancer {
 public:
  Rebalancer(const Params& params, const Agent& agent, Coordinator& coordinator, Cache& cache, Store& store)
      : params_(params), agent_(agent), coordinator_(coordinator), cache_(cache), store_(store) {}

  void start(Context& context);
  void ring_changed(Context& context);
  void rebalance(Context& context);
  void compare(Context& context);
  void leave(Context& context);  // hands over what it holds, in one message an owner
  void receive(Context& context, NodeId from, const Offer& offer);
  void receive(Context& context, NodeId from, const Held& held);
  void receive(Context& context, NodeId from, const Transfer& transfer);
  void receive(Context& context, NodeId from, const Ranges& ranges);

 private:
  // What both own, by an id of key and versions.
  RangeSet shared(NodeId peer, std::vector<Siblings>& entries) const;
  void arm(Context& context, Duration delay);
  void confirm(Context& context, NodeId owner, const std::string& key);
  std::vector<NodeId> receivers(Context& context, const std::string& key) const;

  const Params& params_;
  const Agent& agent_;
  Coordinator& coordinator_;
  Cache& cache_;
  Store& store_;
  std::map<std::string, std::set<NodeId>> departing_;  // entries of others, and which owners have not confirmed
  struct Asked {
    std::vector<Version> versions;
    Time at{};
  };
  std::map<std::string, Asked> asked_;  // what somebody was asked to send
  bool armed_ = false;
};

}  // namespace hearsay::swim
