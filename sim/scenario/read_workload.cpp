// `workload`: what clients do and when.
#include <numeric>

#include "sim/scenario/parts.hpp"
#include "sim/scenario/words.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {
namespace {

WorkloadContext context_of(const Scenario& scenario) {
  WorkloadContext context;
  context.seed = scenario.seeds.front();
  context.nodes.resize(scenario.nodes);
  std::iota(context.nodes.begin(), context.nodes.end(), NodeId{0});
  for (const auto& [name, count] : scenario.platform.placement.zones) {
    context.zones.zone_of_node.insert(context.zones.zone_of_node.end(), count,
                                      static_cast<std::uint32_t>(context.zones.names.size()));
    context.zones.names.push_back(name);
  }
  context.duration_end = Time(scenario.duration);
  return context;
}

// The section's kind; nothing, and a mistake, if it is none.
const WorkloadInfo* read_kind(const Node* section, Reading& reading) {
  const Node* kind = section != nullptr ? section->find("kind") : nullptr;
  if (kind == nullptr) return find_workload(WorkloadEntry{}.kind);
  static const auto known = names_of(workloads());
  const WorkloadInfo* info = kind->is_scalar() ? find_workload(kind->text) : nullptr;
  if (info == nullptr) {
    reading.mistakes.add(kind->place,
                         kind->is_scalar()
                             ? "unknown workload " + backquoted(kind->text) + hint(kind->text, known, "workloads")
                             : "`kind` cannot be " + describe_kind(*kind) + "; write one of: " + joined(known));
  }
  return info;
}

}  // namespace

void read_workload(Reading& reading) {
  const Node* node = reading.root.find("workload");
  const WorkloadInfo* info = read_kind(node, reading);
  reading.scenario.workload.kind = info != nullptr ? info->name : "";
  if (info == nullptr) return;
  static const std::vector<std::string> others{"kind"};
  Node empty;
  empty.kind = Node::Kind::map;
  empty.place = reading.root.place;
  const std::size_t before = reading.mistakes.count();
  GivenValues given = read_parameters(node != nullptr ? *node : empty, info->parameters, "`workload`", reading.cluster,
                                      reading.mistakes, others);
  reading.scenario.workload.values = given.values;
  if (!given.valid || reading.mistakes.count() != before) return;
  try {
    info->check(given.values);
    // Whether the schedule fits the run depends on the cluster and the duration too.
    if (reading.mistakes.empty()) info->make(given.values, context_of(reading.scenario));
  } catch (const ParameterError& error) {
    given.blame(error, reading.mistakes);
  }
}

}  // namespace hearsay
