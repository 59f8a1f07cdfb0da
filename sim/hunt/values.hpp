// Random values of declared parameters, most of them small and round.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/random.hpp"
#include "sim/scenario/document.hpp"

namespace hearsay::hunt {

struct ValueRange {
  std::uint32_t nodes = 1;                     // ids that selectors may name
  Duration longest = std::chrono::seconds(2);  // of durations, unless the parameter's bounds ask for more
  std::vector<std::string> kinds;              // of messages
};

Node random_value(RandomStream& random, const Parameter& parameter, const ValueRange& range);

// Ids of a random subset, a single one in most cases.
std::vector<NodeId> random_nodes(RandomStream& random, std::uint32_t nodes);

// A map that has each optional parameter with probability `share`, and those that are required.
Node random_map(RandomStream& random, std::span<const Parameter> parameters, const ValueRange& range, double share);

template <class Items>
const auto& one_of(RandomStream& random, const Items& items) {
  return items[static_cast<std::size_t>(random.below(items.size()))];
}

}  // namespace hearsay::hunt
