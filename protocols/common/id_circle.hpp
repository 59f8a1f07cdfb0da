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

// Whether `id` stands in `circle` where it does if no id is left out from the front or to the back, as in lists of all
// nodes. False says nothing.
inline bool stands_as_in_all(std::span<const NodeId> circle, NodeId id) {
  if (circle.empty()) return false;
  const std::size_t ahead = id - circle.front(), behind = circle.back() - id;
  return (ahead < circle.size() && circle[ahead] == id) ||
         (behind < circle.size() && circle[circle.size() - 1 - behind] == id);
}

// Where `id` stands in `circle`; nothing if it does not. Looks first where it stands if no id is left out from the
// front or to the back, as in lists of all nodes.
inline std::optional<std::uint32_t> place_of(std::span<const NodeId> circle, NodeId id) {
  if (circle.empty()) return std::nullopt;
  const std::size_t ahead = id - circle.front(), behind = circle.back() - id;
  if (ahead < circle.size() && circle[ahead] == id) return static_cast<std::uint32_t>(ahead);
  if (behind < circle.size() && circle[circle.size() - 1 - behind] == id)
    return static_cast<std::uint32_t>(circle.size() - 1 - behind);
  const auto steps = [start = circle.front()](NodeId other) { return other - start; };  // ascends along the list
  const auto it = std::ranges::lower_bound(circle, steps(id), {}, steps);
  if (it == circle.end() || *it != id) return std::nullopt;
  return static_cast<std::uint32_t>(it - circle.begin());
}

}  // namespace hearsay
