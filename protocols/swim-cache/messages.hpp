// What nodes of `swim-cache` tell each other. Sizes are those of memberlist's and Serf's encodings for membership and
// events, without the headers of UDP, TCP and IP; the cache talks HTTP.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "protocols/common/range_reconciliation.hpp"
#include "protocols/swim-cache/entry.hpp"
#include "protocols/swim-cache/membership_messages.hpp"
#include "sim/core/message.hpp"

namespace hearsay::swim {

// --- events

// Whom a query asks (Serf's FilterNode and FilterTag); all spread it. Empty: everybody.
struct QueryFilter {
  std::vector<NodeId> nodes;           // only these, ascending
  std::optional<std::uint32_t> group;  // only those with this value of the tag `group`
  bool empty() const { return nodes.empty() && !group; }
};

// A user event, or a query, which asks for answers to `origin`.
struct Event {
  std::uint64_t time = 0;  // Lamport
  std::uint64_t id = 0;    // the cluster's name for it
  std::string type;        // what subscriptions filter by
  NodeId origin = no_node;
  WriteId write = no_write;
  std::uint32_t size = 0;  // payload bytes
  bool query = false;
  NodeId name = no_node;           // of a query: the name that it asks about, which is its payload
  QueryFilter filter{};            // of a query
  std::uint32_t relay_factor = 0;  // of a query: answers also come through so many other members
  bool wants_acks = false;         // of a query
  bool coalesces = false;          // of a user event: a later one of its type may replace it
  Duration limit{};                // of a query: for which its origin waits for answers
};
using EventPtr = std::shared_ptr<const Event>;
// As Serf encodes it, with memberlist's byte for a user's message.
std::string encode(const Event& event);
std::uint32_t wire_size(const Event& event);

// --- membership

template <membership::PacketKind kind>
struct Datagram {
  membership::Packet packet;
  std::vector<EventPtr> events;
  std::uint32_t bytes = 0;
  std::uint32_t wire_size() const { return bytes; }
  void describe(std::ostream& out) const;
};
using Ping = Datagram<membership::PacketKind::ping>;
using PingReq = Datagram<membership::PacketKind::ping_req>;
using Ack = Datagram<membership::PacketKind::ack>;
using Nack = Datagram<membership::PacketKind::nack>;
using Gossip = Datagram<membership::PacketKind::gossip>;

struct StreamPing {
  std::uint32_t sequence = 0;
  bool reply = false;
  std::uint32_t bytes = 0;
  std::uint32_t wire_size() const { return bytes; }
  void describe(std::ostream& out) const;
};

struct PushPull {
  std::shared_ptr<const membership::FullState> state;
  std::vector<EventPtr> events;
  std::uint64_t event_time = 0, query_time = 0;  // Lamport
  bool reply = false;
  std::uint32_t bytes = 0;
  std::uint32_t wire_size() const { return bytes; }
  void describe(std::ostream& out) const;
};
// Serf's part of a full state: times of the members' intents, who has left, and the events of a buffer of `slots`.
std::string encode(const PushPull& exchange, std::uint32_t slots);

// An answer to a query, or only "I have got it".
struct QueryAnswer {
  std::uint64_t query = 0;
  std::uint64_t time = 0;  // Lamport, of the query
  NodeId from = no_node;
  std::uint32_t health = 0;
  std::uint32_t size = 0;  // payload bytes
  bool acknowledgement = false;
  NodeId address = no_node;  // of a query about a name: the node that goes by it
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

// An answer that is to be passed on.
struct Relay {
  NodeId to = no_node;
  QueryAnswer answer;
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

// --- cache

inline constexpr std::uint32_t http_request = 160,
                               http_response = 120;  // bytes of the lines and headers

struct Put {  // number 0: a repair, not answered
  std::uint32_t number = 0;
  Siblings entries;  // of one key, at least one
  std::uint32_t wire_size() const { return http_request + swim::wire_size(entries); }
  void describe(std::ostream& out) const;
};
struct PutAck {
  std::uint32_t number = 0;
  std::uint32_t wire_size() const { return http_response; }
  void describe(std::ostream& out) const;
};
struct Get {
  std::uint32_t number = 0;
  std::string key;
  std::uint32_t wire_size() const { return http_request + static_cast<std::uint32_t>(key.size()); }
  void describe(std::ostream& out) const;
};
struct GetReply {
  std::uint32_t number = 0;
  Siblings entries;  // none: a miss
  std::uint32_t wire_size() const { return http_response + swim::wire_size(entries); }
  void describe(std::ostream& out) const;
};
// "I hold these versions; which do you lack?" The receiver answers with Held.
struct Offer {
  struct Item {
    std::string key;
    std::vector<Version> versions;
  };
  std::vector<Item> items;
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};
struct Held {
  std::vector<std::string> held, wanted;
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};
struct Transfer {                 // answered with Held, unless it comes of a comparison
  std::vector<Siblings> entries;  // a key each
  bool compared = false;
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};
struct Ranges {
  RangeMessage ranges;
  std::vector<RangeSet::Key> wanted;
  std::uint32_t wire_size() const {
    return http_request + hearsay::wire_size(ranges) + 8 * static_cast<std::uint32_t>(wanted.size());
  }
  void describe(std::ostream& out) const;
};

// With siblings: an owner is to take a client's write, and tells whether W owners have it.
struct Update {
  std::uint32_t number = 0;
  std::string key, value;
  WriteId write = no_write;
  std::uint32_t size = 0;
  bool deleted = false;
  VectorClock seen;  // what the client had read of the key
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};
struct UpdateAck {
  std::uint32_t number = 0;
  bool done = false;
  std::uint32_t wire_size() const { return http_response; }
  void describe(std::ostream& out) const;
};

// What Raft's part of a node sends to that of another one.
struct Agreed {
  MessagePtr message;
  std::uint32_t wire_size() const { return message->wire_size(); }
  void describe(std::ostream& out) const;
};

// A snapshot of the whole cluster goes through the sender.
struct ClusterMarker {
  std::uint64_t snapshot = 0;
  std::vector<NodeId> participants;
  bool alone = false;  // without markers: nobody else is told
  std::uint32_t wire_size() const { return http_request + 8 + 8 * static_cast<std::uint32_t>(participants.size()); }
  void describe(std::ostream& out) const { out << "snapshot " << snapshot; }
};

using AnyMessage =
    std::variant<Ping, PingReq, Ack, Nack, Gossip, QueryAnswer, StreamPing, PushPull, Put, PutAck, Get, GetReply, Offer,
                 Held, Transfer, Ranges, Update, UpdateAck, Relay, Agreed, ClusterMarker>;
std::vector<MessageKind> message_kinds();  // in the order of the variant

template <class M>
MessagePtr envelope(M message) {
  return make_message<AnyMessage>(std::move(message));
}

}  // namespace hearsay::swim
