// A write as it travels and is stored, and the hash that stands for its content.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace hearsay::interceptor {

// The first bytes of a SHA-256, the rest zero.
struct ContentHash {
  std::array<std::uint64_t, 4> words{};
  bool operator==(const ContentHash&) const = default;
};
struct ContentHashHasher {
  std::size_t operator()(const ContentHash& hash) const { return static_cast<std::size_t>(hash.words[0]); }
};

// proto.WriteRequest{key = 1, value = 2} as protobuf marshals it.
std::string marshal(std::string_view key, std::string_view value);
std::size_t marshalled_size(std::string_view key, std::string_view value);

// Requires 1 <= bytes <= 32.
ContentHash content_hash(std::string_view key, std::string_view value, std::uint32_t bytes);

// Immutable once made, so that messages and stores share it. The document's request is key and value alone; the
// origin's time and number go on the wire in timestamp mode only, and `id` is the simulation's bookkeeping and takes no
// bytes.
struct Write {
  WriteId id = no_write;
  std::string key;
  std::string value;
  std::uint32_t size = 0;  // payload bytes as the workload declares them
  Time time{};             // the origin's clock
  NodeId origin = no_node;
  std::uint32_t hash_bytes = 8;
  bool invalidation = false;  // the value is not here: whoever holds another one under the key drops it
  ContentHash hash;
  std::uint64_t fingerprint = 0;  // of key and value, for the state digest
};
using WritePtr = std::shared_ptr<const Write>;

// Fills `hash` and `fingerprint` from the other fields.
WritePtr seal(Write write);

// What is left of a write for peers that are to drop the key: without the value, with the hash and fingerprint of all.
WritePtr invalidation_of(const Write& write);

}  // namespace hearsay::interceptor
