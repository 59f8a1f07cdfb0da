#include "sim/hunt/trial_faults.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/exact_math.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/scenario/values.hpp"

namespace hearsay::hunt {
namespace {

constexpr Duration millisecond = std::chrono::milliseconds(1);

// Many short ones and some long ones: uniform in the logarithm.
Duration random_length(RandomStream& random, const FaultSpace& space) {
  const Duration longest = std::max(millisecond, std::min(space.settings.longest, space.window - millisecond));
  const Duration shortest = std::max(millisecond, std::min(space.settings.shortest, longest));
  Duration length = shortest;
  while (length * 2 <= longest && random.chance(0.75)) length *= 2;
  length = random.between(length, std::min(longest, length * 2));
  return length / millisecond * millisecond;
}

// The values of the verb's map, if they are valid.
std::optional<ParameterValues> checked(const FaultInfo& verb, const Node& map, std::uint32_t nodes) {
  ClusterShape cluster;
  cluster.nodes = nodes;
  Mistakes mistakes("");
  GivenValues given = read_parameters(map, verb.parameters, verb.name, cluster, mistakes);
  if (!given.valid) return std::nullopt;
  try {
    verb.make(given.values, nodes);
  } catch (const ParameterError&) {
    return std::nullopt;
  }
  return std::move(given.values);
}

}  // namespace

std::optional<Node> random_fault(RandomStream& random, const FaultInfo& verb, const FaultSpace& space) {
  for (int attempt = 0; attempt < 40; ++attempt) {
    const Duration length = random_length(random, space);
    const Duration begin = random.between(Duration{}, std::max(Duration{}, space.window - length));
    Node map = random_map(random, verb.parameters, space.range, 0.3);
    const auto values = checked(verb, map, space.range.nodes);
    const Duration stagger = random.between(millisecond, std::max(2 * millisecond, length / 4));
    const bool staggered = random.chance(0.2), for_good = random.chance(0.5);
    if (!values) continue;
    Node entry = empty_map();
    put(entry, "at", time_node(begin / millisecond * millisecond));
    // Who joins or leaves need not undo it.
    const bool lasts = (verb.name != "join" && verb.name != "leave") || !for_good;
    if (lasts) put(entry, "for", time_node(length));
    const auto staggers = verb.staggers_with(*values);
    if (staggers == FaultInfo::Staggers::must || (staggers == FaultInfo::Staggers::may && staggered))
      put(entry, "stagger", time_node(stagger / millisecond * millisecond));
    put(entry, verb.name, std::move(map));
    return entry;
  }
  return std::nullopt;
}

std::vector<const FaultInfo*> allowed_verbs(const HuntSettings& settings) {
  std::vector<const FaultInfo*> verbs;
  for (const FaultInfo& verb : fault_verbs()) {
    const bool named = std::find(settings.verbs.begin(), settings.verbs.end(), verb.name) != settings.verbs.end();
    if (settings.verbs.empty() ? verb.link == nullptr : named && verb.link == nullptr) verbs.push_back(&verb);
  }
  return verbs;
}

}  // namespace hearsay::hunt
