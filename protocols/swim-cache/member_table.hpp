// What one node believes of each member. A cluster of n nodes holds n^2 of these, so a member takes 8 bytes only where
// it lies in a page of 64 of which any is not as the cluster began.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "protocols/swim-cache/membership_messages.hpp"
#include "protocols/swim-cache/probe_order.hpp"
#include "sim/core/random.hpp"

namespace hearsay::membership {

struct MemberEntry {
  std::uint32_t incarnation = 0;
  std::uint16_t metadata = 0;
  MemberState state = MemberState::dead;
  bool known = false;
};

class MemberTable {
 public:
  using Entry = MemberEntry;

  bool knows(NodeId node) const { return node / page_size < pages_.size() && at(node).known; }
  // Requires knows(node).
  const Entry& at(NodeId node) const {
    const auto& page = pages_[node / page_size];
    return page ? (*page)[node % page_size] : booted;
  }
  bool is_alive(NodeId node) const { return knows(node) && counts(at(node).state); }  // alive or suspect
  // Knows the node from now on, at a random place of the order of probes (SWIM, section 4.3).
  const Entry& add(NodeId node, RandomStream& random);
  // Knows these members as alive in their first incarnation; shuffle() follows. Requires that it knows nobody.
  void boot(const BootView& view);
  // Knows one more, at the end of the order, without a word about its state.
  void add_last(NodeId node);
  void change(NodeId node, std::uint32_t incarnation, MemberState state, Time now);
  void set_metadata(NodeId node, std::uint16_t version) {
    if (at(node).metadata != version) own(node).metadata = version;
  }

  // Nodes go by names, which are numbers of nodes; the node that goes by one need not be the one with that number.
  NodeId address(NodeId name) const {
    const auto it = addresses_.find(name);
    return it == addresses_.end() ? name : it->second;
  }
  void set_address(NodeId name, NodeId address) {
    addresses_.erase(name);
    if (address != name) addresses_.emplace(name, address);
  }

  // Forgets those that died before `before`. Who has left stays: memberlist 0.2.2 moves dead ones out alone.
  void forget_dead(Time before);
  void shuffle(RandomStream& random) { order_.shuffle(random); }

  const ProbeOrder& order() const { return order_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(order_.size()); }  // dead ones included
  std::uint32_t alive() const { return alive_; }                                    // suspect ones included
  Time dead_since(NodeId node) const;                                               // `never` unless dead or left

  // Up to `count` different members but `self` that `wanted` accepts: memberlist's kRandomNodes, which gives up after
  // 3 n draws.
  std::vector<NodeId> random(std::uint32_t count, NodeId self, RandomStream& random,
                             const std::function<bool(NodeId)>& wanted) const;

 private:
  static constexpr NodeId page_size = 64;
  static constexpr Entry booted{1, 0, MemberState::alive, true};
  using Page = std::array<Entry, page_size>;

  void know(NodeId node);
  // To be changed.
  Entry& own(NodeId node);
  static bool counts(MemberState state) { return state == MemberState::alive || state == MemberState::suspect; }

  std::vector<std::unique_ptr<Page>> pages_;  // by node; null: all of the page are `booted`
  ProbeOrder order_;
  std::map<NodeId, Time> dead_since_;
  std::map<NodeId, NodeId> addresses_;  // of names that are not their node's number
  std::uint32_t alive_ = 0;
};

}  // namespace hearsay::membership
