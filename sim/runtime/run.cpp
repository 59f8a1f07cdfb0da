#include "sim/runtime/run.hpp"

#include <sys/resource.h>

#include <chrono>
#include <exception>
#include <fstream>
#include <memory>
#include <simgrid/s4u.hpp>

#include "sim/core/check.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/simulation.hpp"
#include "sim/scenario/platform_file.hpp"
#include "sim/scenario/processor_time.hpp"

namespace hearsay {
namespace {

// SimGrid wants an argc and argv; it takes its own options from them.
class EngineArguments {
 public:
  explicit EngineArguments(const std::vector<std::string>& given) : texts_{"hearsay"} {
    texts_.insert(texts_.end(), given.begin(), given.end());
    for (auto& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    count_ = static_cast<int>(texts_.size());
  }
  int* count() { return &count_; }
  char** values() { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
  int count_ = 0;
};

// Our defaults come first, then what the platform's <config> says, which SimGrid itself would leave aside for them,
// then the user's --cfg, which wins (docs/design.md, section 5). CM02's factors are 1 unless said otherwise.
std::vector<std::string> engine_arguments(const Scenario& scenario, const std::vector<std::string>& given) {
  const bool many = scenario.nodes > 20000;  // guarded stacks cost two memory maps each, and Linux allows 65,530
  std::vector<std::string> arguments{
      "--cfg=network/model:CM02",      // unit factors: a 10 ms path takes 10 ms
      "--cfg=network/TCP-gamma:0",     // no bound on a flow by a TCP window
      "--cfg=network/crosstraffic:0",  // acknowledgements take no bandwidth
      "--cfg=surf/precision:1e-9",     // events a nanosecond apart are different events
      "--cfg=contexts/stack-size:" + std::to_string(many ? 32 : 256),
      "--cfg=contexts/guard-size:" + std::to_string(many ? 0 : 1),
      "--log=root.thres:error",
#ifdef __SANITIZE_ADDRESS__
      "--cfg=contexts/factory:thread",  // slower, but ASan knows the stacks of threads
#endif
  };
  for (auto& argument : config_arguments(scenario.platform)) arguments.push_back(std::move(argument));
  arguments.insert(arguments.end(), given.begin(), given.end());
  return arguments;
}

// What this process has run.
struct Past {
  std::uint64_t runs = 0;
  bool open = false;                     // others of the same kind may follow
  std::uint32_t hosts = 0;               // of the engine, if it is open
  std::vector<std::string> arguments{};  // the engine's
  std::unique_ptr<Simulation> last{};
};

Past& past() {
  static auto* const only = new Past;  // stays when the process ends: see run_case
  return *only;
}

bool shares_process(const Case& which, const RunOptions& options) {
  const Scenario& scenario = *which.scenario;
  const std::string& protocol = which.entry().name;
  if (!options.shares_process || find_protocol(protocol) == nullptr) return false;
  if (plugin_of(protocol) != nullptr) return false;  // it may keep what only a new process forgets
  return scenario.platform.kind != Platform::Kind::file && !needs_links(scenario) &&
         processor_time(scenario, which.entry()).empty();
}

// So that the peak of an earlier run does not count as this one's.
void forget_peak_of_memory() { std::ofstream("/proc/self/clear_refs") << 5; }

Simulation& set_up(const Case& which, const ProtocolInfo& protocol, const RunOptions& options) {
  HEARSAY_CHECK(can_run_here(which, options), "this process has run something else and cannot run this");
  Past& before = past();
  before.last.reset();
  before.open = false;  // until this one has come to its end
  before.arguments = engine_arguments(*which.scenario, options.simgrid_arguments);
  before.hosts = hosts_needed(*which.scenario);
  if (before.runs++ == 0) {
    EngineArguments arguments(before.arguments);
    new simgrid::s4u::Engine(arguments.count(), arguments.values());
  } else {
    forget_peak_of_memory();
  }
  before.last = std::make_unique<Simulation>(which, protocol, options);
  return *before.last;
}

double peak_rss_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void fill_cost(RunResult& result, double wall_s, std::uint64_t events) {
  result.cost.wall_s = wall_s;
  result.cost.events = events;
  if (wall_s > 0) {
    result.cost.events_per_wall_s = static_cast<double>(events) / wall_s;
    result.cost.messages_per_wall_s = static_cast<double>(result.messages.delivered) / wall_s;
  }
  result.cost.peak_rss_mib = peak_rss_mib();
}

}  // namespace

RunResult named_result(const Case& which, const ProtocolInfo& protocol) {
  const ProtocolEntry& entry = which.entry();
  RunResult result;
  result.scenario = which.scenario->name;
  result.protocol = entry.name;
  result.label = entry.label;
  for (const auto& parameter : protocol.parameters) {
    const auto it = entry.params.find(parameter.name);
    result.params.emplace_back(parameter.name, it == entry.params.end() ? "-" : to_string(it->second, parameter.type));
  }
  result.deterministic = !protocol.repeats || protocol.repeats(entry.params);
  result.seed = which.seed;
  result.nodes = which.scenario->nodes;
  result.position = entry.position;
  result.case_values = which.scenario->case_values;
  for (const auto& kind : protocol.messages) result.message_kinds.emplace_back(kind.name);
  return result;
}

RunResult run_case(const Case& which, const RunOptions& options) {
  return run_case(which, *find_protocol(which.entry().name), options);
}

bool can_run_here(const Case& which, const RunOptions& options) {
  const Past& before = past();
  return before.runs == 0 ||
         (before.open && shares_process(which, options) && before.hosts == hosts_needed(*which.scenario) &&
          before.arguments == engine_arguments(*which.scenario, options.simgrid_arguments));
}

RunResult run_case(const Case& which, const ProtocolInfo& protocol, const RunOptions& options) {
  const auto started = std::chrono::steady_clock::now();  // for `cost` alone
  Simulation& simulation = set_up(which, protocol, options);
  simulation.run();
  past().open = shares_process(which, options);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;

  RunResult result = named_result(which, protocol);
  result.stopped = simulation.stopped_early();
  simulation.metrics().fill(result);
  result.protocol_metrics = simulation.protocol_metrics().summary();
  fill_cost(result, wall.count(), simulation.bus().count());
  return result;
}

}  // namespace hearsay
