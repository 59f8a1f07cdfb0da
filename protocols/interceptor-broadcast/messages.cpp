#include "protocols/interceptor-broadcast/messages.hpp"

#include <algorithm>

namespace hearsay::interceptor {

std::uint32_t WriteRequest::wire_size() const {
  const std::size_t content = write->key.size() + write->value.size();
  std::size_t bytes =
      framing_bytes + marshalled_size(write->key, write->value) - content + std::max<std::size_t>(write->size, content);
  if (write->invalidation) bytes += write->hash_bytes;
  for (const auto& entry : metadata) bytes += entry.size();
  if (timestamped) bytes += 12;
  if (causal) bytes += 12 + 12 * causal->before.entries().size();
  return static_cast<std::uint32_t>(bytes);
}

namespace {

// The writer's node, with a dash for one that has restarted.
void describe_event(std::ostream& out, StreamId stream, std::uint64_t number) {
  out << (stream & 0xffffffff) << (stream >> 32 != 0 ? "':" : ":") << number;
}

}  // namespace

void WriteRequest::describe(std::ostream& out) const {
  if (method == Method::read)
    out << "read " << write->key;
  else if (write->invalidation)
    out << "invalidate " << write->key;
  else
    out << write->key << "=" << write->value;
  out << " call " << call;
  if (timestamped) out << " at " << write->time.time_since_epoch().count() << "ns of " << write->origin;
  if (causal) {
    describe_event(out << " event ", causal->stream, causal->number);
    out << " after {";
    for (const auto& [stream, count] : causal->before.entries()) describe_event(out << " ", stream, count);
    out << " }";
  }
  for (const auto& entry : metadata) out << " " << entry;
}

WriteRequest WriteRequest::corrupted(std::uint64_t bits) const {
  WriteRequest garbled = *this;
  Write changed = *write;
  if (changed.value.empty()) return garbled;
  char& byte = changed.value[static_cast<std::size_t>(bits % changed.value.size())];
  byte = static_cast<char>(byte ^ static_cast<char>(1 + (bits >> 32) % 255));
  garbled.write = seal(std::move(changed));
  return garbled;
}

void WriteResponse::describe(std::ostream& out) const { out << (ok ? "ok" : "error") << " to call " << call; }

std::vector<MessageKind> message_kinds() {
  return {{"write_request", Transport::stream},
          {"write_response", Transport::stream},
          {"write_request_datagram", Transport::datagram},
          {"write_response_datagram", Transport::datagram}};
}

}  // namespace hearsay::interceptor
