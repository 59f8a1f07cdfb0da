// Messages between servers: a call's request and its reply, as Go's net/rpc sends them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/common/rpc/call.hpp"
#include "protocols/common/rpc/datagram.hpp"
#include "protocols/rpc-fanout/params.hpp"
#include "sim/core/message.hpp"

namespace hearsay::rpc_fanout {

// A gob header with sequence number, and the method's name, "ChunkServer.RPCForwardData" and its like.
inline constexpr std::uint32_t framing_bytes = 48;
inline constexpr std::uint32_t cancel_bytes = 13;  // HTTP/2's RST_STREAM

enum class Method : std::uint8_t {
  store,      // keep a record: CreateChunk
  forward,    // keep it and hand it on along the chain: ForwardData
  create,     // the master keeps it: GetChunkHandle
  lookup,     // the writes under a key
  heartbeat,  // nothing but an answer
  read_row,   // its version
  write_row,  // if it still has that version
};

// What a client wrote.
struct Record {
  WriteId id = no_write;
  std::string key, value;
  std::uint32_t size = 0;  // declared payload bytes
};
using RecordPtr = std::shared_ptr<const Record>;

// Names a client's operation, however often and by whom it is asked for.
using IdempotencyKey = std::pair<NodeId, std::uint64_t>;

struct Request {
  rpc::CallId call = 0;
  std::uint32_t attempt = 0;
  Method method = Method::store;
  RecordPtr record;                 // of what stores
  std::uint32_t payload_bytes = 0;  // of the arguments: the record's, or its stripe's
  std::string key;                  // of a lookup
  std::vector<NodeId> chain;        // forward: those to come, the next one first
  std::uint64_t version = 0;        // write_row
  std::optional<IdempotencyKey> idempotency_key;

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
  Request corrupted(std::uint64_t bits) const;  // a byte of the value is another one
};

struct Reply {
  enum class Status : std::uint8_t { ok, conflict, error } status = Status::ok;
  rpc::CallId call = 0;
  std::uint32_t attempt = 0;
  std::vector<WriteId> seen;  // lookup
  std::uint64_t version = 0;  // read_row
  bool stored = false;        // the server has kept something

  std::uint32_t wire_size() const { return framing_bytes + 8 + 4 * static_cast<std::uint32_t>(seen.size()); }
  void describe(std::ostream& out) const;
};

// Nobody waits for the answer to this attempt any more.
struct Cancel {
  rpc::CallId call = 0;
  std::uint32_t attempt = 0;

  std::uint32_t wire_size() const { return cancel_bytes; }
  void describe(std::ostream& out) const;
};

// TCP's probe of an idle connection: a byte of garbage (RFC 1122, 4.2.3.6), which only the network notices.
struct KeepAlive {
  std::uint32_t wire_size() const { return 1; }
  void describe(std::ostream&) const {}
};

using rpc::Datagram;

using AnyMessage =
    std::variant<Request, Reply, Datagram<Request>, Datagram<Reply>, Cancel, Datagram<Cancel>, KeepAlive>;

// Of AnyMessage, in its order.
std::vector<MessageKind> message_kinds();

// As `params.transport` carries it.
template <class Content>
MessagePtr envelope(const Params& params, Content content) {
  return rpc::carried<AnyMessage>(params, std::move(content));
}

// Makes the message that cancels an attempt, for rpc::CallSpec::cancel. `params` outlives it.
inline auto cancel_of(const Params& params) {
  return [&params](rpc::CallId call, std::uint32_t attempt) { return envelope(params, Cancel{call, attempt}); };
}

// The reply inside an answer that a call ended with.
const Reply& reply_of(const Message& message);

}  // namespace hearsay::rpc_fanout
