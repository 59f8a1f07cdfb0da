// Overlay topologies: who is whose neighbour (README, Scenario files, `topology`).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

// Neighbours of each node, ascending, symmetric, without loops. `full` is not spelt out: it has n(n-1) entries.
struct Overlay {
  bool full = false;
  std::vector<std::vector<NodeId>> neighbours;  // empty when full
};

struct TopologyInfo {
  std::string name;
  std::string summary;
  std::string shorthand;  // the parameter that `{name: value}` sets when value is not a map; empty if there is none
  std::vector<Parameter> parameters;
  // Throws ParameterError when no such overlay exists for `nodes` (a regular graph of odd degree on odd many nodes
  // ...). Cheap: builds nothing.
  std::function<void(const ParameterValues&, std::uint32_t nodes)> check;
  // Requires values that `check` accepts.
  std::function<Overlay(const ParameterValues&, std::uint32_t nodes, RandomStream& random)> build;
};

std::span<const TopologyInfo> topologies();
const TopologyInfo* find_topology(std::string_view name);  // null if there is none

}  // namespace hearsay
