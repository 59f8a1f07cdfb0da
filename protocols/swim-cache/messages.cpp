#include "protocols/swim-cache/messages.hpp"

#include <algorithm>

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

}  // namespace

// Each filter is bytes of a type and a MessagePack list of names, or a map {Tag, Expr}.
std::uint32_t wire_size(const QueryFilter& filter) {
  std::uint32_t bytes = 0;
  if (!filter.nodes.empty()) bytes += 1 + 1 + number_bytes(filter.nodes.size());
  for (const NodeId node : filter.nodes) bytes += text_bytes(membership::name_bytes(node));
  if (filter.group) bytes += 1 + 1 + 1 + 4 + 6 + 5 + text_bytes(1 + number_bytes(*filter.group));
  return bytes;
}

// memberlist's user-message byte, Serf's message byte, and a MessagePack map {LTime, Name, Payload, CC} or, for a
// query, with {ID, Addr, Port, SourceNode, Filters, Flags, RelayFactor, Timeout} besides.
std::uint32_t wire_size(const Event& event) {
  const std::uint32_t common = 2 + 1 + 6 + number_bytes(event.time) + 5 +
                               text_bytes(static_cast<std::uint32_t>(event.type.size())) + 8 + text_bytes(event.size);
  return event.query
             ? common + wire_size(event.filter) + 3 + 5 + 5 + 5 + 5 + 3 + 11 + 9 + 8 + 1 + 6 + 1 + 12 + 1 + 8 + 9
             : common + 3 + 1;
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

void QueryAnswer::describe(std::ostream& out) const { out << "health " << health; }

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

std::vector<MessageKind> message_kinds() {
  const auto datagram = Transport::datagram;
  const auto stream = Transport::stream;
  return {{"ping", datagram},   {"ping_req", datagram},     {"ack", datagram},       {"nack", datagram},
          {"gossip", datagram}, {"query_answer", datagram}, {"stream_ping", stream}, {"push_pull", stream},
          {"put", stream},      {"put_ack", stream},        {"get", stream},         {"get_reply", stream},
          {"offer", stream},    {"held", stream},           {"transfer", stream},    {"ranges", stream},
          {"update", stream},   {"update_ack", stream},     {"relay", datagram}};
}

}  // namespace hearsay::swim
