#include "sim/runtime/simulation.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "sim/runtime/simgrid_compat.hpp"

namespace hearsay {

namespace {

// Agreement has a meaning if some writes ought to be everywhere.
bool are_replicated(const std::vector<WorkloadEntry>& workloads) {
  return std::any_of(workloads.begin(), workloads.end(),
                     [](const WorkloadEntry& entry) { return find_workload(entry.kind)->replicated; });
}

MetricsSetup metrics_of(const Case& which, const ProtocolInfo& protocol, const RunOptions& options) {
  const Scenario& scenario = *which.scenario;
  const StateReports reports = protocol.reports ? protocol.reports(which.entry().params) : StateReports::writes;
  MetricsSetup setup{scenario.nodes, scenario.duration, protocol.messages, options.run_hash, protocol.tracks_members};
  setup.replicated = are_replicated(scenario.workloads) && reports != StateReports::nothing;
  setup.traced = reports == StateReports::writes;
  return setup;
}

}  // namespace

Simulation::Simulation(const Case& which, const ProtocolInfo& protocol, const RunOptions& options)
    : scenario_(*which.scenario),
      options_(options),
      replicas_(protocol.configure(which.entry().params)),
      collector_(metrics_of(which, protocol, options)),
      platform_(scenario_, which.seed),
      links_(which.seed),
      cluster_({scenario_, protocol, replicas_, which.seed}, bus_, platform_, links_),
      clients_(cluster_, bus_, cluster_.scheduler(),
               make_workload(scenario_.workloads, WorkloadContext{which.seed, all_ids(scenario_.nodes),
                                                                  platform_.zones(), Time(scenario_.duration)})),
      faults_(scenario_, which.seed, cluster_, links_) {
  for (Observer* observer : collector_.observers()) bus_.attach(observer);
  for (Observer* observer : options.observers) bus_.attach(observer);
  cluster_.set_clients(clients_);
  bus_.set_pulse([this] { look_around(); });
  cluster_.on_failure([this](const std::string& why) { fail(why); });
  platform_.on_missing_route([this](const std::string& why) { break_off(why, Broken::platform); });
}

std::vector<NodeId> Simulation::all_ids(std::uint32_t nodes) {
  std::vector<NodeId> ids(nodes);
  std::iota(ids.begin(), ids.end(), NodeId{0});
  return ids;
}

void Simulation::run() {
  auto* engine = simgrid::s4u::Engine::get_instance();
  keeper_ = compat::add_actor("keeper", platform_.host(0), [this] {
    while (!cluster_.scheduler().stopped()) simgrid::s4u::this_actor::suspend();
  });
  Scheduler& scheduler = cluster_.scheduler();
  scheduler.at(Time{}, [this] { faults_.begin(); });  // in force when the nodes start
  cluster_.lifecycle().boot(faults_.absent_at_boot());
  if (options_.started) scheduler.at(Time{}, options_.started);
  scheduler.at(Time{}, [this] { clients_.begin(); });  // after the nodes have started
  scheduler.at(Time(scenario_.duration), [this] { finish(); });
  if (scenario_.settle) scheduler.at(Time{}, [this] { check_settled(); });
  scheduler.rearm();
  engine->run();
  if (broken_by_ == Broken::platform) throw PlatformError(broken_);
  if (!broken_.empty()) throw RunError(broken_);
}

// The run ends early once clients and faults are done and the state has been equal for `settle`.
void Simulation::check_settled() {
  Scheduler& scheduler = cluster_.scheduler();
  const Time now = scheduler.now();
  const Duration settle = *scenario_.settle;
  Time next = now + std::clamp(settle / 8, Duration(std::chrono::milliseconds(1)), Duration(std::chrono::seconds(1)));
  if (clients_.done() && faults_.done() && collector_.agreed()) {
    const Time due = std::max({clients_.done_since(), faults_.done_since(), collector_.agreed_since()}) + settle;
    if (due <= now) {
      finish();
      return;
    }
    next = due;
  }
  scheduler.at(next, [this] { check_settled(); });
}

void Simulation::finish() {
  bus_.emit(Event::finish(cluster_.scheduler().now()));
  cluster_.scheduler().stop();
  keeper_->resume();
}

// In the middle of any handler; the first reason counts.
void Simulation::break_off(const std::string& why, Broken by) {
  if (stopped_early_ || !broken_.empty()) return;
  broken_ = why;
  broken_by_ = by;
  cluster_.scheduler().at(cluster_.scheduler().now(), [this] { finish(); });
}

// In the middle of a handler that does not come to its end: nothing that is due can be done any more.
void Simulation::fail(const std::string& why) {
  if (broken_.empty()) broken_ = why;
  cluster_.scheduler().stop();
  keeper_->resume();
}

// In the middle of any handler, so what is decided here is done by a task of the same instant.
void Simulation::look_around() {
  Scheduler& scheduler = cluster_.scheduler();
  const Time now = scheduler.now();
  if (options_.progress)
    options_.progress({seconds(now), seconds(scenario_.duration), collector_.present(), collector_.distinct_states(),
                       bus_.count(), cluster_.network().transfers()});
  if (stopped_early_ || !broken_.empty()) return;
  stopped_early_ = options_.stop_requested && options_.stop_requested();
  if (stopped_early_) scheduler.at(now, [this] { finish(); });
  if (collector_.in_flight() > scenario_.engine.max_in_flight)
    break_off(std::to_string(collector_.in_flight()) + " messages are in flight after " +
                  to_string(Value(now.time_since_epoch()), ValueType::duration) +
                  " of simulated time, more than `engine.max_in_flight` (" +
                  std::to_string(scenario_.engine.max_in_flight) +
                  ") allows: a storm of messages, unless the cluster is that large; look for what makes the protocol "
                  "send without end, or raise the bound",
              Broken::storm);
}

}  // namespace hearsay
