#include "protocols/swim-cache/member_table.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace hearsay::membership {

void MemberTable::add_last(NodeId node) {
  if (node >= entries_.size()) entries_.resize(node + 1);
  HEARSAY_CHECK(!entries_[node].known, "a member is added twice");
  entries_[node] = Entry{0, 0, MemberState::dead, true};
  order_.push_back(node);
}

MemberTable::Entry& MemberTable::add(NodeId node, RandomStream& random) {
  add_last(node);
  std::swap(order_.back(), order_[static_cast<std::size_t>(random.below(order_.size()))]);
  return entries_[node];
}

void MemberTable::change(NodeId node, std::uint32_t incarnation, MemberState state, Time now) {
  Entry& entry = entries_[node];
  const bool counted = counts(entry.state), counts_now = counts(state);
  if (counted && !counts_now) --alive_;
  if (!counted && counts_now) ++alive_;
  if (counts_now)
    dead_since_.erase(node);
  else
    dead_since_[node] = now;
  entry.incarnation = incarnation;
  entry.state = state;
}

void MemberTable::forget_dead(Time before) {
  if (dead_since_.empty()) return;
  const auto forget = [&](NodeId node) {
    const auto it = dead_since_.find(node);
    if (it == dead_since_.end() || it->second >= before || entries_[node].state != MemberState::dead) return false;
    entries_[node] = Entry{};
    dead_since_.erase(it);
    return true;
  };
  std::erase_if(order_, forget);
}

Time MemberTable::dead_since(NodeId node) const {
  const auto it = dead_since_.find(node);
  return it == dead_since_.end() ? never : it->second;
}

std::vector<NodeId> MemberTable::random(std::uint32_t count, NodeId self, RandomStream& random,
                                        const std::function<bool(NodeId)>& wanted) const {
  std::vector<NodeId> chosen;
  for (std::size_t draws = 0; draws < 3 * order_.size() && chosen.size() < count; ++draws) {
    const NodeId node = order_[static_cast<std::size_t>(random.below(order_.size()))];
    if (node == self || !wanted(node) || std::find(chosen.begin(), chosen.end(), node) != chosen.end()) continue;
    chosen.push_back(node);
  }
  return chosen;
}

}  // namespace hearsay::membership
