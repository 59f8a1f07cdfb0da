// What a sync of a node's disk costs: what the scenario says (`engine.sync_latency`), and the faults in force.
#pragma once

#include <utility>
#include <vector>

#include "sim/faults/fault.hpp"

namespace hearsay {

class Disk {
 public:
  void set_usual(Duration latency) { usual_ = latency; }

  void slow(RuleId rule, const DiskSlowness& slowness) { faults_.emplace_back(rule, slowness); }
  void restore(RuleId rule) {
    std::erase_if(faults_, [rule](const auto& fault) { return fault.first == rule; });
  }

  // A sync takes no time.
  bool ideal() const { return usual_ == Duration{} && faults_.empty(); }
  // No sync is done before the fault that stalls it has ended.
  bool stalled() const {
    for (const auto& [rule, slowness] : faults_)
      if (slowness.stall) return true;
    return false;
  }
  Duration cost() const {
    double cost = seconds(usual_);
    for (const auto& [rule, slowness] : faults_) cost *= slowness.factor;
    for (const auto& [rule, slowness] : faults_) cost += seconds(slowness.latency);
    return from_seconds(cost < longest_s ? cost : longest_s);
  }
  // Calls touch(rule) for each fault that makes a sync take longer.
  template <class Touch>
  void each_touching(Touch touch) const {
    for (const auto& [rule, slowness] : faults_)
      if (slowness.stall || slowness.latency != Duration{} || usual_ != Duration{}) touch(rule);
  }

 private:
  static constexpr double longest_s = 1e9;
  Duration usual_{};
  std::vector<std::pair<RuleId, DiskSlowness>> faults_;
};

}  // namespace hearsay
