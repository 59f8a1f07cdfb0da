// What a member believes, and how messages change it (memberlist state.go).
#include "protocols/swim-cache/membership.hpp"

#include <algorithm>
#include <utility>

#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

bool Membership::is_alive(NodeId node) const {
  if (!table_.knows(node)) return false;
  const MemberState state = table_.at(node).state;
  return state == MemberState::alive || state == MemberState::suspect;
}

std::uint32_t Membership::limit() const { return retransmit_limit(config_.retransmit_mult, table_.size()); }

void Membership::start(Time now, const std::vector<NodeId>& members, std::uint32_t incarnation) {
  incarnation_ = incarnation;
  intents_.clock().tick();
  if (!members.empty()) table_.reserve(std::max(self_, *std::max_element(members.begin(), members.end())) + 1);
  for (const NodeId node : members) {
    table_.add_last(node);
    table_.change(node, 1, MemberState::alive, now);
  }
  table_.add_last(self_);
  table_.change(self_, incarnation_, MemberState::alive, now);
  table_.shuffle(random_);
  // Periodic work begins at a random phase (memberlist's triggerFunc and pushPullTrigger).
  const auto phase = [&](Duration interval) { return random_.between({}, interval); };
  const Duration probe = phase(config_.probe_interval);
  const Duration since_tick = Duration(now.time_since_epoch().count() % config_.probe_interval.count());
  host_.set_timer(config_.in_phase ? (config_.probe_interval - since_tick) % config_.probe_interval : probe,
                  {TimerKind::probe});
  gossip_phase_ = now + phase(config_.gossip_interval);
  if (config_.push_pull_interval > Duration{})
    host_.set_timer(phase(push_pull_scale(config_.push_pull_interval, table_.size())), {TimerKind::push_pull});
  if (config_.reconnect_interval > Duration{})
    host_.set_timer(phase(config_.reconnect_interval), {TimerKind::reconnect});
  host_.set_timer(phase(config_.reap_interval), {TimerKind::reap});
  // A joiner tells of itself; the members that boot together know each other.
  if (members.empty()) broadcast(now, {self_, self_, incarnation_, MemberState::alive, metadata_});
}

void Membership::join(const std::vector<NodeId>& seeds) {
  if (table_.alive() == 1) joining_ = true;
  for (const NodeId seed : seeds) {
    host_.happened(Happening::push_pull_begun);
    host_.send_state(seed, full_state(true), false);
  }
}

std::vector<NodeId> Membership::departure_targets() {
  std::vector<NodeId> others = table_.order();
  std::erase_if(others, [this](NodeId node) { return node == self_ || !is_alive(node); });
  const std::size_t count = std::min<std::size_t>(others.size(), limit());
  random_.shuffle_front(others, count);
  others.resize(count);
  return others;
}

// memberlist queues the message and waits until it has gone out; a node that must go at once sends it to as many.
void Membership::leave(Time now) {
  leaving_ = true;
  if (config_.intents) send_departure();
  const Update update{self_, self_, incarnation_, MemberState::left, 0};
  const std::vector<NodeId> others = departure_targets();
  table_.change(self_, incarnation_, MemberState::left, now);
  for (const NodeId node : others) {
    Packet packet;
    packet.updates = {update};
    packet.bytes = wire_size(update, config_) + checksum_header;
    host_.send(node, std::move(packet));
  }
}

void Membership::set_metadata(Time now) {
  ++metadata_;
  ++incarnation_;
  table_.change(self_, incarnation_, MemberState::alive, now);
  table_.set_metadata(self_, metadata_);
  broadcast(now, {self_, self_, incarnation_, MemberState::alive, metadata_});
}

void Membership::apply(Time now, const Update& update) {
  switch (update.state) {
    case MemberState::alive: return alive(now, update);
    case MemberState::suspect: return suspect(now, update);
    case MemberState::dead:
    case MemberState::left: return dead(now, update);
  }
}

void Membership::alive(Time now, const Update& update) {
  if (update.about == self_) {
    if (leaving_ || update.incarnation < incarnation_) return;
    if (update.incarnation > incarnation_ || update.metadata != metadata_) refute(now, update.incarnation);
    return;
  }
  if (!table_.knows(update.about))
    table_.add(update.about, random_);
  else if (update.incarnation <= table_.at(update.about).incarnation)
    return;
  const MemberState before = table_.at(update.about).state;
  if (update.metadata != table_.at(update.about).metadata) host_.happened(Happening::metadata_learnt);
  suspicions_.erase(update.about);
  failed_.erase(update.about);
  broadcast(now, update);
  table_.change(update.about, update.incarnation, MemberState::alive, now);
  table_.set_metadata(update.about, update.metadata);
  if (before == MemberState::dead || before == MemberState::left) intents_.came(update.about);
  if (before != MemberState::alive) host_.member(update.about, MemberState::alive);
}

