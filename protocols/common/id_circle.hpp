// Lists of ids as a Context gives them: ascending once round the circle of ids, beginning anywhere on it. Among all of
// a million nodes a node then finds another one in a few steps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/core/ids.hpp"

namespace hearsay {

// Where `id` stands in `circle` if no id is left out from the front up to it, or from it to the back, as in lists of
// all nodes. Nothing does not mean that `id` is not there.
inline std::optional<std::uint32_t> place_as_in_all(std::span<const NodeId> circle, NodeId id) {
  if (circle.empty()) return std::nullopt;
  const std::size_t ahead = id - circle.front(), behind = circle.back() - id;
  if (ahead < circle.size() && circle[ahead] == id) return static_cast<std::uint32_t>(ahead);
  if (behind < circle.size() && circle[circle.size() - 1 - behind] == id)
    return static_cast<std::uint32_t>(circle.size() - 1 - behind);
  return std::nullopt;
}

// Where `id` stands in `circle`; nothing if it does not.
inline std::optional<std::uint32_t> place_of(std::span<const NodeId> circle, NodeId id) {
  if (const auto place = place_as_in_all(circle, id); place || circle.empty()) return place;
  const auto steps = [start = circle.front()](NodeId other) { return other - start; };  // ascends along the list
  const auto it = std::ranges::lower_bound(circle, steps(id), {}, steps);
  if (it == circle.end() || *it != id) return std::nullopt;
  return static_cast<std::uint32_t>(it - circle.begin());
}

}  // namespace hearsay
