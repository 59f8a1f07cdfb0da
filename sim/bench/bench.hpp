// What `bench` measures. Push gossip, in which every node sends 100 bytes to 3 random others each 100 ms over a star of
// 1 ms one-way latency, by the simulator and by bare programs that do the same without protocols or metrics; scenarios
// of scenarios/scale; and many small runs as `run` does them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/runtime/run.hpp"
#include "sim/scenario/reader.hpp"

namespace hearsay {

struct BenchCase {
  enum class Program {
    push_gossip,   // the simulator, metrics on
    scenario,      // the simulator on a file of scenarios/scale
    small_runs,    // every seed of such a file in worker processes, results stored
    inserts,       // results of such a file stored again and again under other seeds, as a batch of runs stores them
    memory,        // what a node takes of resident memory, part by part
    nodes,         // programs that the protocol `maelstrom` runs, in a scenario of scenarios/maelstrom
    bare_heap,     // a binary heap of plain structs, without SimGrid
    bare_simgrid,  // a SimGrid program: with a calendar queue (inline), an actor woken a delivery, or couriers (flow)
  };

  std::string name;
  Program program = Program::push_gossip;
  bool quick = false;                 // measured without --all
  bool only_by_name = false;          // not even with it: takes most of 24 GiB
  std::vector<std::string> beside{};  // cases whose speed it is compared with, measured before it
  unsigned repeats = 1;               // the fastest counts
  std::uint32_t nodes = 0;            // 0: the file says it
  // push gossip and the bare programs
  Network::Model model = Network::Model::latency;
  Engine::Dispatch dispatch = Engine::Dispatch::actor;
  Duration simulated{};
  bool run_hash = true;
  enum class Latencies {
    equal,        // 1 ms
    uniform,      // by pair of nodes, between 1 and 10 ms
    exponential,  // by message, 10 ms on average
    regions,      // of twelve regions, as measured
  } latencies = Latencies::equal;
  // scenario, small_runs, inserts, nodes
  std::string file{};  // without its folder and ending
  Overrides overrides{};
  std::uint32_t inserted = 0;  // runs of inserts
};

struct BenchFigure {
  std::uint64_t delivered = 0;
  std::uint64_t runs = 1;
  double setup_s = 0;  // processor time until all nodes have started
  double loop_s = 0;   // processor time from then to the end
  double wall_s = 0;   // of the whole process; of inserts from first to last; of programs as loop_s
  double peak_rss_mib = 0;
  std::uint64_t stored_bytes = 0;  // of inserts: the size of the store
};

// In the order in which they are measured: what a case is compared with comes before it.
const std::vector<BenchCase>& bench_cases();

// The case on a scale at which it takes milliseconds and its figures mean nothing.
BenchCase tiny(BenchCase bench);

// Measures in a process of its own, `repeats` times. Throws std::runtime_error if that process fails.
BenchFigure measure(const BenchCase& bench);

// Bytes of resident memory per node, by part: differences between runs, each in a separate process.
std::vector<std::pair<std::string, double>> memory_of_nodes(std::uint32_t nodes);

inline constexpr std::uint32_t gossip_fan_out = 3;
inline constexpr std::uint32_t gossip_bytes = 100;
inline constexpr Duration gossip_interval = std::chrono::milliseconds(100);
inline constexpr Duration gossip_latency = std::chrono::milliseconds(1);

const ProtocolInfo& gossip_protocol();
Case gossip_case(const BenchCase& bench);

// To be called in a process of their own.
BenchFigure run_bare_simgrid(const BenchCase& bench);
BenchFigure run_bare_heap(const BenchCase& bench);

// Processor time is that of the simulator, of the programs and of their supervisors.
BenchFigure run_nodes(const BenchCase& bench);

// Processor time and peak memory of this process so far.
double processor_s();
double peak_rss_mib();

}  // namespace hearsay
