// What the replicated data types have in common: where an update was made, and what they report of it.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/common/vector_clock.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace hearsay::crdt {

// The name of one update: the number-th of its stream. Unique over the life of the cluster.
struct Dot {
  StreamId stream = 0;
  std::uint64_t number = 0;
  auto operator<=>(const Dot&) const = default;
};
inline constexpr std::uint32_t dot_bytes = 16;

// What a client asks of an object: one of its type's methods, with an argument.
struct Request {
  std::string_view method;
  std::string_view argument;
};

// An update as its origin made it.
struct Origin {
  Dot dot;
  Time time{};               // the origin's clock
  std::uint32_t size = 0;    // payload bytes as the client declares them
  WriteId write = no_write;  // the simulation's name of it: takes no bytes and decides nothing
};

// Pairs (loser, winner) of writes: the winner takes the loser's place by the type's own rule.
using Replacements = std::vector<std::pair<WriteId, WriteId>>;

}  // namespace hearsay::crdt
