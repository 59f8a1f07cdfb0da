#include "protocols/delta-gossip/messages.hpp"

#include <cmath>
#include <utility>

#include "protocols/delta-gossip/data_type.hpp"

namespace hearsay::gossip {
namespace {

// Stream and number, and how far it has come.
constexpr std::size_t element_bytes = dot_bytes + 2;

// The writer's node, with a dash for one that has restarted.
void describe_dot(std::ostream& out, const Dot& dot) {
  out << writer_of(dot.stream) << (dot.stream >> 32 != 0 ? "':" : ":") << dot.number;
}

void describe_elements(std::ostream& out, const std::vector<Carried>& elements) {
  const char* separator = "";
  for (const Carried& carried : elements) {
    describe_dot(out << separator, carried.element->dot);
    out << "=" << carried.element->value << " hop " << carried.hops;
    separator = ", ";
  }
}

// One byte of one value is another one.
std::vector<Carried> garbled(std::vector<Carried> elements, std::uint64_t bits) {
  if (elements.empty()) return elements;
  ElementPtr& victim = elements[static_cast<std::size_t>(bits % elements.size())].element;
  Element changed = *victim;
  if (changed.value.empty()) return elements;
  char& byte = changed.value[static_cast<std::size_t>((bits >> 16) % changed.value.size())];
  byte = static_cast<char>(byte ^ static_cast<char>(1 + (bits >> 32) % 255));
  victim = seal(std::move(changed));
  return elements;
}

std::size_t total_bytes(const std::vector<Carried>& elements) {
  std::size_t bytes = 0;
  for (const Carried& carried : elements) bytes += bytes_of(carried);
  return bytes;
}

}  // namespace

std::size_t bytes_of(const Element& element) {
  return element_bytes + std::max<std::size_t>(element.size, element.value.size());
}

std::size_t bytes_of(const Carried& carried) { return bytes_of(*carried.element); }

std::size_t bytes_of(const Acknowledgements& acknowledgements) {
  std::size_t bytes = 0;
  for (const Acknowledgement& ack : acknowledgements) bytes += 4 + (ack.known.size() + 7) / 8;
  return bytes;
}

std::uint32_t Header::size(std::size_t body) const {
  if (body_share != 1) body = static_cast<std::size_t>(std::ceil(static_cast<double>(body) * body_share));
  return static_cast<std::uint32_t>(fixed_bytes + body + bytes_of(acknowledgements));
}

// Each part after the first begins with a blank.
void Header::describe(std::ostream& out, const char* separator) const {
  for (const Acknowledgement& ack : acknowledgements) {
    out << std::exchange(separator, " ") << "ack " << ack.number;
    if (ack.repeated) out << " again";
    std::size_t known = 0;
    for (std::size_t i = 0; i < ack.known.size(); ++i) known += ack.known[i] ? 1 : 0;
    if (known > 0) out << " (" << known << " of " << ack.known.size() << " known)";
  }
}

std::size_t Gossip::body_size() const { return fixed_size + total_bytes(elements); }

void Gossip::describe(std::ostream& out) const {
  describe_elements(out, elements);
  const char* separator = elements.empty() ? "" : " ";
  if (number != 0) out << std::exchange(separator, " ") << "#" << number;
  if (asks) out << std::exchange(separator, " ") << "asks";
  Header::describe(out, separator);
}

Gossip Gossip::corrupted(std::uint64_t bits) const {
  Gossip copy = *this;
  copy.elements = garbled(std::move(copy.elements), bits);
  return copy;
}

void FullState::describe(std::ostream& out) const { out << elements->size() << " values"; }

FullState FullState::corrupted(std::uint64_t bits) const {
  FullState copy = *this;
  copy.elements = std::make_shared<const std::vector<Carried>>(garbled(*elements, bits));
  return copy;
}

void Ack::describe(std::ostream& out) const { Header::describe(out, ""); }

void RumourRequest::describe(std::ostream& out) const {
  out << "rumours?";
  Header::describe(out);
}

void DigestMessage::describe(std::ostream& out) const {
  out << "holds {";
  for (const Version::Entry& entry : version->entries()) {
    describe_dot(out << " ", {entry.stream, entry.prefix});
    for (const auto& [first, last] : entry.beyond) out << "+" << first << ".." << last;
  }
  out << " }";
  if (exchange) out << " and you?";
  Header::describe(out);
}

std::size_t RangesMessage::body_size() const { return hearsay::wire_size(ranges) + 8 * wanted.size(); }

void RangesMessage::describe(std::ostream& out) const {
  out << ranges.summaries.size() << " fingerprints, " << ranges.lists.size() << " lists, " << wanted.size()
      << " wanted";
  Header::describe(out);
}

std::size_t Repair::body_size() const { return total_bytes(elements) + dot_bytes * gone.size(); }

void Repair::describe(std::ostream& out) const {
  describe_elements(out, elements);
  if (!gone.empty()) out << (elements.empty() ? "gone:" : " gone:");
  for (const Dot& dot : gone) describe_dot(out << " ", dot);
  Header::describe(out);
}

Repair Repair::corrupted(std::uint64_t bits) const {
  Repair copy = *this;
  copy.elements = garbled(std::move(copy.elements), bits);
  return copy;
}

void SyncMessage::measure() {
  constexpr std::size_t numbered = node_id_bytes + sequence_bytes;
  const auto add = [this](const JoinEntries& list) {
    entry_count += list.size();
    for (const JoinEntry& entry : list) entry_bytes += entry.bytes;
  };
  entry_count = entry_bytes = 0;
  metadata_bytes = hearsay::wire_size(ranges) + 8 * wanted.size();
  if (entries != nullptr) add(*entries);
  for (const UpdatePtr& update : updates) {
    add(update->delta);
    metadata_bytes += numbered * (1 + update->stamp.before.entries().size());
  }
  if (knowledge == nullptr) return;
  for (const auto& [node, clock] : *knowledge)
    metadata_bytes += numbered * clock.entries().size() + (knowledge->size() > 1 ? node_id_bytes : 0);
}

void SyncMessage::describe(std::ostream& out) const {
  if (knowledge != nullptr) out << "what I lack? ";
  if (!ranges.empty() || !wanted.empty())
    out << ranges.summaries.size() << " fingerprints, " << ranges.lists.size() << " lists, " << wanted.size()
        << " wanted, ";
  out << entry_count << " entries, metadata " << metadata_bytes << " B";
  Header::describe(out);
}

void Hello::describe(std::ostream& out) const {
  static constexpr const char* words[] = {"are you there?", "here", "neighbour", "no neighbour",
                                          "leaving",        "call", "consent",   "rejected"};
  out << words[static_cast<std::size_t>(kind)];
  Header::describe(out);
}

std::vector<MessageKind> message_kinds() {
  const auto datagram = Transport::datagram;
  const auto stream = Transport::stream;
  return {{"gossip", datagram},          {"full_state", datagram},  {"ack", datagram},
          {"rumour_request", datagram},  {"digest", datagram},      {"ranges", datagram},
          {"repair", datagram},          {"hello", datagram},       {"gossip_stream", stream},
          {"full_state_stream", stream}, {"ack_stream", stream},    {"rumour_request_stream", stream},
          {"digest_stream", stream},     {"ranges_stream", stream}, {"repair_stream", stream},
          {"hello_stream", stream},      {"sync", datagram},        {"sync_stream", stream}};
}

}  // namespace hearsay::gossip
