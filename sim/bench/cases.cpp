// The table of cases.
#include <algorithm>

#include "protocols/registry.hpp"
#include "sim/bench/bench.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

using Program = BenchCase::Program;
constexpr auto latency = Network::Model::latency, flow = Network::Model::flow;
constexpr auto actor = Engine::Dispatch::actor, inline_ = Engine::Dispatch::inline_;

struct Size {
  std::uint32_t nodes;
  Duration simulated;  // the more nodes the shorter
  bool quick;
};

BenchCase gossip(const std::string& name, Program program, const Size& size, Network::Model model,
                 Engine::Dispatch dispatch, std::vector<std::string> beside = {}) {
  BenchCase bench;
  bench.name = name + "-" + std::to_string(size.nodes);
  bench.program = program;
  bench.quick = size.quick;
  for (const std::string& other : beside) bench.beside.push_back(other + "-" + std::to_string(size.nodes));
  bench.nodes = size.nodes;
  bench.model = model;
  bench.dispatch = dispatch;
  bench.simulated = size.simulated;
  return bench;
}

BenchCase from_file(const std::string& file, Program program) {
  BenchCase bench;
  bench.name = bench.file = file;
  bench.program = program;
  return bench;
}

BenchCase sized(std::string name, Program program, std::uint32_t nodes) {
  BenchCase bench;
  bench.name = name + "-" + std::to_string(nodes);
  bench.program = program;
  bench.nodes = nodes;
  if (program != Program::scenario) return bench;
  bench.file = std::move(name);
  bench.overrides.settings = {{"nodes", std::to_string(nodes)}};
  return bench;
}

// A scenario of scenarios/scale by one protocol.
BenchCase by_protocol(const std::string& file, const std::string& protocol, std::uint32_t nodes) {
  BenchCase bench = sized(file, Program::scenario, nodes);
  bench.name = file + "-" + protocol + "-" + std::to_string(nodes);
  bench.overrides.protocols = {protocol};
  return bench;
}

