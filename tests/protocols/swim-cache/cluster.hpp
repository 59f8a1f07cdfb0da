// A cluster of `swim-cache` on the bench.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {

struct SwimCluster {
  std::ostringstream transcript;
  Bench bench;
  SwimCluster(std::uint32_t nodes, const std::vector<std::string>& words, std::uint64_t seed = 1)
      : bench(protocol(), parse_parameters(protocol(), words), nodes, seed, transcript) {}
  static const ProtocolInfo& protocol() { return *find_protocol("swim-cache"); }

  void run(Duration time) {
    using namespace std::chrono_literals;
    for (Duration passed{}; passed < time; passed += 50ms) {
      bench.advance(50ms);
      bench.settle();
    }
  }
  // The writes that a read of the key at this node is answered with.
  std::set<WriteId> read(NodeId node, const std::string& key) {
    bench.read(node, key);
    bench.settle();
    const auto& seen = bench.seen(bench.last_operation());
    return {seen.begin(), seen.end()};
  }
  WriteId write(NodeId node, const std::string& key) {
    const WriteId write = bench.write(node, key, "v");
    bench.settle();
    return write;
  }
  WriteId erase(NodeId node, const std::string& key) {
    const WriteId write = bench.call(node, "delete", key, "-");
    bench.settle();
    return write;
  }
};

}  // namespace hearsay::bench
