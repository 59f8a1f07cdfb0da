// A message that goes by datagram where its protocol uses datagrams, and by stream otherwise.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/core/message.hpp"

namespace hearsay::rpc {

inline constexpr std::uint32_t checksum_bytes = 4;

// `Content` by datagram, with a checksum or without.
template <class Content>
struct Datagram : Content {
  bool checksum = true;

  std::uint32_t wire_size() const { return Content::wire_size() + (checksum ? checksum_bytes : 0); }
  Datagram corrupted(std::uint64_t bits) const requires requires(const Content& c) { c.corrupted(bits); }
  { return {Content::corrupted(bits), checksum}; }
};

// As `options` (of a protocol: `transport`, `checksum`) carries it. AnyMessage is the protocol's variant of messages.
template <class AnyMessage, class Options, class Content>
MessagePtr carried(const Options& options, Content content) {
  if (options.transport == Transport::stream) return make_message<AnyMessage>(std::move(content));
  return make_message<AnyMessage>(Datagram<Content>{std::move(content), options.checksum});
}

}  // namespace hearsay::rpc
