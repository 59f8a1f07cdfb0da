// What the verbs that touch nodes have in common: they choose nodes, strike each at the beginning and undo that at the
// end; with `stagger` the nodes take turns, in order of their ids, and each is struck for as long as `for` says.
#pragma once

#include <utility>

#include "sim/faults/verbs.hpp"

namespace hearsay {

// The parameter `nodes`, and `more` behind it.
std::vector<Parameter> with_nodes(const std::vector<Parameter>& more);
inline Selector nodes_of(const ParameterValues& values) { return std::get<Selector>(values.at("nodes")); }

class NodeFault : public Fault {
 public:
  explicit NodeFault(Selector nodes) : selector_(std::move(nodes)) {}

  FaultChoice begin(FaultScope& scope) const final;
  void end(FaultScope& scope, const FaultChoice& choice) const final;

 protected:
  virtual std::vector<NodeId> candidates(FaultScope& scope) const { return scope.present(); }
  virtual void strike(FaultScope& scope, NodeId node) const = 0;
  virtual void undo(FaultScope& scope, NodeId node) const = 0;
  virtual std::string detail() const { return {}; }
  // The nodes among `all` that it names, whenever it fires; none if chance decides.
  std::vector<NodeId> certain(const std::vector<NodeId>& all, const ZoneMap& zones) const;

 private:
  Selector selector_;
};

inline FaultInfo::Staggers may_stagger(const ParameterValues&) { return FaultInfo::Staggers::may; }

// A verb that takes `nodes` and `own` parameters.
FaultInfo node_verb(std::string name, std::string summary, const std::vector<Parameter>& own,
                    std::function<std::unique_ptr<Fault>(const ParameterValues&, std::uint32_t)> make,
                    bool counts = true);

}  // namespace hearsay
