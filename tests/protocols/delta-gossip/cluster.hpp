// A cluster of `delta-gossip` on the bench, and what its tests do with it.
#pragma once

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {

using Words = std::vector<std::string>;
using namespace std::chrono_literals;

struct Cluster {
  std::ostringstream transcript;
  Bench bench;

  Cluster(std::uint32_t nodes, const Words& words, std::uint64_t seed = 1, const EdgeList& edges = {})
      : bench(protocol(), parse_parameters(protocol(), words), nodes, seed, transcript, edges) {}

  static const ProtocolInfo& protocol() { return *find_protocol("delta-gossip"); }

  WriteId write(NodeId node, const std::string& value = "v") { return bench.write(node, "k", value); }

  // Time passes in steps of one round, and messages take no time.
  void rounds(int count, Duration length = 100ms) {
    for (int i = 0; i < count; ++i) {
      bench.advance(length);
      bench.settle();
    }
  }
  // The same, but what is sent over these links is lost.
  void rounds_without(int count, const std::vector<Filter>& lost, Duration length = 100ms) {
    for (int i = 0; i < count; ++i) {
      bench.advance(length);
      for (std::size_t moved = 1; moved > 0;) {
        for (const Filter& filter : lost) bench.drop(filter);
        moved = bench.deliver({});
      }
    }
  }

  std::size_t sent(const std::string& kind) const {
    const auto it = bench.tally().sent.find(kind);
    return it == bench.tally().sent.end() ? 0 : it->second;
  }
  std::size_t sent() const {
    std::size_t total = 0;
    for (const auto& [kind, number] : bench.tally().sent) total += number;
    return total;
  }
  bool holds(NodeId node, WriteId write) const { return bench.applied(node).contains(write); }

  // How often the transcript says so.
  std::size_t said(const std::string& words) const {
    const std::string text = transcript.str();
    std::size_t times = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++times;
    return times;
  }
};

inline Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Nothing but what a test turns on.
inline const Words bare{"storage=memory", "anti_entropy_interval=0s", "anti_entropy_on_reconnect=false",
                        "failure_detection=none", "fanout=0"};
inline const Words flooding = bare + Words{"fanout=3", "eager=true", "spread=none"};

}  // namespace hearsay::bench