// Every protocol on ever more nodes, beside itself on fewer.
void add_growth(std::vector<BenchCase>& all) {
  for (const std::string& protocol : names_of(protocols())) {
    if (protocol == "maelstrom") continue;  // what its programs take, not what the simulator does
    std::vector<std::string> smaller;
    for (const std::uint32_t nodes : {100, 1'000, 10'000}) {
      // A connection for every pair of nodes; a message to everybody from everybody.
      if ((protocol == "causal-crdt" || protocol == "interceptor-broadcast") && nodes > 1'000) continue;
      BenchCase bench = by_protocol("growth", protocol, nodes);
      bench.beside = smaller;
      smaller.push_back(bench.name);
      all.push_back(std::move(bench));
    }
  }
}

// What fits into 24 GiB, or the most nodes that a scenario may have. Measured: see docs/scale.md.
void add_largest(std::vector<BenchCase>& all) {
  constexpr std::uint32_t most = 1'000'000;
  for (const auto& [protocol, nodes] :
       {std::pair{"interceptor-broadcast", 2'700U}, std::pair{"delta-gossip", most}, std::pair{"causal-crdt", 8'000U},
        std::pair{"rpc-fanout", most}, std::pair{"swim-cache", 200'000U}, std::pair{"plumtree", most},
        std::pair{"raft", 40'000U}}) {
    all.push_back(by_protocol("largest", protocol, nodes));
    all.back().only_by_name = true;
  }
}

// Nodes of Maelstrom: naive ones that read, answer and pass on, and those that gossip by timers.
void add_nodes(std::vector<BenchCase>& all) {
  for (const auto& [name, bin] : {std::pair{"nodes-python", "nodes/naive_broadcast.py"},
                                  std::pair{"nodes-python-gossip", "nodes/gossip_broadcast.py"},
                                  std::pair{"nodes-cpp", "./hearsay-bench-node"}}) {
    BenchCase bench = from_file("nodes-speed", Program::nodes);
    bench.name = name;
    bench.overrides.settings = {{"params.bin", bin}};
    all.push_back(std::move(bench));
  }
}

std::vector<BenchCase> make_cases() {
  using std::chrono::milliseconds, std::chrono::seconds;
  std::vector<BenchCase> all;
  // So long that memory which is touched for the first time meanwhile takes little of it.
  const std::vector<Size> sizes{{1'000, seconds(300), true},
                                {10'000, seconds(40), true},
                                {100'000, seconds(4), false},
                                {1'000'000, milliseconds(400), false}};
  for (const Size& size : sizes) {
    all.push_back(gossip("bare-heap", Program::bare_heap, size, latency, inline_));
    all.push_back(gossip("bare-simgrid-inline", Program::bare_simgrid, size, latency, inline_));
    all.push_back(gossip("inline", Program::push_gossip, size, latency, inline_, {"bare-heap", "bare-simgrid-inline"}));
  }
  for (const Size& size :
       {Size{1'000, seconds(30), true}, Size{10'000, seconds(4), true}, Size{100'000, seconds(1), false}}) {
    all.push_back(gossip("bare-simgrid-actor", Program::bare_simgrid, size, latency, actor));
    all.push_back(gossip("actor", Program::push_gossip, size, latency, actor, {"bare-heap", "bare-simgrid-actor"}));
  }
  for (const Size& size : {Size{1'000, seconds(5), true}, Size{10'000, seconds(2), false}}) {
    all.push_back(gossip("bare-simgrid-flow", Program::bare_simgrid, size, flow, actor));
    all.push_back(gossip("flow", Program::push_gossip, size, flow, actor, {"bare-heap", "bare-simgrid-flow"}));
  }

  for (const Size& size : {Size{10'000, seconds(4), true}, Size{100'000, seconds(1), false}})
    for (const auto& [name, latencies] : {std::pair{"uniform", BenchCase::Latencies::uniform},
                                          std::pair{"exponential", BenchCase::Latencies::exponential},
                                          std::pair{"regions", BenchCase::Latencies::regions}}) {
      all.push_back(gossip(name, Program::push_gossip, size, latency, inline_, {"bare-heap", "bare-simgrid-inline"}));
      all.back().latencies = latencies;
    }

  const Size hashed{10'000, seconds(2), true};  // the difference is small: the fastest of several
  all.push_back(gossip("with-run-hash", Program::push_gossip, hashed, latency, inline_));
  all.back().repeats = 7;
  all.push_back(gossip("without-run-hash", Program::push_gossip, hashed, latency, inline_, {"with-run-hash"}));
  all.back().repeats = 7;
  all.back().run_hash = false;

  all.push_back(from_file("five-node-runs", Program::small_runs));
  all.back().quick = true;
  all.push_back(from_file("five-node-runs", Program::inserts));
  all.back().name = "store-inserts";
  all.back().inserted = 10'000;
  for (const std::uint32_t nodes : {10'000, 100'000, 1'000'000})
    all.push_back(sized("rumour", Program::scenario, nodes));
  for (const char* name : {"delta-gossip-10000", "swim-cache-10000", "raft-5"})
    all.push_back(from_file(name, Program::scenario));
  add_growth(all);
  add_largest(all);
  add_nodes(all);
  for (const std::uint32_t nodes : {10'000, 100'000, 1'000'000}) all.push_back(sized("memory", Program::memory, nodes));
  return all;
}

}  // namespace

const std::vector<BenchCase>& bench_cases() {
  static const std::vector<BenchCase> all = make_cases();
  return all;
}

BenchCase tiny(BenchCase bench) {
  bench.nodes = std::min(bench.nodes, 20U);
  bench.simulated = std::min<Duration>(bench.simulated, std::chrono::milliseconds(500));
  if (bench.program == BenchCase::Program::scenario)
    bench.overrides.settings = {{"nodes", "20"}, {"duration", "2s"}, {"expect", "{operations.attempted: {min: 1}}"}};
  if (bench.program == BenchCase::Program::small_runs) bench.overrides.seeds = "1..4";
  if (bench.program == BenchCase::Program::nodes)
    bench.overrides.settings.insert(bench.overrides.settings.end(),
                                    {{"workload.rate", "10/s"}, {"workload.stop", "1s"}});
  bench.inserted = std::min(bench.inserted, 40U);
  return bench;
}

}  // namespace hearsay
