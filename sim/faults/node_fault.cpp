#include "sim/faults/node_fault.hpp"

namespace hearsay {
namespace {

const Parameter& nodes_parameter() {
  static const Parameter parameter = [] {
    Parameter p;
    p.name = "nodes";
    p.type = ValueType::selector;
    p.required = true;
    p.meaning = "the nodes concerned";
    return p;
  }();
  return parameter;
}

}  // namespace

std::vector<Parameter> with_nodes(const std::vector<Parameter>& more) {
  std::vector<Parameter> all{nodes_parameter()};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

FaultChoice NodeFault::begin(FaultScope& scope) const {
  FaultChoice choice;
  choice.nodes = choose(scope, selector_, candidates(scope));
  choice.text = spell(choice.nodes) + detail();
  const Duration stagger = scope.stagger();
  if (stagger == Duration{}) {
    for (const NodeId node : choice.nodes) strike(scope, node);
    return choice;
  }
  choice.text += " one every " + to_string(Value(stagger), ValueType::duration);
  Duration turn{};
  for (const NodeId node : choice.nodes) {
    choice.extends = turn;
    if (turn == Duration{})
      strike(scope, node);
    else
      scope.after(turn, [this, node](FaultScope& later) { strike(later, node); });
    if (scope.lasts() && node != choice.nodes.back())  // the last one's end is the fault's
      scope.after(turn + *scope.lasts(), [this, node](FaultScope& later) { undo(later, node); });
    turn += stagger;
  }
  return choice;
}

void NodeFault::end(FaultScope& scope, const FaultChoice& choice) const {
  if (scope.stagger() != Duration{}) {
    if (!choice.nodes.empty()) undo(scope, choice.nodes.back());
    return;
  }
  for (const NodeId node : choice.nodes) undo(scope, node);
}

std::vector<NodeId> NodeFault::certain(const std::vector<NodeId>& all, const ZoneMap& zones) const {
  if (selector_.is_random()) return {};
  RandomStream unused(0, "fault.certain");
  return select(selector_, all, zones, unused);
}

FaultInfo node_verb(std::string name, std::string summary, const std::vector<Parameter>& own,
                    std::function<std::unique_ptr<Fault>(const ParameterValues&, std::uint32_t)> make, bool counts) {
  FaultInfo info;
  info.name = std::move(name);
  info.summary = std::move(summary);
  info.shorthand = "nodes";
  info.parameters = with_nodes(own);
  info.make = std::move(make);
  info.counts = counts;
  info.staggers = may_stagger;
  return info;
}

}  // namespace hearsay
