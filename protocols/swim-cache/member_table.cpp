#include "protocols/swim-cache/member_table.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace hearsay::membership {

void MemberTable::boot(const std::vector<NodeId>& members) {
  std::vector<NodeId> found;  // by page: how many of its nodes are members
  for (const NodeId node : members) {
    if (node / page_size >= found.size()) found.resize(node / page_size + 1, 0);
    ++found[node / page_size];
  }
  pages_.resize(found.size());
  for (std::size_t page = 0; page < found.size(); ++page)
    if (found[page] < page_size) pages_[page] = std::make_unique<Page>();
  for (const NodeId node : members)
    if (pages_[node / page_size]) (*pages_[node / page_size])[node % page_size] = booted;
  order_.reserve(members.size() + 1);
  order_ = members;
  alive_ = size();
}

MemberTable::Entry& MemberTable::own(NodeId node) {
  auto& page = pages_[node / page_size];
  if (!page) {
    page = std::make_unique<Page>();
    page->fill(booted);
  }
  return (*page)[node % page_size];
}

void MemberTable::add_last(NodeId node) {
  while (node / page_size >= pages_.size()) pages_.push_back(std::make_unique<Page>());
  HEARSAY_CHECK(!at(node).known, "a member is added twice");
  own(node) = Entry{0, 0, MemberState::dead, true};
  order_.push_back(node);
}

const MemberTable::Entry& MemberTable::add(NodeId node, RandomStream& random) {
  add_last(node);
  std::swap(order_.back(), order_[static_cast<std::size_t>(random.below(order_.size()))]);
  return at(node);
}

void MemberTable::change(NodeId node, std::uint32_t incarnation, MemberState state, Time now) {
  Entry& entry = own(node);
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
    if (it == dead_since_.end() || it->second >= before || at(node).state != MemberState::dead) return false;
    own(node) = Entry{};
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
