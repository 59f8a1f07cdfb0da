#include "protocols/swim-cache/membership_messages.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace hearsay::membership {
namespace {

constexpr std::uint32_t field(std::string_view name) { return text_bytes(static_cast<std::uint32_t>(name.size())); }
constexpr std::uint32_t head = 1 + 1;  // type byte, map header
constexpr std::uint32_t address = text_bytes(4);
constexpr std::uint32_t port = 3;
constexpr std::uint32_t versions = text_bytes(6);

constexpr std::uint32_t named(NodeId node) { return text_bytes(name_bytes(node)); }
constexpr std::uint32_t source(NodeId node) {
  return field("SourceAddr") + address + field("SourcePort") + port + field("SourceNode") + named(node);
}

}  // namespace

std::uint32_t wire_size(const Update& update, const Config& config) {
  const std::uint32_t common =
      head + field("Incarnation") + number_bytes(update.incarnation) + field("Node") + named(update.about);
  if (update.state != MemberState::alive) return common + field("From") + named(update.from);
  return common + field("Addr") + address + field("Port") + port + field("Meta") + text_bytes(config.metadata_size) +
         field("Vsn") + versions;
}

// Two type bytes and {LTime, Node}; a departure has {Prune} besides.
std::uint32_t wire_size(const Intent& intent) {
  return 2 + 1 + field("LTime") + number_bytes(intent.time) + field("Node") + named(intent.node) +
         (intent.leaves ? field("Prune") + 1 : 0);
}

std::uint32_t wire_size(const Packet& packet, NodeId sender, NodeId receiver) {
  const std::uint32_t sequence = head + field("SeqNo") + number_bytes(packet.sequence);
  switch (packet.kind) {
    case PacketKind::ping: return sequence + field("Node") + named(receiver) + source(sender);
    case PacketKind::ping_req:
      return sequence + field("Target") + address + field("Port") + port + field("Node") + named(packet.target) +
             field("Nack") + 1 + source(sender);
    case PacketKind::ack: return sequence + field("Payload") + text_bytes(coordinate_bytes);
    case PacketKind::nack: return sequence;
    case PacketKind::gossip: return 0;
  }
  return 0;
}

std::uint32_t wire_size(const FullState& state, const Config& config) {
  std::uint32_t bytes = head + field("Nodes") + number_bytes(state.members.size()) + field("UserStateLen") + 3 +
                        field("Join") + 1 + 70;  // 70: names and clocks of Serf's part
  for (const MemberRecord& member : state.members)
    bytes += 1 + field("Name") + named(member.node) + field("Addr") + address + field("Port") + port + field("Meta") +
             text_bytes(config.metadata_size) + field("Incarnation") + number_bytes(member.incarnation) +
             field("State") + 1 + field("Vsn") + versions + named(member.node) + 3;
  for (const Intent& gone : state.left) bytes += 2 * named(gone.node) + number_bytes(gone.time);
  return bytes;
}

double compressed_share(std::size_t members) {
  return std::min(1.0, 0.1 + 1.1 / std::sqrt(static_cast<double>(std::max<std::size_t>(1, members))));
}

// Field names cost their bytes the first time, and little after.
std::uint32_t compressed_size(const Packet& packet, std::uint32_t bytes, std::uint32_t first) {
  const auto alive = static_cast<double>(std::count_if(packet.updates.begin(), packet.updates.end(),
                                                       [](const Update& u) { return u.state == MemberState::alive; }));
  const double others = static_cast<double>(packet.updates.size() + packet.intents.size()) - alive;
  const double left = 40 + 1.125 * first + (alive > 0 ? 48 + 42 * alive : 0) + (others > 0 ? 35.5 + 12.5 * others : 0);
  return std::min(bytes, static_cast<std::uint32_t>(std::ceil(left)));
}

void describe(std::ostream& out, const Update& update) {
  static constexpr const char* words[] = {"alive", "suspect", "dead", "left"};
  out << update.about << " " << words[static_cast<std::size_t>(update.state)] << " i" << update.incarnation;
  if (update.from != update.about) out << " by " << update.from;
}

void describe(std::ostream& out, const Intent& intent) {
  out << intent.node << (intent.leaves ? " goes t" : " comes t") << intent.time;
}

void describe(std::ostream& out, const Packet& packet) {
  const char* separator = "";
  if (packet.kind != PacketKind::gossip) out << "#" << packet.sequence;
  if (packet.kind == PacketKind::ping_req) out << " of " << packet.target;
  if (packet.kind != PacketKind::gossip) separator = " ";
  for (const Update& update : packet.updates) {
    describe(out << separator, update);
    separator = ", ";
  }
  for (const Intent& intent : packet.intents) {
    describe(out << separator, intent);
    separator = ", ";
  }
}

}  // namespace hearsay::membership
