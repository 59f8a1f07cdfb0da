// Synchronisation of one state-based object with neighbours (`synchronisation`), as Enes et al. (ICDE 2019) compare it:
// algorithm 1 with and without BP and RR, whole states, Scuttlebutt with and without deletion, operations over causal
// broadcast, and comparison of digests.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "protocols/common/causal_queue.hpp"
#include "protocols/delta-gossip/data_type.hpp"
#include "protocols/delta-gossip/parts.hpp"

namespace hearsay::gossip {

class Synchroniser {
 public:
  explicit Synchroniser(Parts& parts) : parts_(parts), params_(parts.params), data_(params_) {}

  void start(Context& context);  // after the store, which names the incarnation
  void write(Context& context, const Operation& operation);
  std::vector<WriteId> visible() const { return data_.visible(); }

  // Sends what the synchronisation sends each `interval`.
  void round(Context& context);
  void receive(Context& context, Peer& peer, const SyncMessage& message);

  // The node leaves: neighbours get what they may lack.
  void hand_over(Context& context);

 private:
  struct Buffered {  // what goes to the neighbours in the next round
    std::shared_ptr<const JoinEntries> delta;
    UpdatePtr operation;
    std::vector<NodeId> from;  // it came from these
  };

  std::vector<NodeId> partners(Context& context) const;
  void send(Context& context, NodeId to, SyncMessage message);
  void push_state(Context& context);
  void push_deltas(Context& context);
  void push_operations(Context& context);
  void ask(Context& context);
  void compare(Context& context);

  void take(Context& context, NodeId from, const JoinEntries& entries);
  void take_operations(Context& context, NodeId from, const std::vector<UpdatePtr>& operations);
  void take_updates(Context& context, const std::vector<UpdatePtr>& updates);
  void answer(Context& context, NodeId to, const Knowledge& theirs);
  void answer(Context& context, NodeId to, const SyncMessage& ranges);

  bool scuttles() const {
    return params_.synchronisation == Synchronisation::scuttlebutt ||
           params_.synchronisation == Synchronisation::scuttlebutt_gc;
  }
  void count(Context& context, std::size_t received, std::size_t useful) const;
  void note_memory(Context& context) const;
  std::shared_ptr<const Knowledge> knowledge() const;
  void keep(UpdatePtr update);
  void collect(const Context& context);

  Parts& parts_;
  const Params& params_;
  DataType data_;
  std::vector<Buffered> buffer_;
  CausalQueue<UpdatePtr> queue_;
  Knowledge known_;  // Scuttlebutt: what each node has, as far as is known here
  std::map<StreamId, std::map<std::uint64_t, UpdatePtr>> updates_;  // of each stream by number
  std::size_t kept_entries_ = 0;                                    // in updates_
};

}  // namespace hearsay::gossip
