// Node selectors (README, Scenario files): `all`, `7`, `[0, 3, 5..9]`, `{random: 3}`, `{random: 20%}`, `{zone: eu}`,
// `{not: SELECTOR}`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

struct Selector {
  enum class Kind : std::uint8_t { all, nodes, random_count, random_share, zone, negation };

  Kind kind = Kind::all;
  std::vector<NodeId> nodes;  // nodes: as written, ranges spelt out, no repetition
  std::uint64_t count = 0;    // random_count
  double share = 0;           // random_share, 0..1, of the candidates, rounded to nearest, at least 1 if > 0
  std::string zone;           // zone
  std::shared_ptr<const Selector> operand;  // negation

  static Selector all() { return {}; }
  static Selector of(std::vector<NodeId> ids);

  bool is_random() const;
  bool operator==(const Selector& other) const;
};

// Who is in which placement zone: for {zone: NAME}.
struct ZoneMap {
  std::vector<std::string> names;
  std::vector<std::uint32_t> zone_of_node;  // index into names; empty when the scenario places no zones
};

// The nodes that `selector` names among `candidates` (ascending), ascending. Random kinds draw from `random`.
std::vector<NodeId> select(const Selector& selector, std::span<const NodeId> candidates, const ZoneMap& zones,
                           RandomStream& random);

// As a scenario writes it.
std::string to_string(const Selector& selector);

}  // namespace hearsay
