// What happens to a message between two nodes, decided by the faults that are active now. Directed, pure, and O(1) when
// nothing is active.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

// Identifies the firing of a fault that a rule belongs to: index into the result's `faults`, or `background_rule`.
using RuleId = std::uint32_t;
inline constexpr RuleId background_rule = 0xffffffff;

// A set of nodes with O(1) membership.
class NodeSet {
 public:
  NodeSet() = default;  // empty
  NodeSet(std::uint32_t nodes, const std::vector<NodeId>& members) : bits_((nodes + 63) / 64) {
    std::uint32_t count = 0;
    for (const NodeId node : members) {
      count += contains(node) ? 0 : 1;
      bits_[node / 64] |= std::uint64_t{1} << node % 64;
    }
    all_ = count == nodes;
  }
  bool has_all() const { return all_; }  // of so many nodes
  bool contains(NodeId node) const { return node / 64 < bits_.size() && (bits_[node / 64] >> node % 64 & 1) != 0; }

 private:
  std::vector<std::uint64_t> bits_;
  bool all_ = false;
};

// What a packet is, for rules that meet some packets only.
struct PacketTraits {
  static constexpr KindIndex no_kind = static_cast<KindIndex>(-1);
  Transport transport = Transport::datagram;
  KindIndex kind = no_kind;  // of the message that it carries; the handshake and the end of a stream carry none
  std::uint32_t bytes = 0;   // that it carries, without headers
  Time at{};                 // of its sending
};

// Which packets a rule meets: all, unless told otherwise.
struct PacketFilter {
  std::optional<Transport> transport;
  std::optional<std::vector<KindIndex>> kinds;  // ascending; of the protocol that runs

  bool meets(const PacketTraits& packet) const;
};

// Gilbert-Elliott (Gilbert 1960, Elliott 1963): a two-state chain per pair of nodes, stepped once per packet.
struct BurstLoss {
  double good_to_bad = 0;
  double bad_to_good = 1;
  double loss_in_bad = 1;
  double loss_in_good = 0;
};

// One rule: for messages from a node of `from` to a node of `to`. Unset fields do nothing.
struct LinkRule {
  RuleId id = background_rule;
  std::uint32_t part = 0;    // of a firing whose rules end one by one
  std::uint64_t stream = 0;  // tells its random draws from those of other rules
  NodeSet from, to;
  PacketFilter filter{};
  bool cut = false;     // partition: nothing crosses
  bool reject = false;  // a cut that answers instead of staying silent
  double loss = 0;
  std::optional<BurstLoss> burst;
  std::uint32_t larger_than = 0;  // loss and bursts meet only packets that carry more than so many bytes, if not 0
  Duration delay{};
  Duration jitter{};  // uniform in [-jitter, +jitter], never below zero in sum
  double duplicate = 0;
  double reorder = 0;
  Duration reorder_by{};  // a reordered message is held back uniformly in (0, reorder_by]
  double corrupt = 0;
  double bandwidth = 0;  // bytes per second, 0: no limit
  // What shares it, in a queue of its own: all from one node to another, all that leaves a node, all that reaches one.
  enum class Per : std::uint8_t { link, egress, ingress } per = Per::link;
  std::optional<Duration> queue;  // what would wait longer is lost; absent: nothing
};

// A partition into groups: messages between different groups are cut; a node in no group reaches everybody.
struct LinkGroups {
  RuleId id = background_rule;
  bool reject = false;
  PacketFilter filter{};
  std::vector<std::uint32_t> group_of_node;  // no_group for nodes in none
  static constexpr std::uint32_t no_group = 0xffffffff;
};

// The fate of one packet.
struct Verdict {
  enum class Fate : std::uint8_t { deliver, drop, reject } fate = Fate::deliver;
  DropReason reason = DropReason::loss;  // of a drop or reject
  RuleId culprit = background_rule;      // the rule that dropped or rejected it
  bool duplicated = false;
  bool corrupted = false;
  std::vector<std::pair<RuleId, FaultEffect>> touched;  // every rule that did something short of a drop
  Duration delay{};                                     // added to the latency
  Duration queued{};                                    // until it has passed the slowest limit of bandwidth
};

class LinkState {
 public:
  explicit LinkState(std::uint64_t seed) : seed_(seed) {}

  void add(LinkRule rule);
  void add(LinkGroups groups);
  void remove(RuleId id);  // every rule and grouping of this id
  void remove(RuleId id, std::uint32_t part);

  bool quiet() const { return quiet_; }
  bool cuts() const { return cuts_; }  // there is a rule or grouping that cuts, whomever it meets

  // Raised when a cut ends. A packet remembers the epoch in which it was sent: the cuts that ended later than that have
  // met it on its way.
  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t advance() { return ++epoch_; }
  // Forgets the cuts that have ended. Requires that no packet is on the wire.
  void forget_ended() {
    ended_groups_.clear();
    ended_rules_.clear();
  }

  // Judges a packet that `from` sends to `to` now. Each rule draws from a random stream of its own a sender, so that
  // one fault does not shift what another one does.
  Verdict judge(NodeId from, NodeId to, const PacketTraits& packet = {});

  // All that is active is one rule that loses packets, of whatever kind and size, with one probability. Then `loses`
  // judges a packet as judge() does, in a fraction of its time.
  bool only_loses() const { return only_loses_; }
  bool loses(NodeId from, NodeId to) {
    Active& only = rules_.front();
    if (!loses_anywhere_ && !(only.rule.from.contains(from) && only.rule.to.contains(to))) return false;
    return stream_of(only, from).chance(only.rule.loss);
  }
  RuleId only_rule() const { return rules_.front().rule.id; }

  // True if a cut lies between them now, in this direction; draws nothing. Fills `verdict` with the reason if so.
  bool is_cut(NodeId from, NodeId to, Verdict* verdict = nullptr, const PacketTraits& packet = {}) const;
  // The same for any instant since a packet was sent in epoch `since`.
  bool was_cut(NodeId from, NodeId to, std::uint64_t since, Verdict* verdict = nullptr,
               const PacketTraits& packet = {}) const;

 private:
  struct Active {
    LinkRule rule;
    std::vector<std::optional<RandomStream>> streams;        // by sender
    std::map<std::pair<NodeId, NodeId>, Time> busy_until{};  // of its queues, by what shares them
  };
  template <class Ends>
  void remove_if(Ends ends);  // rules for which ends(rule)
  RandomStream& stream_of(Active& active, NodeId from) const {
    if (from < active.streams.size() && active.streams[from]) [[likely]]
      return *active.streams[from];
    return begin_stream(active, from);
  }
  RandomStream& begin_stream(Active& active, NodeId from) const;
  static bool passes_limit(Active& active, NodeId from, NodeId to, const PacketTraits& packet, Verdict& verdict);
  bool burst_loses(const LinkRule& rule, NodeId from, NodeId to, RandomStream& random);

  void look();

  std::uint64_t seed_;
  bool quiet_ = true;  // no rule and no grouping; asked for each message
  bool cuts_ = false;
  bool only_loses_ = false;
  bool loses_anywhere_ = false;  // and that rule meets every pair of nodes
  std::vector<Active> rules_;
  std::vector<LinkGroups> groups_;
  std::uint64_t epoch_ = 0;
  // Cuts that have ended, with the epoch that began with their end, ascending.
  std::vector<std::pair<std::uint64_t, LinkGroups>> ended_groups_;
  std::vector<std::pair<std::uint64_t, LinkRule>> ended_rules_;
  std::map<std::tuple<RuleId, NodeId, NodeId>, bool> in_bad_state_;
};

}  // namespace hearsay
