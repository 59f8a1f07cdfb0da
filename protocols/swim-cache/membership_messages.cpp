#include "protocols/swim-cache/membership_messages.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "protocols/swim-cache/lzw.hpp"

namespace hearsay::membership {
namespace {

// Message types of memberlist and of Serf.
constexpr std::uint32_t ping_type = 0, ping_req_type = 1, ack_type = 2, suspect_type = 3, alive_type = 4, dead_type = 5,
                        push_pull_type = 6, user_type = 8, nack_type = 11;
constexpr std::uint32_t leave_type = 0, join_type = 1;
constexpr std::uint32_t port_number = 7946;

constexpr std::uint32_t field(std::string_view name) { return text_bytes(static_cast<std::uint32_t>(name.size())); }
constexpr std::uint32_t head = 1 + 1;  // type byte, map header
constexpr std::uint32_t address = text_bytes(4);
constexpr std::uint32_t port = 3;
constexpr std::uint32_t versions = text_bytes(6);
// {Algo, Buf} around what is compressed.
constexpr std::uint32_t compressed_head = head + field("Algo") + 1 + field("Buf");

constexpr std::uint32_t named(NodeId node) { return text_bytes(name_bytes(node)); }
constexpr std::uint32_t source(NodeId node) {
  return field("SourceAddr") + address + field("SourcePort") + port + field("SourceNode") + named(node);
}

std::string name_of(NodeId node) { return "node-" + std::to_string(node); }
std::string address_of(NodeId node) {
  const std::uint32_t number = (10U << 24) + node + 1;
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}
std::string versions_of(const Config& config) {
  return config.intents ? std::string("\1\5\2\2\5\4", 6) : std::string("\1\5\2\0\0\0", 6);
}

// Serf's tags: a magic byte and a map. The content is alike on all members, except for their name and its version.
void metadata(MessagePack& out, NodeId node, std::uint16_t version, const Config& config) {
  if (config.metadata_size == 0) {
    out.nil();
    return;
  }
  std::string tags = config.metadata_size > 2 ? "\xff\x81" : "\xff\x80";
  const std::string tag = "role=cache;name=" + name_of(node) + ";version=" + std::to_string(version) + ";";
  while (tags.size() < config.metadata_size) tags += tag;
  tags.resize(config.metadata_size);
  out.text(tags);
}

void source(MessagePack& out, NodeId node) {
  out.text("SourceAddr").text(address_of(node)).text("SourceNode").text(name_of(node));
  out.text("SourcePort").number(port_number);
}

// Of datagrams that were compressed lately: a node gossips the same to several others, and others the same as well.
class CompressedSizes {
 public:
  std::uint32_t of(std::string_view message) {
    if (message.size() > most_bytes) return lzw_size(message);
    auto& [known, size] = lately_[std::hash<std::string_view>{}(message) % lately_.size()];
    if (size == 0 || known != message) {
      size = lzw_size(message);
      known = message;
    }
    return size;
  }

