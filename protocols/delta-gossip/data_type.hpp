// The replicated object of the synchronisations by `type`: a state-based data type, what a client's write does to it,
// and the join of what others send (Enes et al., ICDE 2019, sections III and V).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "protocols/common/crdt/join_map.hpp"
#include "protocols/common/crdt/pn_counter.hpp"
#include "protocols/common/range_set.hpp"
#include "protocols/common/vector_clock.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

// As the paper counts: a node's id and a sequence number.
inline constexpr std::uint32_t node_id_bytes = 20;
inline constexpr std::uint32_t sequence_bytes = 8;

class DataType {
 public:
  explicit DataType(const Params& params) : params_(params) {}

  // Call once, first. `own` names this incarnation's counters and elements.
  void start(StreamId own) { own_ = own; }

  // Does the write, and returns what it changed: the delta. Empty if something later wins against it at once.
  JoinEntries update(Context& context, const Operation& operation);

  // Joins, and returns the entries that were higher than what is held: the difference.
  JoinEntries join(Context& context, const JoinEntries& entries);

  const JoinMap& state() const { return state_; }
  std::vector<WriteId> visible() const;  // the writes that a read shows, ascending

  // For digests: a fingerprint of each entry, and the entry of one. The index of a key in ids() says nothing.
  const RangeSet& ids() const { return ids_; }
  const JoinEntry* entry_of(RangeSet::Key id) const;

 private:
  JoinEntries changes(Context& context, const Operation& operation);
  JoinEntry counted(crdt::Sign sign) const;
  JoinEntries changed_keys(const Context& context, std::uint32_t payload);
  JoinEntry assigned(Context& context, std::uint32_t payload);
  JoinEntry added_or_removed(Context& context, std::uint32_t payload);
  bool join(Context& context, const JoinEntry& entry);
  void lost(Context& context, const JoinEntry& entry) const;
  void superseded(Context& context, WriteId loser, WriteId winner);
  bool takes_back(Context& context) const { return params_.removes > 0 && context.random().chance(params_.removes); }

  const Params& params_;
  StreamId own_ = 0;
  JoinMap state_;
  std::set<WriteId> applied_;
  std::map<WriteId, std::uint32_t> standing_;  // entries of the state that the write made
  std::map<RangeSet::Key, JoinEntry::Key> keys_;
  RangeSet ids_;                  // of the same; both only with digests
  std::uint64_t next_key_ = 0;    // gmap: among the node's own keys
  std::uint64_t elements_ = 0;    // or-set: added here
  Time last_time_ = Time::min();  // lww-map: of the node's last assignment
};

}  // namespace hearsay::gossip
