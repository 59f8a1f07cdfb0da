// Messages between replicas. Sizes: 8 bytes of framing (length, kind, sender), then what each holds.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "protocols/causal-crdt/effect.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/common/interval_set.hpp"
#include "sim/core/message.hpp"

namespace hearsay::causal {

inline constexpr std::uint32_t framing_bytes = 8;
inline constexpr std::uint32_t checksum_bytes = 4;

// An effect on its way from its origin to one member.
struct Broadcast {
  EffectPtr effect;

  std::uint32_t wire_size() const { return framing_bytes + effect->bytes(); }
  void describe(std::ostream& out) const { effect->describe(out); }
};

// The receiver has the effect on its disk.
struct Acknowledgement {
  Dot effect;

  std::uint32_t wire_size() const { return framing_bytes + crdt::dot_bytes; }
  void describe(std::ostream& out) const { describe_event(out, effect.stream, effect.number); }
};

// What the sender has delivered: for anti-entropy and stability.
struct Clock {
  VectorClock delivered;
  IntervalSet gaps;          // numbers below it that it lacks (ordering: none)
  bool wants_reply = false;  // the receiver's clock

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

struct Range {
  StreamId stream = 0;
  std::uint64_t first = 0, last = 0;
};
inline constexpr std::uint32_t range_bytes = 24;

// Asks a member for effects that its clock shows it to have.
struct Pull {
  std::vector<Range> ranges;

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

// Effects that a member asked for.
struct Resend {
  std::vector<EffectPtr> effects;

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const { out << effects.size() << " effects"; }
};

// The sender is a member, from now on or since before the receiver started.
struct Join {
  std::uint32_t wire_size() const { return framing_bytes; }
  void describe(std::ostream& out) const { out << "as a member"; }
};

// The sender is no member any more.
struct Leave {
  std::uint32_t wire_size() const { return framing_bytes; }
  void describe(std::ostream& out) const { out << "for good"; }
};

struct SnapshotRequest {
  std::uint32_t wire_size() const { return framing_bytes; }
  void describe(std::ostream& out) const { out << "of all objects"; }
};

// A replica's whole state. `record` is how a replica writes it to its disk, with the simulation's names of writes; on
// the wire it counts as `bytes`: keys, states and the clock.
struct Snapshot {
  std::shared_ptr<const std::string> record;
  std::uint32_t bytes = 0;

  std::uint32_t wire_size() const { return framing_bytes + bytes; }
  void describe(std::ostream& out) const { out << "of " << bytes << " bytes"; }
};

// The same by datagram, with a checksum.
template <class Content>
struct Datagram : Content {
  std::uint32_t wire_size() const { return Content::wire_size() + checksum_bytes; }
};

using AnyMessage = std::variant<Broadcast, Acknowledgement, Clock, Pull, Resend, Join, Leave, SnapshotRequest, Snapshot,
                                Datagram<Broadcast>, Datagram<Acknowledgement>>;

// Of AnyMessage, in its order.
std::vector<MessageKind> message_kinds();

// As `params.transport` carries it.
template <class Content>
MessagePtr envelope(const Params& params, Content content) {
  if (params.transport == Transport::stream) return make_message<AnyMessage>(std::move(content));
  return make_message<AnyMessage>(Datagram<Content>{std::move(content)});
}

}  // namespace hearsay::causal
