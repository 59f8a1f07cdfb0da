// Serf's intents on top of memberlist: who announces what, and what it means for members that are silent.
#include <utility>

#include "protocols/swim-cache/membership.hpp"

namespace hearsay::membership {

void Membership::announce(Time now, bool leaves) {
  const Intent intent{self_, intents_.now(), leaves};
  intents_.clock().tick();
  intents_.hear(intent, MemberIntents::Member::present, now);
  tell(now, intent);
}

void Membership::tell(Time now, const Intent& intent) {
  intent_queue_.add(std::uint64_t{intent.node} + 1, wire_size(intent), intent);
  arm_gossip(now);
}

// Serf gossips it for a while before memberlist's own message follows; a node that must go at once sends each to as
// many.
void Membership::send_departure() {
  const Intent intent{self_, intents_.now(), true};
  for (const NodeId node : departure_targets()) {
    Packet packet;
    packet.intents = {intent};
    packet.bytes = wire_size(intent) + checksum_header;
    host_.send(node, std::move(packet));
  }
}

void Membership::intend(Time now, const Intent& intent) {
  using Member = MemberIntents::Member;
  if (intent.node == self_) {
    intents_.clock().witness(std::uint64_t{intent.time} + 1);
    // An old departure of its own still goes about.
    if (intent.leaves && !leaving_ && intent.time > intents_.time(self_)) announce(now, false);
    return;
  }
  const auto failed = failed_.find(intent.node);
  Member member = Member::unknown;
  if (is_alive(intent.node))
    member = Member::present;
  else if (failed != failed_.end())
    member = failed->second.left ? Member::left : Member::failed;
  const MemberIntents::News news = intents_.hear(intent, member, now);
  if (news == MemberIntents::News::none) return;
  tell(now, intent);
  if (news != MemberIntents::News::has_left) return;
  failed->second.left = true;
  if (table_.knows(intent.node)) table_.set_state(intent.node, MemberState::left);
  host_.happened(Happening::left_silently);
  host_.member(intent.node, MemberState::left);
}

// The members that have left, then the others (Serf, delegate.go MergeRemoteState).
void Membership::merge_intents(Time now, const FullState& state) {
  intents_.clock().witness(state.time);
  for (const Intent& gone : state.left)
    if (gone.time > 0) intend(now, gone);
  for (const MemberRecord& record : state.members)
    if (record.intent_time > 0 && record.state != MemberState::left)
      intend(now, {record.node, record.intent_time, false});
}

}  // namespace hearsay::membership