 private:
  static constexpr std::size_t most_bytes = 2048;
  std::array<std::pair<std::string, std::uint32_t>, 256> lately_;
};

std::uint32_t compressed(std::string_view message) {
  static thread_local CompressedSizes sizes;
  return compressed_head + text_bytes(sizes.of(message));
}

}  // namespace

// --- single messages

std::uint32_t wire_size(const Update& update, const Config& config) {
  const std::uint32_t common =
      head + field("Incarnation") + number_bytes(update.incarnation) + field("Node") + named(update.about);
  if (update.state != MemberState::alive) return common + field("From") + named(update.from);
  return common + field("Addr") + address + field("Port") + port + field("Meta") + text_bytes(config.metadata_size) +
         field("Vsn") + versions;
}

std::string encode(const Update& update, const Config& config) {
  MessagePack out;
  if (update.state != MemberState::alive) {
    out.byte(update.state == MemberState::suspect ? suspect_type : dead_type).map(3);
    out.text("From").text(name_of(update.from)).text("Incarnation").number(update.incarnation);
    out.text("Node").text(name_of(update.about));
    return out.take();
  }
  out.byte(alive_type).map(6).text("Addr").text(address_of(address_of_name(update.about, update.address)));
  out.text("Incarnation").number(update.incarnation).text("Meta");
  metadata(out, update.about, update.metadata, config);
  out.text("Node").text(name_of(update.about)).text("Port").number(port_number);
  out.text("Vsn").text(versions_of(config));
  return out.take();
}

// Two type bytes and {LTime, Node}; a departure has {Prune} besides.
std::uint32_t wire_size(const Intent& intent) {
  return 2 + 1 + field("LTime") + number_bytes(intent.time) + field("Node") + named(intent.node) +
         (intent.leaves ? field("Prune") + 1 : 0);
}

std::string encode(const Intent& intent) {
  MessagePack out;
  out.byte(user_type).byte(intent.leaves ? leave_type : join_type).map(intent.leaves ? 3 : 2);
  out.text("LTime").number(intent.time).text("Node").text(name_of(intent.node));
  if (intent.leaves) out.text("Prune").boolean(intent.prunes);
  return out.take();
}

std::uint32_t wire_size(const Packet& packet, NodeId sender, NodeId receiver) {
  const std::uint32_t sequence = head + field("SeqNo") + number_bytes(packet.sequence);
  switch (packet.kind) {
    case PacketKind::ping: return sequence + field("Node") + named(receiver) + source(sender);
    case PacketKind::ping_req:
      return sequence + field("Target") + address + field("Port") + port + field("Node") + named(packet.target) +
             field("Nack") + 1 + source(sender);
    case PacketKind::ack: return sequence + field("Payload") + (packet.coordinate ? text_bytes(coordinate_bytes) : 1);
    case PacketKind::nack: return sequence;
    case PacketKind::gossip: return 0;
  }
  return 0;
}

std::string encode_first(const Packet& packet, NodeId sender, NodeId receiver) {
  MessagePack out;
  switch (packet.kind) {
    case PacketKind::ping:
      out.byte(ping_type).map(5).text("Node").text(name_of(receiver)).text("SeqNo").number(packet.sequence);
      source(out, sender);
      break;
    case PacketKind::ping_req:
      out.byte(ping_req_type).map(8).text("Nack").boolean(packet.wants_nack);
      out.text("Node").text(name_of(packet.target)).text("Port").number(port_number);
      out.text("SeqNo").number(packet.sequence);
      source(out, sender);
      out.text("Target").text(address_of(packet.target));
      break;
    case PacketKind::ack: {
      MessagePack coordinate;
      if (packet.coordinate) encode(coordinate, *packet.coordinate);
      out.byte(ack_type).map(2).text("Payload");
      packet.coordinate ? out.text(coordinate.bytes()) : out.nil();
      out.text("SeqNo").number(packet.sequence);
      break;
    }
    case PacketKind::nack: out.byte(nack_type).map(1).text("SeqNo").number(packet.sequence); break;
    case PacketKind::gossip: break;
  }
  return out.take();
}

std::string encode(const FullState& state, std::string_view serf, const Config& config) {
  MessagePack out;
  out.byte(push_pull_type).map(3).text("Join").boolean(state.joins).text("Nodes").number(state.members.size());
  out.text("UserStateLen").number(serf.size());
  for (const MemberRecord& member : state.members) {
    out.map(7)
        .text("Addr")
        .text(address_of(address_of_name(member.node, member.address)))
        .text("Incarnation")
        .number(member.incarnation)
        .text("Meta");
    metadata(out, member.node, member.metadata, config);
    out.text("Name").text(name_of(member.node)).text("Port").number(port_number);
    out.text("State").number(static_cast<std::uint64_t>(member.state)).text("Vsn").text(versions_of(config));
  }
  out.raw(serf);
  return out.take();
}

// --- what goes out

std::uint32_t datagram_size(const Packet& packet, NodeId sender, NodeId receiver, const Config& config,
                            const std::vector<std::string>& user) {
  const std::size_t others = packet.updates.size() + packet.intents.size() + user.size();
  const std::uint32_t checksum = packet.checksum ? checksum_header : 0;
  // Pings, requests and bare acks alone do not get smaller.
  if (others == 0 && !packet.coordinate) return wire_size(packet, sender, receiver) + checksum;
  std::vector<std::string> parts;
  if (packet.kind != PacketKind::gossip) parts.push_back(encode_first(packet, sender, receiver));
  for (const Update& update : packet.updates) parts.push_back(encode(update, config));
  for (const Intent& intent : packet.intents) parts.push_back(encode(intent));
  parts.insert(parts.end(), user.begin(), user.end());
  MessagePack compound;
  if (parts.size() > 1) {
    compound.byte(7).byte(static_cast<std::uint32_t>(parts.size()));
    for (const std::string& part : parts) {
      const auto length = static_cast<std::uint32_t>(part.size());
      compound.byte(length >> 8 & 0xff).byte(length & 0xff);
    }
  }
  for (const std::string& part : parts) compound.raw(part);
  const std::uint32_t bytes = compound.size();
  return (config.compression ? std::min(bytes, compressed(compound.bytes())) : bytes) + checksum;
}

// A dictionary is full after some ten KiB, so what holds for the first ones holds for the rest of a large state.
std::uint32_t stream_size(std::string_view message, const Config& config) {
  constexpr std::size_t tried = 65536;
  if (!config.compression) return static_cast<std::uint32_t>(message.size());
  if (message.size() <= tried) return compressed(message);
  const double share = static_cast<double>(lzw_size(message.substr(0, tried))) / tried;
  return compressed_head + 5 + static_cast<std::uint32_t>(share * static_cast<double>(message.size()));
}

void describe(std::ostream& out, const Update& update) {
  static constexpr const char* words[] = {"alive", "suspect", "dead", "left"};
  out << update.about << " " << words[static_cast<std::size_t>(update.state)] << " i" << update.incarnation;
  if (update.from != update.about) out << " by " << update.from;
  if (update.address != no_node) out << " at " << update.address;
}

void describe(std::ostream& out, const Intent& intent) {
  out << intent.node << (intent.prunes ? " is pruned t" : intent.leaves ? " goes t" : " comes t") << intent.time;
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