void Membership::suspect(Time now, const Update& update) {
  if (!config_.suspicion) return dead(now, {update.about, update.from, update.incarnation, MemberState::dead, 0});
  if (!table_.knows(update.about) || update.incarnation < table_.at(update.about).incarnation) return;
  if (const auto it = suspicions_.find(update.about); it != suspicions_.end()) {
    if (!it->second.suspicion.confirm(update.from)) return;
    host_.happened(Happening::confirmed);
    broadcast(now, update);
    arm_suspicion(now, update.about);
    return;
  }
  if (table_.at(update.about).state != MemberState::alive) return;
  if (update.about == self_) {
    if (!leaving_) refute(now, update.incarnation);
    return;
  }
  broadcast(now, update);
  table_.change(update.about, update.incarnation, MemberState::suspect, now);
  const std::uint32_t nodes = table_.size();
  std::uint32_t wanted = config_.suspicion_mult > 2 ? config_.suspicion_mult - 2 : 0;
  if (nodes < 2 + wanted) wanted = 0;
  const Duration shortest = suspicion_timeout(config_.suspicion_mult, nodes, config_.probe_interval);
  const Duration longest = shortest * config_.suspicion_max_mult;
  suspicions_.emplace(update.about,
                      Suspected{Suspicion(update.from, wanted, shortest, longest, now), ++suspicion_number_});
  arm_suspicion(now, update.about);
  host_.happened(Happening::suspected);
  host_.member(update.about, MemberState::suspect);
}

void Membership::arm_suspicion(Time now, NodeId node) {
  const Suspected& suspected = suspicions_.at(node);
  host_.set_timer(std::max(suspected.suspicion.ends() - now, Duration{}),
                  {TimerKind::suspicion, node, suspected.number});
}

void Membership::suspicion_timer(Time now, const Timer& timer) {
  const auto it = suspicions_.find(timer.node);
  if (it == suspicions_.end() || it->second.number != timer.number || it->second.suspicion.ends() > now) return;
  dead(now, {timer.node, self_, table_.at(timer.node).incarnation, MemberState::dead, 0});
}

void Membership::dead(Time now, const Update& update) {
  if (!table_.knows(update.about) || update.incarnation < table_.at(update.about).incarnation) return;
  if (update.about == self_) {
    if (!leaving_) refute(now, update.incarnation);
    return;
  }
  suspicions_.erase(update.about);
  if (!is_alive(update.about)) return;
  broadcast(now, update);
  const bool silent = update.from != update.about;
  const MemberState state = !silent || intents_.leaves(update.about) ? MemberState::left : MemberState::dead;
  if (silent && state == MemberState::left) host_.happened(Happening::left_silently);
  table_.change(update.about, update.incarnation, state, now);
  failed_[update.about] = {now, state == MemberState::left};
  if (state == MemberState::dead && update.from == self_) host_.happened(Happening::declared_dead);
  host_.member(update.about, state);
}

void Membership::refute(Time now, std::uint32_t accused) {
  incarnation_ = std::max(incarnation_, accused) + 1;
  adjust_health(+1);
  host_.happened(Happening::refuted);
  table_.change(self_, incarnation_, MemberState::alive, now);
  broadcast(now, {self_, self_, incarnation_, MemberState::alive, metadata_});
}

void Membership::broadcast(Time now, const Update& update) {
  queue_.add(std::uint64_t{update.about} + 1, wire_size(update, config_), update);
  arm_gossip(now);
}

void Membership::adjust_health(int by) {
  const int most = static_cast<int>(config_.awareness_max) - 1;
  health_ = static_cast<std::uint32_t>(std::clamp(static_cast<int>(health_) + by, 0, most));
}

FullState Membership::full_state(bool joins) const {
  FullState state;
  state.joins = joins;
  state.members.reserve(table_.size());
  for (const NodeId node : table_.order()) {
    const MemberTable::Entry& entry = table_.at(node);
    state.members.push_back({node, entry.incarnation, entry.state, entry.metadata, intents_.time(node)});
  }
  for (const auto& [node, what] : failed_)
    if (what.left && config_.intents) state.left.push_back({node, intents_.time(node), true});
  state.time = intents_.now();
  return state;
}

void Membership::state(Time now, NodeId from, const FullState& state, bool reply) {
  if (!reply) host_.send_state(from, full_state(false), true);
  for (const MemberRecord& record : state.members) merge(now, record);
  if (!config_.intents) return;
  merge_intents(now, state);
  if (reply && std::exchange(joining_, false)) announce(now, false);
}

// A death is only believed as a suspicion, so that who is meant can refute it (memberlist mergeState).
void Membership::merge(Time now, const MemberRecord& record) {
  switch (record.state) {
    case MemberState::alive:
      return alive(now, {record.node, record.node, record.incarnation, record.state, record.metadata});
    case MemberState::left: return dead(now, {record.node, record.node, record.incarnation, record.state, 0});
    case MemberState::suspect:
    case MemberState::dead: return suspect(now, {record.node, self_, record.incarnation, MemberState::suspect, 0});
  }
}

void Membership::timer(Time now, const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::probe: return probe_timer(now);
    case TimerKind::probe_timeout: return probe_timeout(timer.number);
    case TimerKind::relay_timeout: return relay_timeout(timer.number);
    case TimerKind::gossip: return gossip_timer(now);
    case TimerKind::push_pull: return push_pull_timer();
    case TimerKind::reconnect: return reconnect_timer();
    case TimerKind::reap: return reap_timer(now);
    case TimerKind::suspicion: return suspicion_timer(now, timer);
  }
}

}  // namespace hearsay::membership
