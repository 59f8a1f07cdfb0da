#include "protocols/swim-cache/serf_members.hpp"

#include <algorithm>

namespace hearsay::membership {

void SerfMembers::start_reconnecting() {
  const Duration interval = env_.config.reconnect_interval;
  if (interval > Duration{}) env_.host.set_timer(env_.random.between({}, interval), {TimerKind::reconnect});
}

void SerfMembers::start_reaping() {
  env_.host.set_timer(env_.random.between({}, env_.config.reap_interval), {TimerKind::reap});
}

// --- intents

void SerfMembers::announce(Time now, bool leaves) {
  const Intent intent{env_.self, intents_.now(), leaves};
  intents_.clock().tick();
  intents_.hear(intent, MemberIntents::Member::present, now);
  dissemination_.broadcast(now, intent);
}

MemberIntents::Member SerfMembers::state_of(NodeId node) const {
  if (env_.table.is_alive(node)) return MemberIntents::Member::present;
  const auto it = failed_.find(node);
  if (it == failed_.end()) return MemberIntents::Member::unknown;
  return it->second.left ? MemberIntents::Member::left : MemberIntents::Member::failed;
}

void SerfMembers::hear(Time now, const Intent& intent) {
  if (intent.node == env_.self) {
    intents_.clock().witness(std::uint64_t{intent.time} + 1);
    // An old departure of its own still goes about.
    if (intent.leaves && !env_.leaving && intent.time > intents_.time(env_.self)) announce(now, false);
    return;
  }
  const MemberIntents::News news = intents_.hear(intent, state_of(intent.node), now);
  if (news == MemberIntents::News::none) return;
  dissemination_.broadcast(now, intent);
  if (news != MemberIntents::News::has_left) return;
  failed_.at(intent.node).left = true;
  if (env_.table.knows(intent.node)) env_.table.set_state(intent.node, MemberState::left);
  env_.host.happened(Happening::left_silently);
  env_.host.member(intent.node, MemberState::left);
}

// The members that have left, then the others (Serf, delegate.go MergeRemoteState).
void SerfMembers::merge(Time now, const FullState& state) {
  intents_.clock().witness(state.time);
  for (const Intent& gone : state.left)
    if (gone.time > 0) hear(now, gone);
  for (const MemberRecord& record : state.members)
    if (record.intent_time > 0 && record.state != MemberState::left)
      hear(now, {record.node, record.intent_time, false});
}

void SerfMembers::add_to(FullState& state) const {
  for (MemberRecord& record : state.members) record.intent_time = intents_.time(record.node);
  for (const auto& [node, what] : failed_)
    if (what.left && env_.config.intents) state.left.push_back({node, intents_.time(node), true});
  state.time = intents_.now();
}

// --- members that failed

std::vector<NodeId> SerfMembers::failed() const {
  std::vector<NodeId> failed;
  for (const auto& [node, what] : failed_)
    if (!what.left) failed.push_back(node);
  return failed;
}

// All members together try about one failed member an interval for each failed one (Serf reconnect()).
NodeId SerfMembers::reconnect() {
  env_.host.set_timer(env_.config.reconnect_interval, {TimerKind::reconnect});
  const std::vector<NodeId> candidates = failed();
  if (candidates.empty() || env_.leaving) return no_node;
  const double alive = env_.table.alive() > 0 ? env_.table.alive() : 1;
  if (env_.random.uniform() > static_cast<double>(candidates.size()) / alive) return no_node;
  env_.host.happened(Happening::rejoin_tried);
  return candidates[static_cast<std::size_t>(env_.random.below(candidates.size()))];
}

void SerfMembers::reap(Time now) {
  env_.host.set_timer(env_.config.reap_interval, {TimerKind::reap});
  const std::size_t forgotten = std::erase_if(failed_, [&](const auto& entry) {
    const Duration kept = entry.second.left ? env_.config.tombstone_timeout : env_.config.reconnect_timeout;
    if (now - entry.second.since <= kept) return false;
    intents_.forget(entry.first);
    return true;
  });
  intents_.reap(now - env_.config.intent_timeout);
  for (std::size_t i = 0; i < forgotten; ++i) env_.host.happened(Happening::forgotten);
}

}  // namespace hearsay::membership
