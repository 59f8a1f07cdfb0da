#include "sim/faults/link_state.hpp"

#include <algorithm>

namespace hearsay {

namespace {

// Loss and nothing else, of every packet between the rule's nodes.
bool is_plain_loss(const LinkRule& rule) {
  return rule.loss > 0 && !rule.cut && !rule.burst && rule.larger_than == 0 && rule.delay == Duration{} &&
         rule.jitter == Duration{} && rule.duplicate == 0 && rule.reorder == 0 && rule.corrupt == 0 &&
         rule.bandwidth == 0 && !rule.filter.transport && !rule.filter.kinds;
}

}  // namespace

void LinkState::look() {
  quiet_ = rules_.empty() && groups_.empty();
  cuts_ = !groups_.empty() || std::ranges::any_of(rules_, [](const Active& active) { return active.rule.cut; });
  only_loses_ = groups_.empty() && rules_.size() == 1 && is_plain_loss(rules_.front().rule);
  loses_anywhere_ = only_loses_ && rules_.front().rule.from.has_all() && rules_.front().rule.to.has_all();
}

void LinkState::add(LinkRule rule) {
  rules_.push_back({std::move(rule), {}, {}});
  look();
}
void LinkState::add(LinkGroups groups) {
  groups_.push_back(std::move(groups));
  look();
}

bool PacketFilter::meets(const PacketTraits& packet) const {
  if (transport && *transport != packet.transport) return false;
  return !kinds || std::binary_search(kinds->begin(), kinds->end(), packet.kind);
}

template <class Ends>
void LinkState::remove_if(Ends ends) {
  for (auto& active : rules_)
    if (active.rule.cut && ends(active.rule)) ended_rules_.emplace_back(advance(), active.rule);
  std::erase_if(rules_, [&ends](const Active& active) { return ends(active.rule); });
  look();
}

void LinkState::remove(RuleId id, std::uint32_t part) {
  remove_if([id, part](const LinkRule& rule) { return rule.id == id && rule.part == part; });
}

void LinkState::remove(RuleId id) {
  for (auto& groups : groups_)
    if (groups.id == id) ended_groups_.emplace_back(advance(), groups);
  std::erase_if(groups_, [id](const LinkGroups& groups) { return groups.id == id; });
  remove_if([id](const LinkRule& rule) { return rule.id == id; });
  std::erase_if(in_bad_state_, [id](const auto& entry) { return std::get<0>(entry.first) == id; });
}

RandomStream& LinkState::begin_stream(Active& active, NodeId from) const {
  if (from >= active.streams.size()) active.streams.resize(from + 1);
  return active.streams[from].emplace(combine(seed_, active.rule.stream), "network.conditions", from);
}

namespace {

void report_cut(RuleId id, bool reject, Verdict* verdict) {
  if (verdict == nullptr) return;
  verdict->fate = reject ? Verdict::Fate::reject : Verdict::Fate::drop;
  verdict->reason = reject ? DropReason::reject : DropReason::partition;
  verdict->culprit = id;
}

bool separates(const LinkGroups& groups, NodeId from, NodeId to, const PacketTraits& packet) {
  const auto a = groups.group_of_node[from], b = groups.group_of_node[to];
  return a != b && a != LinkGroups::no_group && b != LinkGroups::no_group && groups.filter.meets(packet);
}

bool separates(const LinkRule& rule, NodeId from, NodeId to, const PacketTraits& packet) {
  return rule.cut && rule.from.contains(from) && rule.to.contains(to) && rule.filter.meets(packet);
}

}  // namespace

bool LinkState::is_cut(NodeId from, NodeId to, Verdict* verdict, const PacketTraits& packet) const {
  if (!cuts_) return false;
  for (const auto& groups : groups_)
    if (separates(groups, from, to, packet)) {
      report_cut(groups.id, groups.reject, verdict);
      return true;
    }
  for (const auto& active : rules_)
    if (separates(active.rule, from, to, packet)) {
      report_cut(active.rule.id, active.rule.reject, verdict);
      return true;
    }
  return false;
}

bool LinkState::was_cut(NodeId from, NodeId to, std::uint64_t since, Verdict* verdict,
                        const PacketTraits& packet) const {
  if (is_cut(from, to, verdict, packet)) return true;
  const auto met = [&](const auto& ended) {
    for (auto it = ended.rbegin(); it != ended.rend() && it->first > since; ++it)
      if (separates(it->second, from, to, packet)) {
        report_cut(it->second.id, it->second.reject, verdict);
        return true;
      }
    return false;
  };
  return met(ended_groups_) || met(ended_rules_);
}

bool LinkState::burst_loses(const LinkRule& rule, NodeId from, NodeId to, RandomStream& random) {
  bool& bad = in_bad_state_[{rule.id, from, to}];
  const bool lost = random.chance(bad ? rule.burst->loss_in_bad : rule.burst->loss_in_good);
  if (random.chance(bad ? rule.burst->bad_to_good : rule.burst->good_to_bad)) bad = !bad;
  return lost;
}

// False if its queue is full. All that shares it passes one after another, in order of sending.
bool LinkState::passes_limit(Active& active, NodeId from, NodeId to, const PacketTraits& packet, Verdict& verdict) {
  const LinkRule& rule = active.rule;
  const NodeId any = no_node;
  const std::pair<NodeId, NodeId> shared{rule.per == LinkRule::Per::ingress ? any : from,
                                         rule.per == LinkRule::Per::egress ? any : to};
  Time& busy_until = active.busy_until[shared];
  const Duration wait = std::max(Duration{}, busy_until - packet.at);
  constexpr Duration longest = std::chrono::hours(24 * 365);  // of a queue without bound
  if (wait > rule.queue.value_or(longest)) return false;
  const Duration queued = wait + from_seconds(packet.bytes / rule.bandwidth);
  busy_until = packet.at + queued;
  verdict.queued = std::max(verdict.queued, queued);
  verdict.touched.emplace_back(rule.id, FaultEffect::delayed);
  return true;
}

Verdict LinkState::judge(NodeId from, NodeId to, const PacketTraits& packet) {
  Verdict verdict;
  if (quiet() || is_cut(from, to, &verdict, packet)) return verdict;
  for (auto& active : rules_) {
    const LinkRule& rule = active.rule;
    if (rule.cut || !rule.from.contains(from) || !rule.to.contains(to) || !rule.filter.meets(packet)) continue;
    RandomStream& random = stream_of(active, from);
    const bool meets_loss = rule.larger_than == 0 || packet.bytes > rule.larger_than;
    const bool lost = meets_loss && ((rule.loss > 0 && random.chance(rule.loss)) ||
                                     (rule.burst && burst_loses(rule, from, to, random)));
    if (lost || (rule.bandwidth > 0 && !passes_limit(active, from, to, packet, verdict))) {
      verdict.fate = Verdict::Fate::drop;
      verdict.reason = DropReason::loss;
      verdict.culprit = rule.id;
      return verdict;
    }
    if (rule.delay != Duration{} || rule.jitter != Duration{}) {
      verdict.delay += std::max(Duration{}, rule.delay + random.between(-rule.jitter, rule.jitter));
      verdict.touched.emplace_back(rule.id, FaultEffect::delayed);
    }
    if (rule.reorder > 0 && random.chance(rule.reorder)) {
      verdict.delay += random.between(Duration(1), std::max(Duration(1), rule.reorder_by));
      verdict.touched.emplace_back(rule.id, FaultEffect::delayed);
    }
    if (rule.duplicate > 0 && random.chance(rule.duplicate)) {
      verdict.duplicated = true;
      verdict.touched.emplace_back(rule.id, FaultEffect::duplicated);
    }
    if (rule.corrupt > 0 && random.chance(rule.corrupt)) {
      verdict.corrupted = true;
      verdict.touched.emplace_back(rule.id, FaultEffect::corrupted);
    }
  }
  return verdict;
}

}  // namespace hearsay
