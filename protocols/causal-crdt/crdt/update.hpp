// What the replicated data types have in common: where an update was made, what it wrote, and what they report of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/common/crdt/join_map.hpp"
#include "protocols/common/dot.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace hearsay::crdt {

inline constexpr std::uint32_t dot_bytes = 16;

// What a client asks of an object: one of its type's methods, with an argument.
struct Request {
  std::string_view method;
  std::string_view argument;
};

// An update as its origin made it.
struct Origin {
  Dot dot;                   // its name, unique over the life of the cluster
  Time time{};               // the origin's clock
  std::uint32_t size = 0;    // payload bytes as the client declares them
  WriteId write = no_write;  // the simulation's name of it: takes no bytes and decides nothing
};

// What an update wrote, as an entry of its object's state (protocols/common/crdt).
struct Value : JoinEntry {
  std::string text;
  std::uint32_t size = 0;  // payload bytes as the client declares them
  Dot name;                // of the update

  std::uint64_t fingerprint() const { return combine(combine(hash_text(text), name.stream), name.number); }
};

// Pairs (loser, winner) of writes: the winner takes the loser's place by the type's own rule.
using Replacements = std::vector<std::pair<WriteId, WriteId>>;

}  // namespace hearsay::crdt
