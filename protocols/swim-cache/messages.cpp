#include "protocols/swim-cache/messages.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "protocols/common/raft/messages.hpp"

namespace hearsay::swim {
namespace {

using membership::number_bytes;
using membership::text_bytes;

void describe_events(std::ostream& out, const std::vector<EventPtr>& events, const char* separator) {
  for (const EventPtr& event : events) {
    out << separator << (event->query ? "query " : "event ") << event->type << " t" << event->time << " of "
        << event->origin;
    separator = ", ";
  }
}

template <class Texts>
void describe_list(std::ostream& out, const char* title, const Texts& texts) {
  if (texts.empty()) return;
  out << title;
  for (const auto& text : texts) out << " " << text;
}

std::uint32_t total(const std::vector<std::string>& texts) {
  std::uint32_t bytes = 0;
  for (const auto& text : texts) bytes += text_bytes(static_cast<std::uint32_t>(text.size()));
  return bytes;
}

// Bytes that do not get smaller, as those of a user's payload need not.
std::string noise(std::uint64_t id, std::uint32_t size) {
  constexpr std::size_t word_bytes = 8;
  std::string bytes((size + word_bytes - 1) / word_bytes * word_bytes, '\0');
  std::uint64_t word = id;
  for (std::size_t i = 0; i < bytes.size(); i += word_bytes) {
    word = scatter(word);
    if constexpr (std::endian::native == std::endian::little)
      std::memcpy(&bytes[i], &word, word_bytes);
    else
      for (std::size_t k = 0; k < word_bytes; ++k) bytes[i + k] = static_cast<char>(word >> (8 * k) & 0xff);
  }
  bytes.resize(size);
  return bytes;
}

std::string name_of(NodeId node) { return "node-" + std::to_string(node); }

// Each filter is bytes of a type and a MessagePack list of names, or a map {Expr, Tag}.
void encode(MessagePack& out, const QueryFilter& filter) {
  if (filter.empty()) {
    out.nil();
    return;
  }
  out.list((filter.nodes.empty() ? 0 : 1) + (filter.group ? 1 : 0));
  if (!filter.nodes.empty()) {
    MessagePack nodes;
    nodes.byte(0).list(static_cast<std::uint32_t>(filter.nodes.size()));
    for (const NodeId node : filter.nodes) nodes.text(name_of(node));
    out.text(nodes.bytes());
  }
  if (filter.group) {
    MessagePack group;
    group.byte(1).map(2).text("Expr").text("^" + std::to_string(*filter.group) + "$").text("Tag").text("group");
    out.text(group.bytes());
  }
}

}  // namespace

std::string encode(const Event& event) {
  constexpr std::uint32_t user = 8, user_event = 3, query = 4;
  MessagePack out;
  if (!event.query) {
    out.byte(user).byte(user_event).map(4).text("CC").boolean(event.coalesces).text("LTime").number(event.time);
    out.text("Name").text(event.type).text("Payload").text(noise(event.id, event.size));
    return out.take();
  }
  out.byte(user).byte(query).map(11).text("Addr").text(noise(event.origin, 4)).text("Filters");
  encode(out, event.filter);
  out.text("Flags").number(event.wants_acks ? 1 : 0).text("ID").number(event.id & 0xffffffff);
  out.text("LTime").number(event.time).text("Name").text(event.type).text("Payload");
  event.name == no_node ? out.nil() : out.text(name_of(event.name));
  out.text("Port")
      .number(7946)
      .text("RelayFactor")
      .number(event.relay_factor)
      .text("SourceNode")
      .text(name_of(event.origin));
  out.text("Timeout").number(static_cast<std::uint64_t>(event.limit.count()));
  return out.take();
}

std::uint32_t wire_size(const Event& event) { return static_cast<std::uint32_t>(encode(event).size()); }

std::string encode(const PushPull& exchange, std::uint32_t slots) {
  const membership::FullState& state = *exchange.state;
  MessagePack out;
  out.byte(2).map(6).text("EventLTime").number(exchange.event_time + 1).text("Events").list(slots);
  std::uint32_t filled = 0;
  for (std::size_t i = 0; i < exchange.events.size(); ++filled) {  // by time; those of one time share a slot
    std::size_t end = i;
    while (end < exchange.events.size() && exchange.events[end]->time == exchange.events[i]->time) ++end;
    out.map(2).text("Events").list(static_cast<std::uint32_t>(end - i));
    const std::uint64_t time = exchange.events[i]->time;
    for (; i < end; ++i) {
      const Event& event = *exchange.events[i];
      out.map(2).text("Name").text(event.type).text("Payload").text(noise(event.id, event.size));
    }
    out.text("LTime").number(time);
  }
  for (; filled < slots; ++filled) out.nil();
  out.text("LTime").number(state.time).text("LeftMembers").list(static_cast<std::uint32_t>(state.left.size()));
  for (const membership::Intent& gone : state.left) out.text(name_of(gone.node));
  out.text("QueryLTime").number(exchange.query_time + 1);
  out.text("StatusLTimes").map(static_cast<std::uint32_t>(state.members.size()));
  for (const membership::MemberRecord& member : state.members)
    out.text(name_of(member.node)).number(member.intent_time);
  return out.take();
}

template <membership::PacketKind kind>
void Datagram<kind>::describe(std::ostream& out) const {
  membership::describe(out, packet);
  describe_events(
      out, events,
      packet.kind == membership::PacketKind::gossip && packet.updates.empty() && packet.intents.empty() ? "" : ", ");
}
template struct Datagram<membership::PacketKind::ping>;
template struct Datagram<membership::PacketKind::ping_req>;
template struct Datagram<membership::PacketKind::ack>;
template struct Datagram<membership::PacketKind::nack>;
template struct Datagram<membership::PacketKind::gossip>;

void StreamPing::describe(std::ostream& out) const { out << (reply ? "ack #" : "ping #") << sequence; }

void PushPull::describe(std::ostream& out) const {
  out << (reply ? "reply, " : "") << state->members.size() << " members, " << events.size() << " events";
}

// memberlist's and Serf's message bytes, and a map {Flags, From, ID, LTime, Payload}.
std::uint32_t QueryAnswer::wire_size() const {
  return 2 + 1 + text_bytes(5) + 1 + text_bytes(4) + text_bytes(membership::name_bytes(from)) + text_bytes(2) + 5 +
         text_bytes(5) + number_bytes(time) + text_bytes(7) + text_bytes(size);
}
void QueryAnswer::describe(std::ostream& out) const {
  if (acknowledgement)
    out << "acknowledged";
  else if (address != no_node)
    out << "node " << address;
  else
    out << "health " << health;
}

// Serf's relay header: {DestAddr: {IP, Port, Zone}, DestName}.
std::uint32_t Relay::wire_size() const {
  return answer.wire_size() + 2 + 9 + 1 + 3 + text_bytes(4) + 5 + 3 + 5 + 1 + 9 +
         text_bytes(membership::name_bytes(to));
}
void Relay::describe(std::ostream& out) const {
  answer.describe(out);
  out << " of " << answer.from << " for " << to;
}

void Put::describe(std::ostream& out) const {
  out << "#" << number << " ";
  swim::describe(out, entries);
}
void PutAck::describe(std::ostream& out) const { out << "#" << number; }
void Get::describe(std::ostream& out) const { out << "#" << number << " " << key; }
void GetReply::describe(std::ostream& out) const {
  out << "#" << number << " ";
  swim::describe(out, entries);
}

std::uint32_t Offer::wire_size() const {
  std::uint32_t bytes = http_request;
  for (const Item& item : items) {
    bytes += text_bytes(static_cast<std::uint32_t>(item.key.size()));
    for (const Version& version : item.versions) bytes += swim::wire_size(version);
  }
  return bytes;
}
void Offer::describe(std::ostream& out) const {
  out << "have";
  for (const Item& item : items) out << " " << item.key;
}
std::uint32_t Held::wire_size() const { return http_response + total(held) + total(wanted); }
void Held::describe(std::ostream& out) const {
  describe_list(out, "held", held);
  describe_list(out, held.empty() ? "wanted" : ", wanted", wanted);
}
std::uint32_t Transfer::wire_size() const {
  std::uint32_t bytes = http_request;
  for (const Siblings& of_key : entries) bytes += swim::wire_size(of_key);
  return bytes;
}
void Transfer::describe(std::ostream& out) const {
  const char* separator = "";
  for (const Siblings& of_key : entries) {
    swim::describe(out << separator, of_key);
    separator = ", ";
  }
}
void Ranges::describe(std::ostream& out) const {
  out << ranges.summaries.size() << " fingerprints, " << ranges.lists.size() << " lists, " << wanted.size()
      << " wanted";
}

std::uint32_t Update::wire_size() const {
  return http_request + static_cast<std::uint32_t>(key.size()) +
         std::max(size, static_cast<std::uint32_t>(value.size())) + 1 +
         12 * static_cast<std::uint32_t>(seen.entries().size());
}
void Update::describe(std::ostream& out) const {
  out << "#" << number << " " << key << (deleted ? " deleted" : "=" + value) << (seen.entries().empty() ? "" : " seen");
}
void UpdateAck::describe(std::ostream& out) const { out << "#" << number << (done ? "" : " no quorum"); }

void Agreed::describe(std::ostream& out) const {
  static const std::vector<MessageKind> kinds = raft::message_kinds();
  out << kinds[message->kind()].name << " ";
  message->describe(out);
}

std::vector<MessageKind> message_kinds() {
  const auto datagram = Transport::datagram;
  const auto stream = Transport::stream;
  return {{"ping", datagram},   {"ping_req", datagram},     {"ack", datagram},       {"nack", datagram},
          {"gossip", datagram}, {"query_answer", datagram}, {"stream_ping", stream}, {"push_pull", stream},
          {"put", stream},      {"put_ack", stream},        {"get", stream},         {"get_reply", stream},
          {"offer", stream},    {"held", stream},           {"transfer", stream},    {"ranges", stream},
          {"update", stream},   {"update_ack", stream},     {"relay", datagram},     {"consensus", stream},
          {"marker", stream}};
}

}  // namespace hearsay::swim
