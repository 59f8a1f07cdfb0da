#include "sim/runtime/fault_driver.hpp"

#include <algorithm>
#include <map>

#include "sim/faults/verbs.hpp"
#include "sim/runtime/firing.hpp"

namespace hearsay {

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
  const std::vector<NodeId> all = all_nodes(scenario_.nodes);
  const ZoneMap& zones = cluster_.platform().zones();
  for (const auto& entry : entries_) {
    const bool boots = entry.spec->at == Time{} && entry.fault->boots_with_cluster();
    for (const NodeId node : entry.fault->absent_before(all, zones)) mention(node, entry.spec->at, !boots);
    for (const NodeId node : entry.fault->present_before(all, zones)) mention(node, entry.spec->at, false);
  }
  std::vector<NodeId> absent;
  for (const auto& [node, mentioned] : first)
    if (mentioned.second) absent.push_back(node);
  return absent;
}

void FaultDriver::begin() {
  for (std::size_t i = 0; i < background_.size(); ++i) {
    const auto firing = std::make_shared<Firing>(Firing::Setup{cluster_, links_, pending_, last_end_}, background_rule,
                                                 Firing::Timing{}, RandomStream(seed_, "fault.background", i));
    background_[i]->begin(*firing);
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
  const Time now = cluster_.scheduler().now();
  const auto firing = std::make_shared<Firing>(Firing::Setup{cluster_, links_, pending_, last_end_}, next_rule_++,
                                               Firing::Timing{spec.lasts, spec.stagger},
                                               RandomStream(seed_, "fault", std::uint64_t{entry} << 32 | repetition));
  // The announcement names what was chosen, so it follows; what the fault does to nodes at this instant comes before
  // it.
  const FaultChoice choice = entries_[entry].fault->begin(*firing);
  const Time until = spec.lasts ? later(later(now, *spec.lasts), choice.extends) : never;
  announce(entry, firing->rule(), until, choice);
  last_end_ = now;
  if (until == never)
    --pending_;
  else
    cluster_.scheduler().at(until, [this, entry, firing, choice] { end(entry, *firing, choice); });
  schedule(entry, repetition + 1);
}

void FaultDriver::announce(std::size_t entry, RuleId id, Time until, const FaultChoice& choice) {
  const std::string& verb = entries_[entry].spec->verb;
  const FaultFiring firing{verb, choice.text, choice.nodes, find_fault(verb)->counts,
                           static_cast<std::uint32_t>(entry)};
  cluster_.bus().emit(Event::fault_begin(cluster_.scheduler().now(), id, until, firing));
}

void FaultDriver::end(std::size_t entry, Firing& firing, const FaultChoice& choice) {
  entries_[entry].fault->end(firing, choice);
  firing.finish();
  last_end_ = cluster_.scheduler().now();
  cluster_.bus().emit(Event::fault_end(last_end_, firing.rule()));
  --pending_;
}

}  // namespace hearsay
