// The broadcast layer: names a replica's own effects with its vector clock, and hands out those of others once what
// they depend on has been ("Core Components 2", "Causal Ordering Mechanism").
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "protocols/causal-crdt/effect.hpp"
#include "protocols/causal-crdt/messages.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/common/causal_queue.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

// Where an effect comes from: what is read from the log has waited before, in an earlier incarnation.
enum class Source : std::uint8_t { network, log };

class BroadcastLayer {
 public:
  explicit BroadcastLayer(const Params& params) : params_(params) {}

  // Opens this incarnation's stream: numbers never start again.
  void start(Context& context, StartReason reason);

  // --- own effects
  Dot next_name() const { return {stream_, queue_.delivered().at(stream_) + 1}; }
  // Stamps what was prepared under next_name(); it counts as delivered here.
  EffectPtr stamp(Effect effect);

  // --- those of others
  // Appends to `ready` what can be applied now, in order. On `known` nothing is kept.
  CausalArrival receive(Context& context, const EffectPtr& effect, Source source, std::vector<EffectPtr>& ready);

  const VectorClock& delivered() const { return queue_.delivered(); }
  const IntervalSet& gaps() const { return queue_.gaps(); }

  // --- with a whole state: from the disk or another member
  void save(ByteWriter& out) const;
  // Goes on from a saved clock; what waited for nothing else is appended to `ready`. False, and nothing happens, if
  // that would lose something that was delivered here, or add nothing.
  bool load(Context& context, ByteReader& in, std::vector<EffectPtr>& ready);

  // --- sending again (anti_entropy, bootstrap)
  // Keeps a delivered effect for that.
  void remember(const EffectPtr& effect);
  void forget(const VectorClock& stable);
  // What `clock` has and this replica neither has nor holds nor, by `asked`, has asked for; raises `asked`.
  std::vector<Range> missing(const Clock& clock, VectorClock& asked) const;
  std::vector<EffectPtr> find(const std::vector<Range>& ranges) const;

 private:
  struct Waiting {
    EffectPtr effect;
    Time since{};
    Source source = Source::network;
  };

  VectorClock dependencies(const VectorClock& before);
  void hand_out(Context& context, std::vector<Waiting>& items, std::vector<EffectPtr>& ready);
  void note_waiting(Context& context);

  const Params& params_;
  StreamId stream_ = 0;
  CausalQueue<Waiting> queue_;
  VectorClock last_stamp_;  // the clock at the last own effect, for clock_encoding: delta
  std::set<std::pair<Time, Dot>> held_since_;
  std::map<Dot, EffectPtr> remembered_;
};

}  // namespace hearsay::causal
