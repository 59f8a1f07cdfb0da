#include "sim/runtime/fault_driver.hpp"

#include <algorithm>
#include <map>

namespace hearsay {
namespace {

// FaultScope of one firing.
class Scope final : public FaultScope {
 public:
  Scope(Cluster& cluster, LinkState& links, RuleId rule, RandomStream random)
      : cluster_(cluster), links_(links), rule_(rule), random_(random) {}

  LinkState& links() override { return links_; }
  const ZoneMap& zones() const override { return cluster_.platform().zones(); }
  std::uint32_t node_count() const override { return cluster_.scenario().nodes; }
  std::vector<NodeId> present() const override { return nodes_where(true); }
  std::vector<NodeId> absent() const override { return nodes_where(false); }
  RandomStream& random() override { return random_; }
  RuleId rule() const override { return rule_; }

  void crash(NodeId node, DiskMode disk) override {
    if (cluster_.crash(node, disk)) touched();
  }
  void kill(NodeId node) override {
    if (cluster_.kill(node)) touched();
  }
  void restart(NodeId node) override { cluster_.restart(node); }
  void pause(NodeId node) override {
    if (cluster_.pause(node)) touched();
  }
  void resume(NodeId node) override { cluster_.resume(node); }
  void join(NodeId node) override { cluster_.join(node); }
  void leave(NodeId node) override { cluster_.leave(node); }
  void slow_down(NodeId node, double factor) override { scale(node, factor); }
  void speed_up(NodeId node, double factor) override { scale(node, 1 / factor); }
  void shift_clock(NodeId node, Duration skew, double drift) override { cluster_.node(node).shift_clock(skew, drift); }
  void restore_clock(NodeId node, Duration skew, double drift) override {
    cluster_.node(node).restore_clock(skew, drift);
  }
  void link_down(const std::string& name) override { cluster_.network().link_down(name, rule_); }
  void link_up(const std::string& name) override { cluster_.network().link_up(name, rule_); }

 private:
  std::vector<NodeId> nodes_where(bool member) const {
    std::vector<NodeId> nodes;
    for (NodeId node = 0; node < node_count(); ++node)
      if (cluster_.is_member(node) == member) nodes.push_back(node);
    return nodes;
  }
  void scale(NodeId node, double factor) { cluster_.node(node).set_speed(cluster_.node(node).slowness() * factor); }
  void touched() { cluster_.network().report_effect(rule_, FaultEffect::stopped); }

  Cluster& cluster_;
  LinkState& links_;
  RuleId rule_;
  RandomStream random_;
};

}  // namespace

FaultDriver::FaultDriver(const Scenario& scenario, std::uint64_t seed, Cluster& cluster, LinkState& links)
    : scenario_(scenario), seed_(seed), cluster_(cluster), links_(links) {
  for (const auto& spec : scenario.faults)
    entries_.push_back({&spec, find_fault(spec.verb)->make(spec.values, scenario.nodes)});
  for (const auto& [verb, values] : scenario.network.background)
    background_.push_back(find_fault(verb)->make(values, scenario.nodes));
}

std::vector<NodeId> FaultDriver::absent_at_boot() const {
  std::map<NodeId, std::pair<Time, bool>> first;  // node -> (earliest mention, it is a join)
  const auto mention = [&first](NodeId node, Time at, bool join) {
    const auto [it, fresh] = first.try_emplace(node, at, join);
    if (!fresh && at < it->second.first) it->second = {at, join};
  };
  for (const auto& entry : entries_) {
    for (const NodeId node : entry.fault->absent_before()) mention(node, entry.spec->at, true);
    for (const NodeId node : entry.fault->present_before()) mention(node, entry.spec->at, false);
  }
  std::vector<NodeId> absent;
  for (const auto& [node, mentioned] : first)
    if (mentioned.second) absent.push_back(node);
  return absent;
}

void FaultDriver::begin() {
  for (std::size_t i = 0; i < background_.size(); ++i) {
    Scope scope(cluster_, links_, background_rule, RandomStream(seed_, "fault.background", i));
    background_[i]->begin(scope);
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].spec->at >= Time(scenario_.duration)) continue;
    schedule(i, 0);
  }
}

void FaultDriver::schedule(std::size_t entry, std::uint32_t repetition) {
  const FaultEntry& spec = *entries_[entry].spec;
  if (repetition > 0 && (!spec.every || (spec.times != 0 && repetition >= spec.times))) return;
  const Time at = repetition == 0 ? spec.at : later(spec.at, *spec.every * repetition);
  if (at >= Time(scenario_.duration)) {
    if (repetition > 0 && spec.times == 0) ++pending_;  // it would go on: the faults are never over
    return;
  }
  ++pending_;
  if (at == Time{})
    fire(entry, repetition);  // now, before the nodes start
  else
    cluster_.scheduler().at(at, [this, entry, repetition] { fire(entry, repetition); });
}

void FaultDriver::fire(std::size_t entry, std::uint32_t repetition) {
  const FaultEntry& spec = *entries_[entry].spec;
  const RuleId id = next_rule_++;
  const Time now = cluster_.scheduler().now();
  const Time until = spec.lasts ? later(now, *spec.lasts) : never;
  Scope scope(cluster_, links_, id, RandomStream(seed_, "fault", std::uint64_t{entry} << 32 | repetition));
  // The announcement names what was chosen, so it follows; what the fault does to nodes at this instant comes before
  // it.
  const FaultChoice choice = entries_[entry].fault->begin(scope);
  announce(entries_[entry], id, until, choice);
  last_end_ = now;
  if (until == never)
    --pending_;
  else
    cluster_.scheduler().at(until, [this, entry, repetition, id, choice] { end(entry, repetition, id, choice); });
  schedule(entry, repetition + 1);
}

void FaultDriver::announce(const Entry& entry, RuleId id, Time until, const FaultChoice& choice) {
  const FaultFiring firing{entry.spec->verb, choice.text, choice.nodes, find_fault(entry.spec->verb)->counts};
  cluster_.bus().emit(Event::fault_begin(cluster_.scheduler().now(), id, until, firing));
}

void FaultDriver::end(std::size_t entry, std::uint32_t repetition, RuleId id, const FaultChoice& choice) {
  Scope scope(cluster_, links_, id, RandomStream(seed_, "fault.end", std::uint64_t{entry} << 32 | repetition));
  entries_[entry].fault->end(scope, choice);
  last_end_ = cluster_.scheduler().now();
  cluster_.bus().emit(Event::fault_end(last_end_, id));
  --pending_;
}

}  // namespace hearsay
