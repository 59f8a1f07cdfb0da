#include "protocols/rpc-fanout/messages.hpp"

#include <array>
#include <string_view>

namespace hearsay::rpc_fanout {
namespace {

std::string_view name_of(Method method) {
  static constexpr std::array<std::string_view, 7> names{"store",     "forward",  "create",   "lookup",
                                                         "heartbeat", "read_row", "write_row"};
  return names[static_cast<std::size_t>(method)];
}

}  // namespace

std::uint32_t Request::wire_size() const {
  const std::size_t bytes = framing_bytes + payload_bytes + key.size() + 4 * chain.size() +
                            (method == Method::write_row ? 8 : 0) + (idempotency_key ? 16 : 0);
  return static_cast<std::uint32_t>(bytes);
}

void Request::describe(std::ostream& out) const {
  out << name_of(method);
  if (record) out << " " << record->key << "=" << record->value;
  if (!key.empty()) out << " " << key;
  if (method == Method::write_row) out << " at version " << version;
  if (!chain.empty()) out << " then";
  for (const NodeId node : chain) out << " " << node;
  out << ", call " << (call & 0xffffffff) << " attempt " << attempt;
  if (idempotency_key) out << " key " << idempotency_key->first << ":" << (idempotency_key->second & 0xffffffff);
}

Request Request::corrupted(std::uint64_t bits) const {
  Request garbled = *this;
  if (!record || record->value.empty()) return garbled;
  Record changed = *record;
  char& byte = changed.value[static_cast<std::size_t>(bits % changed.value.size())];
  byte = static_cast<char>(byte ^ static_cast<char>(1 + (bits >> 32) % 255));
  garbled.record = std::make_shared<const Record>(std::move(changed));
  return garbled;
}

void Reply::describe(std::ostream& out) const {
  static constexpr std::array<std::string_view, 3> names{"ok", "conflict", "error"};
  out << names[static_cast<std::size_t>(status)];
  for (const WriteId write : seen) out << " w" << write;
  if (version > 0) out << " version " << version;
  out << ", call " << (call & 0xffffffff) << " attempt " << attempt;
}

void Cancel::describe(std::ostream& out) const { out << "call " << (call & 0xffffffff) << " attempt " << attempt; }

std::vector<MessageKind> message_kinds() {
  return {
      {"request", Transport::stream},          {"reply", Transport::stream},  {"request_datagram", Transport::datagram},
      {"reply_datagram", Transport::datagram}, {"cancel", Transport::stream}, {"cancel_datagram", Transport::datagram},
      {"keep_alive", Transport::stream}};
}

const Reply& reply_of(const Message& message) {
  const AnyMessage& any = payload<AnyMessage>(message);
  if (const auto* datagram = std::get_if<Datagram<Reply>>(&any)) return *datagram;
  return std::get<Reply>(any);
}

}  // namespace hearsay::rpc_fanout
