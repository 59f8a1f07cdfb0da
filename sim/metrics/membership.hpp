// What the nodes believe of each other, against what is so (docs/definitions.md, Membership): how long a joiner, a
// crash or a departure takes to be known, who was accused wrongly, and how long the views differed. From `member`
// events of any protocol that reports them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/core/protocol.hpp"
#include "sim/metrics/agreement.hpp"
#include "sim/metrics/fault_log.hpp"
#include "sim/metrics/kinds.hpp"
#include "sim/metrics/population.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/sparse_node_set.hpp"

namespace hearsay {

class MembershipViews final : public SelectiveObserver {
 public:
  // Attach it after `faults`, which knows what a firing is. `tracked`: the protocol reports members, so that no report
  // is a result, too.
  MembershipViews(std::uint32_t nodes, const FaultLog& faults, bool tracked);
  void observe(const Event& event) override;

  // Nothing if no node reported a member and none would have. Requires that `finish` passed.
  std::optional<MembershipResult> summary() const;
  // Different views among live nodes; 1 before the first report.
  std::uint32_t distinct() const { return counts_ ? counts_->distinct() : 1; }

 private:
  // One coming or going of a node, and when the others learnt of it.
  struct Change {
    NodeId about = no_node;
    enum class Kind : std::uint8_t { join, crash, leave } kind = Kind::join;
    Time at{};
    std::vector<bool> waits;  // by node: live at the change, and has not learnt of it; empty if over
    std::uint32_t waiting = 0;
    std::vector<Time> learnt;  // ascending
    bool over = false;         // the node came back or went again
  };
  // Whom a node takes for alive: those that booted (once it has started again: nobody), except for the exceptions.
  struct View {
    bool booted = true;
    SparseNodeSet exceptions;
  };

  void population(const Event& event);
  void member(const Event& event);
  void condition(const Event& event);
  bool excused(NodeId about, MemberState state);
  void begin(NodeId about, Change::Kind kind, Time at);
  void end(NodeId about);
  void learn(Change& change, NodeId node, Time at);
  void forget_waiting(NodeId node);
  bool sees(NodeId node, NodeId about) const {
    const View& view = views_[node];
    return (view.booted && booted_[about]) != view.exceptions.contains(about);
  }
  void set(NodeId node, NodeId about, bool seen);
  void clear_view(NodeId node);
  void begin_views(Time now);
  bool is_right();
  void recount(NodeId node, int by);
  void close_instant(Time now);
  void blame(Duration time);
  static MembershipSpan span(std::vector<double> seconds);
  MembershipChange summary(Change::Kind kind) const;

  const FaultLog& faults_;
  bool tracked_;
  bool used_ = false;                     // a member was reported
  std::vector<std::uint32_t> unhealthy_;  // by node: pauses and `slow` faults in force
  std::vector<bool> excuse_;  // by node: was unhealthy when it was accused, and not seen alive by anybody since
  Population population_;
  std::vector<bool> booted_;            // by node
  std::uint64_t booted_digest_ = 0;     // of those
  std::vector<View> views_;             // by node; kept from the first report on
  std::vector<std::uint64_t> digests_;  // of each view
  std::uint64_t truth_ = 0;             // digest of the live nodes
  std::optional<DigestCounts> counts_;  // of the live nodes' views
  NodeId witness_ = 0;                  // a node that was live when last looked at
  std::vector<Change> changes_;
  std::unordered_map<NodeId, std::size_t> open_;  // by node: the place of its change that is not over; looked up only
  std::size_t told_ = 0;                          // of the first changes: all of them are known to all, or over
  std::array<Duration, 4> differed_by_{};         // by Change::Kind, and for none that was spreading
  std::uint64_t false_suspicions_ = 0, false_deaths_ = 0;
  std::uint64_t healthy_suspicions_ = 0, healthy_deaths_ = 0;
  Time instant_{};
  bool was_equal_ = true;
  Time first_change_ = never;  // before the first report
  Time differ_since_{};
  Duration differed_{}, wrong_{}, longest_{};
  Time finished_{};
};

}  // namespace hearsay
