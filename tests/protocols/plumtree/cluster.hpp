// A cluster of `plumtree` on the bench, and what its tests do with it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {

using Words = std::vector<std::string>;
using namespace std::chrono_literals;

struct PlumtreeCluster : ProtocolBench {
  PlumtreeCluster(std::uint32_t nodes, const Words& words, std::uint64_t seed = 1)
      : ProtocolBench("plumtree", nodes, words, seed) {
    bench.settle();
  }

  // Messages take no time. A broadcast, its announcements, and what they lead to.
  void broadcast(NodeId node) {
    bench.write(node, "k", "v");
    run(10ms, 15);
  }
  void run(Duration step, int times) {
    bench.settle();
    for (int i = 0; i < times; ++i) {
      bench.advance(step);
      bench.settle();
    }
  }
  // The process dies: every connection of the node breaks at once.
  void kill(NodeId node) {
    bench.crash(node, DiskMode::lost);
    for (NodeId other = 0; other < bench.nodes(); ++other)
      if (other != node) bench.break_connections(node, other, ConnectionError::reset);
  }
  std::size_t sent(const std::string& kind) const {
    const auto it = bench.tally().sent.find(kind);
    return it == bench.tally().sent.end() ? 0 : it->second;
  }
};

}  // namespace hearsay::bench
