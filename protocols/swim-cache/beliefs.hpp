// What a member believes of the others and of itself, and how messages change that: alive, suspect, dead or left, each
// with an incarnation that only its owner raises (SWIM, section 4.2; memberlist state.go: aliveNode, suspectNode,
// deadNode, mergeState).
#pragma once

#include <map>
#include <span>
#include <vector>

#include "protocols/swim-cache/awareness.hpp"
#include "protocols/swim-cache/dissemination.hpp"
#include "protocols/swim-cache/serf_members.hpp"
#include "protocols/swim-cache/suspicion.hpp"

namespace hearsay::membership {

class Beliefs {
 public:
  Beliefs(Environment& environment, Dissemination& dissemination, Awareness& awareness, SerfMembers& serf)
      : env_(environment), dissemination_(dissemination), awareness_(awareness), serf_(serf) {}

  // Knows `members` as alive, and itself.
  void start(Time now, std::span<const NodeId> members, std::uint32_t incarnation);
  // Tells the others of itself.
  void announce(Time now);
  void set_metadata(Time now);
  // Says of itself that it has left.
  void leave(Time now);
  void apply(Time now, const Update& update);
  void suspect(Time now, const Update& update);
  void merge(Time now, const MemberRecord& record);
  void suspicion_timer(Time now, const Timer& timer);

  std::uint32_t incarnation() const { return incarnation_; }
  bool suspects(NodeId node) const { return suspicions_.contains(node); }

 private:
  struct Suspected {
    Suspicion suspicion;
    std::uint32_t number;
  };

  void alive(Time now, const Update& update);
  bool accepts_address(const Update& update);
  void dead(Time now, const Update& update);
  void refute(Time now, std::uint32_t accused);
  void begin_suspicion(Time now, const Update& update);
  void arm_suspicion(Time now, NodeId node);

  Environment& env_;
  Dissemination& dissemination_;
  Awareness& awareness_;
  SerfMembers& serf_;
  std::uint32_t incarnation_ = 0;
  std::uint16_t metadata_ = 0;
  std::map<NodeId, Suspected> suspicions_;
  std::uint32_t suspicion_number_ = 0;
};

}  // namespace hearsay::membership
