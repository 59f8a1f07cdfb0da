#include "sim/hunt/target.hpp"

#include <filesystem>

#include "sim/hunt/tree.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::hunt {
namespace {

// The program of a protocol that runs one (`bin`), where the reader found it.
void locate_program(const ProtocolEntry& protocol, Node& entry) {
  const auto bin = protocol.params.find("bin");
  if (bin == protocol.params.end() || !entry.is_map() || entry.find("params") == nullptr) return;
  if (const auto* program = std::get_if<std::string>(&bin->second)) put(at(entry, "params"), "bin", word(*program));
}

}  // namespace

std::vector<Target> targets_of(const std::vector<std::shared_ptr<const Scenario>>& scenarios) {
  std::vector<Target> targets;
  for (const auto& scenario : scenarios) {
    Node tree = tree_of(*scenario);
    for (const char* key : {"seed", "seeds", "hunt"}) take(tree, key);
    // What is found may lie elsewhere.
    if (scenario->platform.kind == Platform::Kind::file)
      put(at(tree, "platform"), "file",
          word(std::filesystem::absolute(scenario->platform.file).lexically_normal().string()));
    const std::vector<Node> entries = at(tree, "protocols").items;
    for (std::size_t i = 0; i < scenario->protocols.size(); ++i) {
      Node entry = entries[i];
      locate_program(scenario->protocols[i], entry);
      Target target{scenario, i, tree, find_protocol(scenario->protocols[i].name)};
      put(target.tree, "protocols", list_of({std::move(entry)}));
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

}  // namespace hearsay::hunt
