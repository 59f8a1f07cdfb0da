// Which write is visible on which node. A write is visible where it was applied, or recovered from disk, since the node
// last started; a crash or leave forgets. From this: delivery latency, stable latency, and the share of nodes that are
// up to date. Events of writes that no client invoked (a corrupt message may have been believed) and of nodes that are
// not live are ignored.
//
// A write ought to be on every live node; if its key is a part that only some nodes hold (event `placed`), on the live
// ones of these.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/part_owners.hpp"
#include "sim/metrics/population.hpp"
#include "sim/metrics/quantiles.hpp"
#include "sim/metrics/reach.hpp"
#include "sim/metrics/stability.hpp"
#include "sim/metrics/write_bits.hpp"

namespace hearsay {

class Coverage final : public SelectiveObserver {
 public:
  explicit Coverage(std::uint32_t nodes);
  void observe(const Event& event) override;

  const Population& population() const { return population_; }
  std::size_t writes() const { return writes_.size(); }  // ids that may occur: below this
  bool known(WriteId write) const { return write < writes_.size() && writes_[write].invoked != never; }
  bool visible(WriteId write, NodeId node) const { return visible_.test(write, node); }  // requires known(write)
  // The visibility of the writes 64 * block and on, as in WriteBits.
  std::uint64_t visible_word(std::size_t block, NodeId node) const { return visible_.word(block, node); }
  bool acknowledged(WriteId write) const { return writes_[write].acknowledged; }
  // When it was asked for, and of which node. Require known(write).
  Time invoked(WriteId write) const { return writes_[write].invoked; }
  NodeId origin(WriteId write) const { return writes_[write].origin; }
  // Whether the write ought to be on this node, which is live. Requires known(write).
  bool expected(WriteId write, NodeId node) const;
  // On how many live nodes it ought to be. Requires known(write).
  std::uint32_t expected(WriteId write) const;
  // Whether it is on all of them, and there is one. Requires known(write).
  bool on_all(WriteId write) const { return writes_[write].holders > 0 && writes_[write].holders == expected(write); }

  // Share of live nodes on which every write acknowledged so far is visible. A write that another one replaces (event
  // `replaced`) still counts. 1 if nothing was acknowledged; 0 if something was and no node is live.
  double up_to_date() const;
  // Share of the pairs of a write acknowledged so far and a node where it ought to be that are visible. 1 if nothing
  // was acknowledged; 0 if something was and no node is live.
  double present() const;
  // How many of these pairs are not.
  std::uint64_t lacking() const { return all_lacking_; }

  // From the invocation to the first `applied` of a write on a node, over all such pairs. What a node gets again after
  // a crash does not count a second time, nor does what it recovers from disk.
  const DurationSamples& delivery_latency() const { return delivery_; }
  // Requires that `finish` passed.
  StableLatency stable_latency() const { return stability_.summary(); }
  EverywhereLatency everywhere_latency() const { return stability_.everywhere(); }
  DelayToShare delay_to_share() const { return reach_.summary(); }

 private:
  struct Write {
    Time invoked = never;
    std::uint32_t holders = 0;  // live nodes where it ought to be and is visible
    std::uint64_t part = 0;     // hash of its key
    NodeId origin = no_node;
    bool acknowledged = false;
  };

  struct Part {
    PartOwners owners;
    std::vector<WriteId> writes;
    std::uint64_t acknowledged = 0;  // of these
    bool owned_by(NodeId node) const;
  };

  void close_instant();
  void place(const Event& event);
  void find_parts();
  void silence(NodeId node);
  void move_to_owners(Part& part, const std::vector<NodeId>& before);
  void move(const Part& part, NodeId node, bool to_it);
  const Part* part_of(WriteId write) const;
  std::uint32_t live_owners(const Part& part) const;
  std::uint64_t expected_on(NodeId node) const;
  void miss(NodeId node);
  void miss_no_more(NodeId node);
  void invoke(const Event& event);
  void acknowledge(WriteId write, Time at);
  void show(const Event& event);
  void change_population(const Event& event);
  void forget(NodeId node);

  Population population_;
  std::vector<Write> writes_;
  WriteBits visible_;
  WriteBits ever_;  // visible at some time
  std::uint64_t acknowledged_ = 0;
  std::vector<std::uint64_t> lacking_;   // by live node: acknowledged writes that ought to be visible on it and are not
  std::uint64_t all_lacking_ = 0;        // the sum over live nodes
  std::map<std::uint64_t, Part> parts_;  // by hash of the key, once one was placed; with owners: those that were
  bool has_parts_ = false;
  std::uint32_t complete_ = 0;  // live nodes that lack none
  DurationSamples delivery_;
  Stability stability_;
  Reach reach_;
  Time instant_{};
};

}  // namespace hearsay
