// Messages between servers: calls of the methods that are broadcast, proto.Storage.WriteRPC by default, and answers.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/common/causal_queue.hpp"
#include "protocols/common/rpc/datagram.hpp"
#include "protocols/interceptor-broadcast/content.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
#include "sim/core/message.hpp"

namespace hearsay::interceptor {

// One broadcast of one server; what gorums calls msg_id, equal for the calls of a broadcast.
using BroadcastId = std::uint64_t;

// gRPC's message prefix (5), HTTP/2 frame headers (2 x 9), indexed header fields and the gorums metadata with message
// id and method name: "proto.Storage.WriteRPC" takes 22 of them.
inline constexpr std::uint32_t framing_bytes = 64;

using Metadata = std::vector<std::string>;  // "key=value"

struct WriteRequest {
  Method method = Method::write;
  WritePtr write;
  BroadcastId call = 0;
  Metadata metadata;
  bool timestamped = false;                   // time (8) and origin (4) go along
  std::shared_ptr<const CausalStamp> causal;  // null without causal ordering; 12 bytes a clock entry and 12 of its own

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
  WriteRequest corrupted(std::uint64_t bits) const;  // a byte of the value is another one
};

struct WriteResponse {
  BroadcastId call = 0;
  bool ok = true;

  std::uint32_t wire_size() const { return framing_bytes + 2; }
  void describe(std::ostream& out) const;
};

using rpc::Datagram;

using AnyMessage = std::variant<WriteRequest, WriteResponse, Datagram<WriteRequest>, Datagram<WriteResponse>>;

// Of AnyMessage, in its order.
std::vector<MessageKind> message_kinds();

// As `params.transport` carries it.
template <class Content>
MessagePtr envelope(const Params& params, Content content) {
  return rpc::carried<AnyMessage>(params, std::move(content));
}

}  // namespace hearsay::interceptor
