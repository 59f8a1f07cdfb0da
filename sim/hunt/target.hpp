// What is hunted: one protocol's entry in one case of a scenario.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/reader.hpp"

namespace hearsay::hunt {

struct Target {
  std::shared_ptr<const Scenario> scenario;
  std::size_t entry = 0;  // of scenario->protocols
  Node tree;              // the scenario with that entry alone, without its seeds and its section `hunt`
  const ProtocolInfo* protocol = nullptr;

  const ProtocolEntry& protocol_entry() const { return scenario->protocols[entry]; }
  std::string name() const { return scenario->name + ", " + protocol_entry().label; }
};

std::vector<Target> targets_of(const std::vector<std::shared_ptr<const Scenario>>& scenarios);

}  // namespace hearsay::hunt
