#include "protocols/swim-cache/serf_members.hpp"

#include <algorithm>
#include <set>

namespace hearsay::membership {

void SerfMembers::start_reconnecting(bool fresh) {
  const Duration interval = env_.config.reconnect_interval;
  if (interval <= Duration{}) return;
  env_.host.set_timer(fresh ? interval : env_.random.between({}, interval), {TimerKind::reconnect});
}

void SerfMembers::start_reaping(bool fresh) {
  const Duration interval = env_.config.reap_interval;
  env_.host.set_timer(fresh ? interval : env_.random.between({}, interval), {TimerKind::reap});
}

void SerfMembers::alive(NodeId node) {
  failed_.erase(node);
  env_.remembered = static_cast<std::uint32_t>(failed_.size());
}

void SerfMembers::gone(NodeId node, bool left, Time now) {
  failed_[node] = {now, left};
  env_.remembered = static_cast<std::uint32_t>(failed_.size());
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

void SerfMembers::hear(Time now, const Intent& intent, bool gossips) {
  if (intent.node == env_.self) {
    intents_.clock().witness(std::uint64_t{intent.time} + 1);
    // An old departure of its own still goes about, or somebody else's wish that it be gone.
    if (intent.leaves && !env_.announced_departure && intent.time > intents_.time(env_.self)) announce(now, false);
    return;
  }
  const MemberIntents::News news = intents_.hear(intent, state_of(intent.node), now);
  if (news == MemberIntents::News::none) return;
  if (gossips) dissemination_.broadcast(now, intent);
  if (news == MemberIntents::News::has_left) has_left(intent.node);
  if (intent.prunes) prune(intent.node);
}

void SerfMembers::has_left(NodeId node) {
  failed_.at(node).left = true;
  env_.host.happened(Happening::left_silently);
  env_.host.member(node, MemberState::left);
}

// Of one that is gone (Serf, handlePrune).
void SerfMembers::prune(NodeId node) {
  if (failed_.erase(node) == 0) return;
  env_.remembered = static_cast<std::uint32_t>(failed_.size());
  intents_.forget(node);
  env_.host.happened(Happening::forgotten);
}

bool SerfMembers::force_leave(Time now, NodeId about, bool prunes) {
  if (state_of(about) != MemberIntents::Member::failed) return false;
  const Intent intent{about, intents_.now(), true, prunes};
  intents_.clock().tick();
  hear(now, intent, true);
  return true;
}

// The members that have left, then the others; what is new of them is not gossiped (Serf, delegate.go
// MergeRemoteState).
void SerfMembers::merge(Time now, const FullState& state) {
  intents_.clock().witness(state.time);
  std::set<NodeId> left;
  for (const Intent& gone : state.left) {
    left.insert(gone.node);
    if (gone.time > 0) hear(now, gone, false);
  }
  for (const MemberRecord& record : state.members)
    if (record.intent_time > 0 && !left.contains(record.node))
      hear(now, {record.node, record.intent_time, false}, false);
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
  if (candidates.empty()) return no_node;
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
  env_.remembered = static_cast<std::uint32_t>(failed_.size());
  intents_.reap(now - env_.config.intent_timeout);
  for (std::size_t i = 0; i < forgotten; ++i) env_.host.happened(Happening::forgotten);
}

}  // namespace hearsay::membership
