// Reads nodes of the document as the declarations of sim/core/parameters.hpp say. Used for everything that has
// declarations: protocols, fault verbs, workloads, topologies and the scenario's own sections.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/scenario/document.hpp"

namespace hearsay {

inline constexpr std::uint32_t most_scenario_nodes = 1'000'000;

// What node selectors may name.
struct ClusterShape {
  std::optional<std::uint32_t>
      nodes;                       // absent while unknown, because `nodes` itself is wrong: then ids are not checked
  std::vector<std::string> zones;  // of `platform.placement`
  mutable std::uint64_t named_ids = 0;  // how many ids the selectors read so far spelt out
};

// The value of `node` as `parameter` declares it; nothing, and a mistake, if it is not such a value.
std::optional<Value> read_value(const Node& node, const Parameter& parameter, const ClusterShape& cluster,
                                Mistakes& mistakes);

std::optional<Selector> read_selector(const Node& node, const ClusterShape& cluster, Mistakes& mistakes);

// The values of one map.
struct GivenValues {
  ParameterValues values;                  // complete: defaults filled in
  std::map<std::string, Location> places;  // of the values that were given
  Location whole;                          // of the map
  bool valid = true;                       // false if a mistake was found

  bool given(const std::string& name) const { return places.contains(name); }
  // Where to point for a mistake in `parameter`: its value, a part of it, the map that holds it, or the whole.
  const Location& place_of(const std::string& parameter) const;
  // Adds `error` as a mistake at its parameter.
  void blame(const ParameterError& error, Mistakes& mistakes);
};

// Reads a map. `what` names it in messages: "`crash`", "protocol `swim-cache`". Keys in `others` are the caller's.
GivenValues read_parameters(const Node& node, std::span<const Parameter> parameters, const std::string& what,
                            const ClusterShape& cluster, Mistakes& mistakes, std::span<const std::string> others = {});

// The same where a value that is no map stands for the one parameter `shorthand`, unless that is empty: `loss: 10%`.
GivenValues read_shorthand(const Node& node, std::span<const Parameter> parameters, const std::string& shorthand,
                           const std::string& what, const ClusterShape& cluster, Mistakes& mistakes);

// The defaults alone.
ParameterValues default_values(std::span<const Parameter> parameters);

}  // namespace hearsay
