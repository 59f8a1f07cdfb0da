// Serf's join and leave intents: what members said of themselves, with Lamport times, so that one who goes silent after
// it has announced its departure is told from one that failed, whichever message got lost or overtook which (Serf,
// serf.go: handleNodeJoinIntent, handleNodeLeaveIntent, upsertIntent).
#pragma once

#include <cstdint>
#include <map>

#include "protocols/swim-cache/clocks.hpp"
#include "protocols/swim-cache/membership_messages.hpp"

namespace hearsay::membership {

class MemberIntents {
 public:
  // What is known of the member: nothing, that it is there, that it failed, that it left.
  enum class Member : std::uint8_t { unknown, present, failed, left };
  enum class News : std::uint8_t {
    none,      // older than what is known
    tell,      // new: it is gossiped on
    has_left,  // new, and a member that seemed to have failed has left
  };

  News hear(const Intent& intent, Member member, Time now) {
    clock_.witness(std::uint64_t{intent.time} + 1);  // as Serf's clock: above all that it has heard
    if (member == Member::unknown) return remember(intent, now) ? News::tell : News::none;
    Status& status = statuses_[intent.node];
    if (intent.time <= status.time) return News::none;
    status.time = intent.time;
    status.leaving = intent.leaves && member == Member::present;
    return intent.leaves && member == Member::failed ? News::has_left : News::tell;
  }

  // The member has come; what was heard of it before counts now.
  void came(NodeId node) {
    statuses_[node].leaving = false;
    const auto recent = recent_.find(node);
    if (recent == recent_.end()) return;
    Status& status = statuses_[node];
    if (recent->second.intent.time > status.time) {
      status.time = recent->second.intent.time;
      status.leaving = recent->second.intent.leaves;
    }
    recent_.erase(recent);
  }
  // Whether its silence is a departure.
  bool leaves(NodeId node) const {
    const auto it = statuses_.find(node);
    return it != statuses_.end() && it->second.leaving;
  }
  // Of the last intent; 0 for none.
  std::uint32_t time(NodeId node) const {
    const auto it = statuses_.find(node);
    return it == statuses_.end() ? 0 : it->second.time;
  }
  void forget(NodeId node) { statuses_.erase(node); }
  // Drops what was heard of unknown members before `before`.
  void reap(Time before) {
    std::erase_if(recent_, [&](const auto& entry) { return entry.second.at < before; });
  }

  LamportClock& clock() { return clock_; }
  std::uint32_t now() const { return static_cast<std::uint32_t>(clock_.time()); }

 private:
  struct Status {
    std::uint32_t time = 0;
    bool leaving = false;
  };
  struct Recent {
    Intent intent;
    Time at{};
  };

  bool remember(const Intent& intent, Time now) {
    Recent& recent = recent_[intent.node];
    if (intent.time <= recent.intent.time) return false;
    recent = {intent, now};
    return true;
  }

  LamportClock clock_;
  std::map<NodeId, Status> statuses_;  // of those that announced something
  std::map<NodeId, Recent> recent_;    // of unknown members
};

}  // namespace hearsay::membership
