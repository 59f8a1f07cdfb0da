#include "sim/hunt/target.hpp"

#include "sim/hunt/tree.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::hunt {

std::vector<Target> targets_of(const std::vector<std::shared_ptr<const Scenario>>& scenarios) {
  std::vector<Target> targets;
  for (const auto& scenario : scenarios) {
    Node tree = movable_tree_of(*scenario);  // what is found may lie elsewhere
    for (const char* key : {"seed", "seeds", "hunt"}) take(tree, key);
    const std::vector<Node> entries = at(tree, "protocols").items;
    for (std::size_t i = 0; i < scenario->protocols.size(); ++i) {
      Target target{scenario, i, tree, find_protocol(scenario->protocols[i].name)};
      put(target.tree, "protocols", list_of({entries[i]}));
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

}  // namespace hearsay::hunt
