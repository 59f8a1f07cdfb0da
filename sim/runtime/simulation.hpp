// Puts the parts of one run together, lets it go and decides when it is over.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/metrics/collector.hpp"
#include "sim/runtime/client_driver.hpp"
#include "sim/runtime/cluster.hpp"
#include "sim/runtime/fault_driver.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {

class Simulation {
 public:
  // Requires a SimGrid Engine with its configuration set.
  Simulation(const Case& which, const ProtocolInfo& protocol, const RunOptions& options);

  // Runs to the end. Throws RunError, and what a protocol throws.
  void run();

  const MetricsCollector& metrics() const { return collector_; }
  bool stopped_early() const { return stopped_early_; }
  const EventBus& bus() const { return bus_; }
  const ProtocolMetrics& protocol_metrics() { return cluster_.metrics(); }

 private:
  static std::vector<NodeId> all_ids(std::uint32_t nodes);
  void check_settled();
  void finish();
  void look_around();
  enum class Broken : std::uint8_t { no, storm, platform };
  void fail(const std::string& why);
  void break_off(const std::string& why, Broken by);

  const Scenario& scenario_;
  const RunOptions& options_;
  ReplicaFactory replicas_;
  EventBus bus_;
  MetricsCollector collector_;
  PlatformMap platform_;
  LinkState links_;
  Cluster cluster_;
  ClientDriver clients_;
  FaultDriver faults_;
  bool stopped_early_ = false;
  Broken broken_by_ = Broken::no;
  std::string broken_;             // why the run cannot go on; empty while it can
  simgrid::s4u::ActorPtr keeper_;  // the only actor that is no daemon: the run lasts as long as it
};

}  // namespace hearsay
