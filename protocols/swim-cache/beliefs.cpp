#include "protocols/swim-cache/beliefs.hpp"

#include <algorithm>

#include "protocols/swim-cache/membership_formulas.hpp"

namespace hearsay::membership {

void Beliefs::start(Time now, std::span<const NodeId> members, std::uint32_t incarnation) {
  incarnation_ = incarnation;
  MemberTable& table = env_.table;
  table.boot({members, env_.self});
  table.set_address(env_.self, env_.address);
  table.change(env_.self, incarnation_, MemberState::alive, now);
  table.shuffle(env_.random);
}

void Beliefs::announce(Time now) {
  const NodeId address = env_.address == env_.self ? no_node : env_.address;
  dissemination_.broadcast(now, {env_.self, env_.self, incarnation_, MemberState::alive, metadata_, address});
}

void Beliefs::set_metadata(Time now) {
  ++metadata_;
  ++incarnation_;
  env_.table.change(env_.self, incarnation_, MemberState::alive, now);
  env_.table.set_metadata(env_.self, metadata_);
  announce(now);
}

void Beliefs::leave(Time now) {
  env_.leaving = true;
  env_.table.change(env_.self, incarnation_, MemberState::left, now);
  dissemination_.broadcast(now, {env_.self, env_.self, incarnation_, MemberState::left, 0});
}

void Beliefs::apply(Time now, const Update& update) {
  switch (update.state) {
    case MemberState::alive: return alive(now, update);
    case MemberState::suspect: return suspect(now, update);
    case MemberState::dead:
    case MemberState::left: return dead(now, update);
  }
}

// A name belongs to the node that had it first, until that one has left; a dead one keeps it (memberlist aliveNode,
// with its default DeadNodeReclaimTime). Who has it learns that another one claims it.
bool Beliefs::accepts_address(const Update& update) {
  const MemberTable& table = env_.table;
  if (!table.knows(update.about)) return true;
  if (table.address(update.about) == address_of_name(update.about, update.address)) return true;
  if (update.about == env_.self) env_.host.happened(Happening::name_taken);
  return table.at(update.about).state == MemberState::left;
}

void Beliefs::alive(Time now, const Update& update) {
  MemberTable& table = env_.table;
  if (update.about == env_.self && env_.leaving) return;
  const NodeId address = address_of_name(update.about, update.address);
  if (!accepts_address(update)) return;
  const bool moves = table.knows(update.about) && table.address(update.about) != address;
  if (update.about == env_.self) {
    if (update.incarnation < incarnation_) return;
    if (update.incarnation > incarnation_ || update.metadata != metadata_) refute(now, update.incarnation);
    return;
  }
  if (!table.knows(update.about))
    table.add(update.about, env_.random);
  else if (update.incarnation <= table.at(update.about).incarnation && !moves)
    return;
  const MemberState before = table.at(update.about).state;
  if (update.metadata != table.at(update.about).metadata) env_.host.happened(Happening::metadata_learnt);
  suspicions_.erase(update.about);
  serf_.alive(update.about);
  dissemination_.broadcast(now, update);
  table.change(update.about, update.incarnation, MemberState::alive, now);
  table.set_metadata(update.about, update.metadata);
  table.set_address(update.about, address);
  if (before == MemberState::dead || before == MemberState::left) serf_.came(update.about);
  if (before != MemberState::alive) env_.host.member(update.about, MemberState::alive);
}

void Beliefs::suspect(Time now, const Update& update) {
  MemberTable& table = env_.table;
  if (!env_.config.suspicion) return dead(now, {update.about, update.from, update.incarnation, MemberState::dead, 0});
  if (!table.knows(update.about) || update.incarnation < table.at(update.about).incarnation) return;
  if (const auto it = suspicions_.find(update.about); it != suspicions_.end()) {
    if (!it->second.suspicion.confirm(update.from)) return;
    env_.host.happened(Happening::confirmed);
    dissemination_.broadcast(now, update);
    arm_suspicion(now, update.about);
    return;
  }
  if (table.at(update.about).state != MemberState::alive) return;
  if (update.about == env_.self) {
    if (!env_.leaving) refute(now, update.incarnation);
    return;
  }
  dissemination_.broadcast(now, update);
  table.change(update.about, update.incarnation, MemberState::suspect, now);
  begin_suspicion(now, update);
  env_.host.happened(Happening::suspected);
  env_.host.member(update.about, MemberState::suspect);
}

// Two confirmations fewer than periods: the others probe the member at times of their own, and the nominal timeout is
// to be reached although their suspicions come up to two periods late (memberlist suspectNode).
void Beliefs::begin_suspicion(Time now, const Update& update) {
  const Config& config = env_.config;
  const std::uint32_t nodes = env_.table.size();
  std::uint32_t wanted = config.suspicion_mult > 2 ? config.suspicion_mult - 2 : 0;
  if (nodes < 2 + wanted) wanted = 0;
  const Duration shortest = suspicion_timeout(config.suspicion_mult, nodes, config.probe_interval);
  const Duration longest = shortest * config.suspicion_max_mult;
  suspicions_.emplace(update.about,
                      Suspected{Suspicion(update.from, wanted, shortest, longest, now), ++suspicion_number_});
  arm_suspicion(now, update.about);
}

void Beliefs::arm_suspicion(Time now, NodeId node) {
  const Suspected& suspected = suspicions_.at(node);
  env_.host.set_timer(std::max(suspected.suspicion.ends() - now, Duration{}),
                      {TimerKind::suspicion, node, suspected.number});
}

void Beliefs::suspicion_timer(Time now, const Timer& timer) {
  const auto it = suspicions_.find(timer.node);
  if (it == suspicions_.end() || it->second.number != timer.number || it->second.suspicion.ends() > now) return;
  dead(now, {timer.node, env_.self, env_.table.at(timer.node).incarnation, MemberState::dead, 0});
}

void Beliefs::dead(Time now, const Update& update) {
  MemberTable& table = env_.table;
  if (!table.knows(update.about) || update.incarnation < table.at(update.about).incarnation) return;
  if (update.about == env_.self) {
    if (!env_.leaving) refute(now, update.incarnation);
    return;
  }
  suspicions_.erase(update.about);
  if (!table.is_alive(update.about)) return;
  dissemination_.broadcast(now, update);
  const MemberState state = update.from == update.about ? MemberState::left : MemberState::dead;
  table.change(update.about, update.incarnation, state, now);
  // memberlist alone goes by who says it, Serf also by what the member announced.
  const bool left = state == MemberState::left || serf_.announced_departure(update.about);
  if (left && state == MemberState::dead) env_.host.happened(Happening::left_silently);
  serf_.gone(update.about, left, now);
  if (!left && update.from == env_.self) env_.host.happened(Happening::declared_dead);
  env_.host.member(update.about, left ? MemberState::left : MemberState::dead);
}

void Beliefs::refute(Time now, std::uint32_t accused) {
  incarnation_ = std::max(incarnation_, accused) + 1;
  awareness_.adjust(+1);
  env_.host.happened(Happening::refuted);
  env_.table.change(env_.self, incarnation_, MemberState::alive, now);
  announce(now);
}

// A death is only believed as a suspicion, so that who is meant can refute it (memberlist mergeState).
void Beliefs::merge(Time now, const MemberRecord& record) {
  switch (record.state) {
    case MemberState::alive:
      return alive(now, {record.node, record.node, record.incarnation, record.state, record.metadata, record.address});
    case MemberState::left: return dead(now, {record.node, record.node, record.incarnation, record.state, 0});
    case MemberState::suspect:
    case MemberState::dead: return suspect(now, {record.node, env_.self, record.incarnation, MemberState::suspect, 0});
  }
}

}  // namespace hearsay::membership
