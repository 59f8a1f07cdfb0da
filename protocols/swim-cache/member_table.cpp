#include "protocols/swim-cache/member_table.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace hearsay::membership {

void MemberTable::boot(const BootView& view) {
  const std::size_t size = view.size();
  for (std::size_t i = 0; i < size;) {
    const NodeId page = view.ascending(i) / page_size;
    while (pages_.size() < page) pages_.push_back(std::make_unique<Page>());
    pages_.emplace_back();
    const std::size_t last = i + page_size - 1;
    if (last < size && view.ascending(last) == page * page_size + page_size - 1) {
      i = last + 1;  // all of them are members
      continue;
    }
    pages_.back() = std::make_unique<Page>();
    for (; i < size && view.ascending(i) / page_size == page; ++i)
      (*pages_.back())[view.ascending(i) % page_size] = booted;
  }
  order_.boot(view);
  alive_ = this->size();
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
  know(node);
  order_.add_last(node);
}

const MemberTable::Entry& MemberTable::add(NodeId node, RandomStream& random) {
  know(node);
  order_.add(node, random);
  return at(node);
}

void MemberTable::know(NodeId node) {
  while (node / page_size >= pages_.size()) pages_.push_back(std::make_unique<Page>());
  HEARSAY_CHECK(!at(node).known, "a member is added twice");
  own(node) = Entry{0, 0, MemberState::dead, true};
}

void MemberTable::change(NodeId node, std::uint32_t incarnation, MemberState state, Time now) {
  const Entry before = at(node);
  const bool counted = counts(before.state), counts_now = counts(state);
  if (counted && !counts_now) --alive_;
  if (!counted && counts_now) ++alive_;
  if (counts_now)
    dead_since_.erase(node);
  else
    dead_since_[node] = now;
  if (before.incarnation == incarnation && before.state == state) return;
  Entry& entry = own(node);
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
  order_.erase_if(forget);
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
