// The fixed cases of `bench`: push gossip, in which every node sends 100 bytes to 3 random others each 100 ms over a
// star of 1 ms one-way latency, by the simulator and by bare programs that do the same without protocols or metrics.
#pragma once

#include <cstdint>

#include "sim/runtime/run.hpp"

namespace hearsay {

struct BenchCase {
  std::uint32_t nodes = 1000;
  Network::Model model = Network::Model::latency;
  Engine::Dispatch dispatch = Engine::Dispatch::actor;
  Duration simulated = std::chrono::seconds(10);
};

struct BenchFigure {
  std::uint64_t delivered = 0;
  double wall_s = 0;
  double peak_rss_mib = 0;
};

inline constexpr std::uint32_t gossip_fan_out = 3;
inline constexpr std::uint32_t gossip_bytes = 100;
inline constexpr Duration gossip_interval = std::chrono::milliseconds(100);
inline constexpr Duration gossip_latency = std::chrono::milliseconds(1);

const ProtocolInfo& gossip_protocol();
Case gossip_case(const BenchCase& bench);

// `delta-gossip` with its default parameters, every node everybody's neighbour, 1 ms one way: so many writes, 20 a
// second, and on until all nodes hold them.
struct SpreadCase {
  std::uint32_t nodes = 1000;
  std::uint32_t writes = 1;
  double loss = 0;
};
Case spread_case(const SpreadCase& bench);

// Prints what a node takes of resident memory, part by part: differences between runs, each in a process of its own.
void print_memory(std::uint32_t nodes);

// A SimGrid program: an actor a node that is woken once for each delivery, or couriers under the flow model. To be
// called in a process of its own.
BenchFigure run_bare_simgrid(const BenchCase& bench);

// A binary heap of plain structs, without SimGrid.
BenchFigure run_bare_heap(const BenchCase& bench);

}  // namespace hearsay
