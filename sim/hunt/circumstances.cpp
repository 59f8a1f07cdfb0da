#include "sim/hunt/circumstances.hpp"

#include <algorithm>
#include <numeric>

#include "protocols/registry.hpp"
#include "sim/faults/hazards.hpp"

namespace hearsay::hunt {
namespace {

class Circumspection {
 public:
  explicit Circumspection(const Scenario& scenario) : scenario_(scenario) {}

  Circumstances look() {
    for (const auto& [verb, values] : scenario_.network.background) look_at_background(verb, values);
    if (scenario_.network.latency) add(Hazard::reordering);
    for (const FaultEntry& fault : scenario_.faults) look_at(fault);
    for (const WorkloadEntry& workload : scenario_.workloads) look_at(workload);
    const bool unreachable = has(Hazard::restart) || has(Hazard::cut) || has(Hazard::stall) || has(Hazard::loss);
    if (joins_ && unreachable) add(Hazard::isolated_join);
    return found_;
  }

 private:
  void add(Hazard hazard) { found_.hazards[static_cast<std::size_t>(hazard)] = true; }

  bool has(Hazard hazard) const { return found_.hazards[static_cast<std::size_t>(hazard)]; }

  void look_at_background(const std::string& verb, const ParameterValues& values) {
    for (const Hazard hazard : hazards_of(verb, values)) {
      add(hazard);
      if (hazard == Hazard::loss || hazard == Hazard::cut || hazard == Hazard::stall) found_.heals = false;
    }
    if (verb == "reorder") found_.held_back = std::max(found_.held_back, std::get<Duration>(values.at("by")));
  }

  void look_at(const FaultEntry& fault) {
    const auto hazards = hazards_of(fault.verb, fault.values);
    for (const Hazard hazard : hazards) add(hazard);
    joins_ = joins_ || fault.verb == "join";
    found_.first_fault = std::min(found_.first_fault, fault.at);
    Time end = fault.at + fault.lasts.value_or(Duration{}) + fault.stagger * static_cast<int>(scenario_.nodes);
    if (fault.every) {
      if (fault.times == 0)
        end = Time(scenario_.duration);
      else
        end += *fault.every * static_cast<int>(fault.times - 1);
    }
    found_.last_heal = std::max(found_.last_heal, end);
    // Without a bound its queue takes all that comes, and is worked off long after the fault has ended.
    if (fault.verb == "bandwidth" && !fault.values.contains("queue")) found_.heals = false;
    if (fault.lasts) return;
    const bool gone = std::find(hazards.begin(), hazards.end(), Hazard::restart) != hazards.end();
    const bool membership = std::find(hazards.begin(), hazards.end(), Hazard::departure) != hazards.end();
    if (gone)  // it takes its disk with it
      for (const Hazard hazard : {Hazard::departure, Hazard::disk_loss}) add(hazard);
    else if (!membership)
      found_.heals = false;
  }

  void look_at(const WorkloadEntry& workload) {
    const auto roam = workload.values.find("roam");
    if (roam != workload.values.end() && roam->second == Value(true)) add(Hazard::roaming);
    WorkloadContext context;
    context.seed = scenario_.seeds.front();
    context.nodes.resize(scenario_.nodes);
    std::iota(context.nodes.begin(), context.nodes.end(), NodeId{0});
    context.duration_end = Time(scenario_.duration);
    context.script = workload.script;
    for (const ScriptStep& step : workload.script)
      if (step.client) add(Hazard::roaming);
    found_.last_operation =
        std::max(found_.last_operation, find_workload(workload.kind)->make(workload.values, context)->end());
  }

  const Scenario& scenario_;
  Circumstances found_;
  bool joins_ = false;
};

bool concerns(const Promise& promise, const Scenario& scenario) {
  const auto& kinds = promise.workloads;
  return kinds.empty() ||
         std::all_of(scenario.workloads.begin(), scenario.workloads.end(), [&](const WorkloadEntry& workload) {
           return std::find(kinds.begin(), kinds.end(), workload.kind) != kinds.end();
         });
}

std::vector<Promise> promises_of(const ProtocolEntry& entry) {
  const ProtocolInfo* info = find_protocol(entry.name);
  return info->promises ? info->promises(entry.params) : std::vector<Promise>{};
}

}  // namespace

Circumstances circumstances_of(const Scenario& scenario) { return Circumspection(scenario).look(); }

std::vector<Promise> promises_kept_in(const Scenario& scenario) {
  const Circumstances there = circumstances_of(scenario);
  std::vector<Promise> kept;
  for (Promise& promise : promises_of(scenario.protocols.front())) {
    const bool excepted = std::any_of(promise.except.begin(), promise.except.end(),
                                      [&](Hazard hazard) { return there.hazards[static_cast<std::size_t>(hazard)]; });
    const bool too_early = promise.within > Duration{} &&
                           (!there.heals || there.last_disturbance() + promise.within > Time(scenario.duration));
    const bool too_long = promise.bridges > Duration{} && there.outage() > promise.bridges;
    const bool too_slow = promise.patience > Duration{} && there.held_back > promise.patience;
    if (promise.given && concerns(promise, scenario) && !excepted && !too_early && !too_long && !too_slow)
      kept.push_back(std::move(promise));
  }
  return kept;
}

Duration longest_within(const ProtocolEntry& entry) {
  Duration longest{};
  for (const Promise& promise : promises_of(entry))
    if (promise.given) longest = std::max(longest, promise.within);
  return longest;
}

}  // namespace hearsay::hunt
