// What members tell each other, as memberlist encodes it, and how many bytes that takes: every message is a type byte
// and a MessagePack map from field names to values (memberlist net.go, util.go).
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "protocols/swim-cache/membership_config.hpp"
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
  bool operator==(const Update&) const = default;
};

// "I come", "I go": Serf's own message, which rides on packets as a user's broadcast.
struct Intent {
  NodeId node = no_node;
  std::uint32_t time = 0;  // Lamport, from 1
  bool leaves = false;
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
  std::uint32_t bytes = 0;  // of all that, without what the user adds
};

struct MemberRecord {
  NodeId node = no_node;
  std::uint32_t incarnation = 0;
  MemberState state = MemberState::alive;
  std::uint16_t metadata = 0;
  std::uint32_t intent_time = 0;  // Serf's Lamport time of its last intent; 0: none
};

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

std::uint32_t wire_size(const Update& update, const Config& config);
std::uint32_t wire_size(const Intent& intent);  // with memberlist's byte for a user's message
std::uint32_t wire_size(const Packet& packet, NodeId sender, NodeId receiver);  // of the first message alone
// Before compression; Serf's own part of the exchange (a time for each member) included.
std::uint32_t wire_size(const FullState& state, const Config& config);
// What LZW leaves of a full state of `members`: fitted to Go's compress/lzw on such states of 3 to 1000 members, within
// 0.03.
double compressed_share(std::size_t members);
// What it leaves of a packet of `bytes`, of which `first` are the failure detector's message: memberlist keeps
// whichever is smaller. Fitted likewise to packets of 3 to 30 updates of one kind, within 0.05; fewer updates do not
// get smaller.
std::uint32_t compressed_size(const Packet& packet, std::uint32_t bytes, std::uint32_t first);

inline constexpr std::uint32_t compound_header = 2;    // type and number of parts
inline constexpr std::uint32_t compound_overhead = 2;  // length of each part
inline constexpr std::uint32_t checksum_header = 5;    // type and CRC-32 of a packet
// Serf's Vivaldi coordinate, which each ack carries: 8 dimensions, error, adjustment, height.
inline constexpr std::uint32_t coordinate_bytes = 1 + 1 + 4 + 1 + 8 * 9 + 6 + 9 + 11 + 9 + 7 + 9;

void describe(std::ostream& out, const Update& update);
void describe(std::ostream& out, const Intent& intent);
void describe(std::ostream& out, const Packet& packet);

}  // namespace hearsay::membership
