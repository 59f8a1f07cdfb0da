// The formulas by which HashiCorp's memberlist (util.go, suspicion.go, awareness.go) scales with the size of the
// cluster. Sizes count the node itself.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/core/exact_math.hpp"
#include "sim/core/time.hpp"

namespace hearsay::membership {

// How often a broadcast is sent before it leaves the queue.
inline std::uint32_t retransmit_limit(std::uint32_t multiplier, std::uint32_t nodes) {
  return multiplier * static_cast<std::uint32_t>(std::ceil(exact::log10(static_cast<double>(nodes) + 1)));
}

// The shortest time for which a node is suspected before it is declared dead; three decimals of the scale are kept.
inline Duration suspicion_timeout(std::uint32_t multiplier, std::uint32_t nodes, Duration interval) {
  const double scale = std::max(1.0, exact::log10(std::max(1.0, static_cast<double>(nodes))));
  return interval * multiplier * static_cast<std::int64_t>(scale * 1000) / 1000;
}

// What is left of a suspicion's timeout once `confirmations` independent members out of the `wanted` ones have
// confirmed it: from `longest` down to `shortest`, by the logarithm (Lifeguard, section IV-B). Whole milliseconds.
inline Duration suspicion_after(std::uint32_t confirmations, std::uint32_t wanted, Duration shortest,
                                Duration longest) {
  if (wanted == 0) return shortest;
  const double share = exact::log(confirmations + 1.0) / exact::log(wanted + 1.0);
  const double left = seconds(longest) - share * (seconds(longest) - seconds(shortest));
  const Duration timeout = std::chrono::milliseconds(static_cast<std::int64_t>(std::floor(1000 * left)));
  return std::max(timeout, shortest);
}

// The interval between two full state exchanges of a node: beyond 32 nodes, longer by one interval each time that the
// cluster doubles.
inline Duration push_pull_scale(Duration interval, std::uint32_t nodes) {
  constexpr std::uint32_t threshold = 32;
  if (nodes <= threshold) return interval;
  const double multiplier = std::ceil(exact::log2(static_cast<double>(nodes)) - exact::log2(double{threshold})) + 1;
  return interval * static_cast<std::int64_t>(multiplier);
}

}  // namespace hearsay::membership
