// Random entries of `faults`.
#pragma once

#include <optional>

#include "sim/core/random.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hunt/values.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay::hunt {

struct FaultSpace {
  const HuntSettings& settings;
  Duration window{};
  ValueRange range;
};

// An entry of this verb that begins and ends within the window. Nothing if none of many attempts is a valid one.
std::optional<Node> random_fault(RandomStream& random, const FaultInfo& verb, const FaultSpace& space);

// The verbs that the settings allow; `link` needs the name of a link, which only a person can choose.
std::vector<const FaultInfo*> allowed_verbs(const HuntSettings& settings);

}  // namespace hearsay::hunt
