// What members tell each other, as memberlist encodes it, and how many bytes that takes: every message is a type byte
// and a MessagePack map from field names to values (memberlist net.go, util.go).
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/swim-cache/membership_config.hpp"
#include "protocols/swim-cache/msgpack.hpp"
#include "protocols/swim-cache/vivaldi.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::membership {

// "I say of a member that it is alive, suspect, dead, or has left." One that leaves says so of itself.
struct Update {
  NodeId about = no_node;
  NodeId from = no_node;
  std::uint32_t incarnation = 0;
  MemberState state = MemberState::alive;
  std::uint16_t metadata = 0;  // version of the metadata, of `alive`
  NodeId address = no_node;    // of `alive`: the node that goes by the name; no_node: that of its number
  bool operator==(const Update&) const = default;
};

// "I come", "I go": Serf's own message, which rides on packets as a user's broadcast.
struct Intent {
  NodeId node = no_node;
  std::uint32_t time = 0;  // Lamport, from 1
  bool leaves = false;
  bool prunes = false;  // of one that leaves: it is to be forgotten at once
  bool operator==(const Intent&) const = default;
};

enum class PacketKind : std::uint8_t { ping, ping_req, ack, nack, gossip };

// A datagram: one message of the failure detector, or none (`gossip`), and what is piggybacked on it.
struct Packet {
  PacketKind kind = PacketKind::gossip;
  std::uint32_t sequence = 0;
  NodeId target = no_node;  // of ping_req
  bool wants_nack = false;  // of ping_req
  std::vector<Update> updates;
  std::vector<Intent> intents;
  std::shared_ptr<const Coordinate> coordinate{};  // of an ack: of who was pinged
  bool checksum = false;                           // a CRC-32 stands before it
  std::uint32_t room = 0;  // bytes that the user's broadcasts may still take, with compound_overhead for each
};

struct MemberRecord {
  NodeId node = no_node;
  std::uint32_t incarnation = 0;
  MemberState state = MemberState::alive;
  std::uint16_t metadata = 0;
  std::uint32_t intent_time = 0;  // Serf's Lamport time of its last intent; 0: none
  NodeId address = no_node;       // as in Update
};

// The node that goes by a name: usually the one whose number it is.
constexpr NodeId address_of_name(NodeId name, NodeId address) { return address == no_node ? name : address; }

// One side of a full state exchange.
struct FullState {
  std::vector<MemberRecord> members;
  std::vector<Intent> left;  // who has left, as long as Serf remembers
  std::uint32_t time = 0;    // Serf's Lamport time of intents
  bool joins = false;
};

// Bytes of a name as nodes are called: "node-17".
constexpr std::uint32_t name_bytes(NodeId node) {
  std::uint32_t digits = 1;
  for (NodeId rest = node; rest >= 10; rest /= 10) ++digits;
  return 5 + digits;
}
// A number as MessagePack writes it.
constexpr std::uint32_t number_bytes(std::uint64_t number) {
  return number < 128 ? 1 : number < 256 ? 2 : number < 65536 ? 3 : number < (std::uint64_t{1} << 32) ? 5 : 9;
}
// A text or bytes.
constexpr std::uint32_t text_bytes(std::uint32_t length) { return length + (length < 32 ? 1 : length < 65536 ? 3 : 5); }

// Sizes of single messages as they are encoded.
std::uint32_t wire_size(const Update& update, const Config& config);
std::uint32_t wire_size(const Intent& intent);  // with memberlist's byte for a user's message
std::uint32_t wire_size(const Packet& packet, NodeId sender,
                        NodeId receiver);  // of the first message alone

std::string encode(const Update& update, const Config& config);
std::string encode(const Intent& intent);
std::string encode_first(const Packet& packet, NodeId sender, NodeId receiver);
// memberlist's part of a full state and, where Serf runs, Serf's (see swim::encode).
std::string encode(const FullState& state, std::string_view serf, const Config& config);

// Bytes of a datagram: several messages in a compound one, compressed if that makes it smaller, with its checksum.
// `user`: the user's messages, encoded.
std::uint32_t datagram_size(const Packet& packet, NodeId sender, NodeId receiver, const Config& config,
                            const std::vector<std::string>& user = {});
// Bytes of what goes over a stream: always compressed, if anything is.
std::uint32_t stream_size(std::string_view message, const Config& config);

inline constexpr std::uint32_t compound_header = 2;    // type and number of parts
inline constexpr std::uint32_t compound_overhead = 2;  // length of each part
inline constexpr std::uint32_t checksum_header = 5;    // type and CRC-32 of a packet
// Serf's coordinate in an ack: a version and a map of four fields, eleven real numbers.
inline constexpr std::uint32_t coordinate_bytes =
    1 + 1 + text_bytes(10) + 9 + text_bytes(5) + 9 + text_bytes(6) + 9 + text_bytes(3) + 1 + 8 * 9;

void describe(std::ostream& out, const Update& update);
void describe(std::ostream& out, const Intent& intent);
void describe(std::ostream& out, const Packet& packet);

}  // namespace hearsay::membership
