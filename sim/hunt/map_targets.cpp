// What the rows of a map are.
#include <algorithm>

#include "sim/core/files.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hunt/map.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::hunt {
namespace {

Node single(NodeId node) { return list_of({number(node)}); }

bool takes(const FaultInfo& verb, const std::string& name) {
  return std::any_of(verb.parameters.begin(), verb.parameters.end(),
                     [&](const Parameter& parameter) { return parameter.name == name; });
}

Targets of_nodes(const FaultInfo& verb, std::uint32_t nodes) {
  Targets targets;
  const bool cuts = verb.name == "partition";
  targets.path = verb.name + (cuts ? ".groups" : ".nodes");
  for (NodeId node = 0; node < nodes; ++node) {
    std::vector<Node> others;
    for (NodeId other = 0; other < nodes; ++other)
      if (other != node) others.push_back(number(other));
    targets.rows.emplace_back(std::to_string(node),
                              cuts ? list_of({single(node), list_of(std::move(others))}) : number(node));
  }
  return targets;
}

Targets of_pairs(const FaultInfo& verb, std::uint32_t nodes) {
  Targets targets;
  targets.path = verb.name + ".between";
  for (NodeId a = 0; a < nodes; ++a)
    for (NodeId b = a + 1; b < nodes; ++b)
      targets.rows.emplace_back(std::to_string(a) + "-" + std::to_string(b), list_of({single(a), single(b)}));
  return targets;
}

// The names that the platform file gives its links, in its order.
Targets of_links(const Scenario& scenario) {
  Targets targets;
  targets.path = "link.name";
  const std::string text = read_file(scenario.platform.file, most_platform_bytes);
  for (std::size_t at = text.find("<link "); at != std::string::npos; at = text.find("<link ", at + 1)) {
    const std::size_t end = text.find('>', at), id = text.find("id=", at);
    if (id == std::string::npos || id > end) continue;
    const char quote = text[id + 3];
    const std::size_t close = text.find(quote, id + 4);
    if (close == std::string::npos) break;
    Node name = word(text.substr(id + 4, close - id - 4));
    targets.rows.emplace_back(name.text, name);
  }
  return targets;
}

}  // namespace

Targets targets_of_map(const Node& fault, MapRows rows, const Scenario& scenario) {
  const FaultInfo& verb = *find_fault(fault.entries.front().key);
  const std::string quoted = backquoted(verb.name);
  if (rows == MapRows::links) {
    if (scenario.platform.kind != Platform::Kind::file || verb.name != "link")
      throw UsageError("--rows links takes `--fault link` and a scenario with a platform file");
    Targets targets = of_links(scenario);
    if (targets.rows.empty())
      throw UsageError("the platform " + backquoted(scenario.platform.file) + " names no links of its own to break");
    return targets;
  }
  if (rows == MapRows::pairs) {
    if (!takes(verb, "between"))
      throw UsageError("--fault " + quoted + " does not strike pairs of nodes; try partition, loss or delay");
    if (scenario.nodes < 2) throw UsageError("--rows pairs needs two nodes or more");
    return of_pairs(verb, scenario.nodes);
  }
  if (!takes(verb, "nodes"))
    throw UsageError("--fault " + quoted +
                     " does not strike nodes; try crash, kill, pause or partition, or --rows pairs");
  if (verb.name == "partition" && scenario.nodes < 2) throw UsageError("a partition needs two nodes or more");
  return of_nodes(verb, scenario.nodes);
}

}  // namespace hearsay::hunt
