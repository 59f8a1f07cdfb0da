// The effect of an update, as it is logged and broadcast: {key, effect, from_node, effect_clock} ("Causal Ordering
// Mechanism").
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "protocols/common/causal_queue.hpp"

namespace hearsay::causal {

// Stream (node and epoch) and count.
inline constexpr std::uint32_t clock_entry_bytes = 16;

// Immutable once made: messages, logs and queues share it.
struct Effect {
  std::string key;
  crdt::Type type = crdt::Type::aw_set;
  crdt::Effect body;
  crdt::Origin origin;
  // Its name again, and what it depends on besides its origin's effect before it, as ordering and encoding have it.
  CausalStamp stamp;

  // Of the stamp.
  std::uint32_t clock_bytes() const;
  // On the wire: a length word, key and body (at least the payload that the client declares) and the clock.
  std::uint32_t bytes() const;
  void describe(std::ostream& out) const;
};
using EffectPtr = std::shared_ptr<const Effect>;

// A record of the log.
std::string encode(const Effect& effect);
EffectPtr decode(std::string_view record);

// The writer's node, with a dash for one that has restarted or joined, and its count.
void describe_event(std::ostream& out, StreamId stream, std::uint64_t number);
void describe_clock(std::ostream& out, const VectorClock& clock);

void save(const VectorClock& clock, ByteWriter& out);
VectorClock load_clock(ByteReader& in);

}  // namespace hearsay::causal
