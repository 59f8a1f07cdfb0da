// Messages between replicas, as datagrams or over connections.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/common/causal_queue.hpp"
#include "protocols/common/crdt/join_map.hpp"
#include "protocols/common/range_reconciliation.hpp"
#include "protocols/delta-gossip/bits.hpp"
#include "protocols/delta-gossip/element.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/short_list.hpp"
#include "sim/core/message.hpp"

namespace hearsay::gossip {

// Number of a message with values among those from one incarnation of a node to one peer, from 1.
using MessageNumber = std::uint32_t;

// Feedback to one message: which of its values the receiver held before, one bit each.
struct Acknowledgement {
  MessageNumber number = 0;
  bool repeated = false;  // the message had come before: its feedback went with the first acknowledgement
  Bits known;
};
using Acknowledgements = ShortList<Acknowledgement>;

// What every message begins with.
struct Header {
  std::uint32_t incarnation = 0;      // of the sender
  std::uint32_t fixed_bytes = 0;      // ids, checksum, signature
  double body_share = 1;              // compressed size
  std::uint32_t compressed_from = 0;  // bytes of the body before compression; 0: it is not compressed
  Acknowledgements acknowledgements;

  std::uint32_t size(std::size_t body) const;
  void describe(std::ostream& out, const char* separator = " ") const;
};

// Values. Pushed ones are numbered and acknowledged; those that answer a request may be, too.
struct Gossip : Header {
  MessageNumber number = 0;  // 0: not to be acknowledged
  bool asks = false;         // push-pull under rumour: and send me your hot ones
  std::vector<Carried> elements;

  static constexpr std::size_t fixed_size = 1 + 4;  // of the body: flags and number
  std::size_t body_size() const;
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
  Gossip corrupted(std::uint64_t bits) const;
};

// Every value that a node holds: the document's present state.
struct FullState : Header {
  std::shared_ptr<const std::vector<Carried>> elements;
  std::size_t bytes = 0;  // of all elements

  std::size_t body_size() const { return bytes; }
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
  FullState corrupted(std::uint64_t bits) const;
};

struct Ack : Header {
  std::size_t body_size() const { return 0; }
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
};

// Rumour mongering by pull: send me your hot rumours.
struct RumourRequest : Header {
  std::size_t body_size() const { return 0; }
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
};

// What the sender holds: send me what I lack.
struct DigestMessage : Header {
  std::shared_ptr<const Version> version;
  bool exchange = false;  // and ask in turn for what you lack
  std::size_t body_size() const { return 1 + version->wire_size(); }
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
};

// The same by ranges; goes to and fro until the differences are found.
struct RangesMessage : Header {
  RangeMessage ranges;
  std::vector<std::uint64_t> wanted;  // keys that the sender found it lacks
  std::size_t body_size() const;
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
};

// Answers a digest: what the other one lacked. `gone`: ids that it need not wait for, their values were dropped.
struct Repair : Header {
  std::vector<Carried> elements;
  std::vector<Dot> gone;
  std::size_t body_size() const;
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
  Repair corrupted(std::uint64_t bits) const;
};

// A client's update of a data type, as Scuttlebutt and operation-based synchronisation name and keep it.
struct Update {
  CausalStamp stamp;  // without `before` for Scuttlebutt
  JoinEntries delta;
};
using UpdatePtr = std::shared_ptr<const Update>;

// By node: which updates it has.
using Knowledge = std::map<NodeId, VectorClock>;

// Synchronisation of a data type: what of it is set is sent.
struct SyncMessage : Header {
  std::shared_ptr<const JoinEntries> entries;  // a state, a delta group, or what a digest shows is missing
  std::vector<UpdatePtr> updates;              // Scuttlebutt's answer, or operations
  std::shared_ptr<const Knowledge> knowledge;  // Scuttlebutt: send me what I lack
  RangeMessage ranges;                         // the same by fingerprints
  std::vector<RangeSet::Key> wanted;
  std::size_t entry_count = 0;
  std::size_t entry_bytes = 0;
  std::size_t metadata_bytes = 0;

  // Fills in the last three, as Enes et al. count: 20 bytes a node, 8 a sequence number.
  void measure();
  std::size_t body_size() const { return 1 + entry_bytes + metadata_bytes; }
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
};

// About the overlay.
struct Hello : Header {
  enum class Kind : std::uint8_t {
    probe,   // are you there?
    answer,  // I am
    link,    // I am your neighbour now
    unlink,  // I am not any more
    leave,   // I am going
    // under a connection limit
    call,     // may I make contact?
    consent,  // you may
    reject,   // too many have asked in this round
  } kind = Kind::probe;
  std::size_t body_size() const { return 1; }
  std::uint32_t wire_size() const { return size(body_size()); }
  void describe(std::ostream& out) const;
};

// The same over a connection.
template <class Content>
struct Streamed : Content {
  explicit Streamed(Content content) : Content(std::move(content)) {}
};

using AnyMessage =
    std::variant<Gossip, FullState, Ack, RumourRequest, DigestMessage, RangesMessage, Repair, Hello, Streamed<Gossip>,
                 Streamed<FullState>, Streamed<Ack>, Streamed<RumourRequest>, Streamed<DigestMessage>,
                 Streamed<RangesMessage>, Streamed<Repair>, Streamed<Hello>, SyncMessage, Streamed<SyncMessage>>;

// Of AnyMessage, in its order.
std::vector<MessageKind> message_kinds();

// As `params.transport` carries it. `make()` gives the content: it is made where it stays, as to move a message costs
// more than to fill it in.
template <class Make>
MessagePtr envelope(const Params& params, Make make) {
  using Content = decltype(make());
  if (params.transport == Carrier::datagram)
    return MessagePtr(new Payload<AnyMessage>(std::in_place_type<Content>, make));
  return MessagePtr(new Payload<AnyMessage>(Streamed<Content>(make())));
}

// On the wire.
inline constexpr std::size_t dot_bytes = 12;
std::size_t bytes_of(const Element& element);
std::size_t bytes_of(const Carried& carried);
// Each takes its number, and a bit for each value.
std::size_t bytes_of(const Acknowledgements& acknowledgements);

}  // namespace hearsay::gossip
