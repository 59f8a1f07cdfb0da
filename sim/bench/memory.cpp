// What a node takes of memory, part by part.
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <stdexcept>

#include "protocols/delta-gossip/info.hpp"
#include "sim/bench/bench.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/metrics/collector.hpp"

namespace hearsay {
namespace {

double resident_bytes() {
  double total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Answers clients and does nothing else.
class Idle final : public Protocol {
 public:
  void start(Context&, StartReason) override {}
  void timer(Context&, TimerKey) override {}
  void message(Context&, const Received&) override {}
  void request(Context& context, const Operation& operation) override { context.respond(operation.id, {}); }
};

ProtocolInfo idle_protocol() {
  ProtocolInfo idle;
  idle.name = "idle";
  idle.configure = [](const ParameterValues&) -> ReplicaFactory { return [] { return std::make_unique<Idle>(); }; };
  return idle;
}

class ResidentAtEnd final : public Observer {
 public:
  bool wants(EventKind kind) const override { return kind == EventKind::finish; }
  void observe(const Event&) override { bytes = resident_bytes(); }
  double bytes = 0;
};

// From before the run to its last event.
double resident_growth(const Case& which, const ProtocolInfo& protocol) {
  const double before = resident_bytes();
  ResidentAtEnd end;
  RunOptions options;
  options.observers.push_back(&end);
  run_case(which, protocol, options);
  return end.bytes - before;
}

// Of the metrics of so many nodes and one write.
double growth_of_metrics(std::uint32_t nodes) {
  const double before = resident_bytes();
  MetricsCollector metrics({nodes, std::chrono::seconds(60), {}});
  const auto emit = [&metrics](const Event& event) {
    for (Observer* observer : metrics.observers())
      if (observer->wants(event.kind)) observer->observe(event);
  };
  Event event;
  event.kind = EventKind::boot;
  for (event.node = 0; event.node < nodes; ++event.node) emit(event);
  Operation write;
  write.write = 0;
  event.kind = EventKind::invoke;
  event.node = 0;
  event.operation = &write;
  emit(event);
  return resident_bytes() - before;
}

// In a process of its own, as SimGrid wants.
double apart(const std::function<double()>& measure) {
  double result = 0;
  std::string failure;
  Pool pool;
  pool.job = [&measure](std::size_t, const JobLine&) {
    const double measured = measure();
    return std::string(reinterpret_cast<const char*>(&measured), sizeof measured);
  };
  pool.finished = [&](std::size_t, const WorkerReport& report) {
    if (report.completed)
      std::memcpy(&result, report.text.data(), sizeof result);
    else
      failure = report.text;
  };
  if (!run_pool(pool, 1)) throw std::runtime_error("interrupted");
  if (!failure.empty()) throw std::runtime_error("the memory of a run: " + failure);
  return result;
}

// One write by `delta-gossip` with its default parameters, every node everybody's neighbour.
Case rumour_case(std::uint32_t nodes) {
  auto scenario = std::make_shared<Scenario>();
  scenario->name = "bench";
  scenario->settle = std::chrono::seconds(1);
  scenario->nodes = nodes;
  scenario->platform.latency = gossip_latency;
  scenario->engine.dispatch = Engine::Dispatch::inline_;
  scenario->protocols.push_back({"delta-gossip", "delta-gossip", {}, {}, {}});
  scenario->workloads.front().values["operations"] = std::int64_t{1};
  return {scenario, 0, 1};
}

Case idle_case(std::uint32_t nodes, Network::Model model, Engine::Dispatch dispatch) {
  Case idle = rumour_case(nodes);
  auto scenario = std::make_shared<Scenario>(*idle.scenario);
  scenario->duration = std::chrono::seconds(2);
  scenario->settle.reset();
  scenario->network.model = model;
  scenario->engine.dispatch = dispatch;
  idle.scenario = scenario;
  return idle;
}

}  // namespace

std::vector<std::pair<std::string, double>> memory_of_nodes(std::uint32_t nodes) {
  constexpr auto latency = Network::Model::latency, flow = Network::Model::flow;
  constexpr auto actor = Engine::Dispatch::actor, inline_ = Engine::Dispatch::inline_;
  const auto idle = [nodes](Network::Model model, Engine::Dispatch dispatch) {
    return apart([&] { return resident_growth(idle_case(nodes, model, dispatch), idle_protocol()); });
  };
  const double metrics = apart([nodes] { return growth_of_metrics(nodes); });
  const double bare = idle(latency, inline_);
  const auto rumour = [nodes] { return resident_growth(rumour_case(nodes), delta_gossip_info()); };
  std::vector<std::pair<std::string, double>> parts{
      {"metrics", metrics}, {"simulator", bare - metrics}, {"delta-gossip, after one rumour", apart(rumour) - bare}};
  if (nodes <= 100'000) {  // more actors than memory otherwise
    parts.emplace_back("more under `dispatch: actor`", idle(latency, actor) - bare);
    parts.emplace_back("more under `model: flow`", idle(flow, inline_) - bare);
  }
  for (auto& part : parts) part.second /= nodes;
  return parts;
}

}  // namespace hearsay
