// What the tests of this room share: a result with every field filled, and a directory that goes with the test.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/message.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hearsay-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::vector<MessageKind> message_kinds{{"rumor", Transport::datagram}, {"ack", Transport::stream}};

// No two numbers are equal, so that a field in the wrong place shows.
inline RunResult sample_result() {
  RunResult r;
  r.scenario = "partition-heal";
  r.protocol = "delta-gossip";
  r.label = "delta (fan-out 3)";
  r.params = {{"fanout", "3"}, {"interval", "100ms"}, {"acks", "true"}, {"ratio", "0.25"}, {"payload", "delta"}};
  r.seed = 7;
  r.nodes = 25;
  r.case_values = {{"nodes", "25"}, {"network.loss", "10%"}};
  r.position = 2;
  r.quiet_s = 11.25;
  r.message_kinds = {"rumor", "ack"};
  r.simulated_s = 31.5;
  r.converged = true;
  r.convergence_time_s = 1.25;
  r.recovery = {{"partition halves", 15.0, 0.75}, {"crash 3", 12.0, std::nullopt, true}};
  r.divergence_s = 11.5;
  r.distinct_states = 1;
  r.operations = {400, 390, 5, 3, 2};
  r.writes = {200, 195, 4, 1, 0};
  r.reads = {201, 196, 6, 8, 9};
  r.lost_writes = 10;
  r.missing = 11;
  r.residue = 0.002;
  r.delivery_latency_s = {4875, 0.1, 0.2, 0.3, 0.4, 0.15};
  r.client_latency_s = {390, 0.001, 0.002, 0.003, 0.004, 0.0015};
  r.everywhere_latency_s = {0.52, 0.91, 1.01, 1.125};
  r.stable_latency_s = {0.0, 0.5, 0.95, 0.99, 1.0, 12};
  r.messages.sent = 5000;
  r.messages.delivered = 4000;
  r.messages.bytes = 800000;
  r.messages.redundant = 1000;
  r.messages.duplicated = 13;
  r.messages.retransmitted = 14;
  r.messages.dials = 15;
  r.messages.broken_connections = 16;
  r.messages.per_op = 12.5;
  r.messages.per_node_per_s = 6.3;
  r.messages.bytes_per_node_per_s = 1015.9;
  for (std::size_t i = 0; i < drop_reasons; ++i) r.messages.dropped[i] = 20 + i;
  r.messages.by_type = {{4500, 700000}, {500, 100000}};
  r.violations = {31, 32, 33, 34, 35};
  r.observed["stale_reads"] = std::uint64_t{66};
  r.observed["lost_updates"] = std::uint64_t{67};
  r.protocol_metrics = {{"evictions", 36}, {"queue_high_water", 37.5}};
  r.series = {{0, 0.5, 1},   {1, 0.5, 1},       {1, 0.75, 1},         {1, 2, 1},
              {0, 100, 200}, {0, 16000, 32000}, {0.125, 0.25, 0.375}, {1, 3, 2}};
  r.run_hash = "0123456789abcdef";
  r.faults = {{"partition", "halves [0..12] [13..24]", 5, 15.0, {0, 1, 2}, {41, 42, 43, 44, 45, 47}},
              {"loss", "10%", 0, std::nullopt, {}, {46, 0, 0, 0, 0}}};
  r.maelstrom =
      SetFull{200, 190, 1, 9, 51, 52, {{"0", 0}, {"0.5", 500}, {"0.95", 950}, {"0.99", 990}, {"1", 1000}}, 12.75};
  r.membership = MembershipResult{{1, 61, {0.61, 0.62}, {0.63, 0.64}, {0.65, 0.66}},
                                  {2, 62, {0.71, 0.72}, {0.73, 0.74}, {0.75, 0.76}},
                                  {3, 63, {0.81, 0.82}, {0.83, 0.84}, {0.85, std::nullopt}},
                                  64,
                                  65,
                                  68,
                                  69,
                                  0.99,
                                  0.98,
                                  {0.002, 0.003, 0.004, 0.001},
                                  0.12,
                                  6.5};
  r.verdict = VerdictKind::fail;
  r.reasons = {"lost_writes is 10, not 0"};
  r.expectations = {{"converged", "true", true, true}, {"lost_writes", "0", std::uint64_t{10}, false}};
  r.cost = {0.5, 64.25, 12345, 24690, 10000};
  return r;
}

}  // namespace hearsay::test
