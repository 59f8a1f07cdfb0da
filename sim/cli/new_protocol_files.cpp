#include "sim/cli/new_protocol_files.hpp"

#include <array>

namespace hearsay {
namespace {

constexpr const char* cmake_text = R"(cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES CXX)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
find_package(Hearsay REQUIRED HINTS "@PACKAGE@")  # another copy of it: -DHearsay_DIR=...
enable_testing()

hearsay_add_protocol(@NAME@ SOURCES @NAME@.cpp)
hearsay_add_transcripts(@NAME@ transcripts/spreads.txt)
hearsay_add_run(@NAME@ @NAME@.yaml)
)";

constexpr const char* presets_text = R"({
  "version": 6,
  "configurePresets": [{"name": "first-run", "generator": "Ninja", "binaryDir": "${sourceDir}/build"}],
  "buildPresets": [{"name": "first-run", "configurePreset": "first-run"}],
  "testPresets": [{"name": "first-run", "configurePreset": "first-run", "output": {"verbosity": "verbose"}}],
  "workflowPresets": [
    {
      "name": "first-run",
      "steps": [
        {"type": "configure", "name": "first-run"},
        {"type": "build", "name": "first-run"},
        {"type": "test", "name": "first-run"}
      ]
    }
  ]
}
)";

constexpr const char* protocol_text =
    R"(// @NAME@: every replica forwards to its neighbours what it hears for the first time.
#include <memory>
#include <set>
#include <variant>

#include "sim/core/protocol_info.hpp"

namespace hearsay {
namespace {

struct Rumour {
  WriteId write = no_write;
  std::uint32_t size = 0;
  std::uint32_t wire_size() const { return 16 + size; }
  void describe(std::ostream& out) const { out << "write " << write; }
};
using AnyMessage = std::variant<Rumour>;  // one alternative per kind of message

class Replica final : public Protocol {
 public:
  void start(Context& context, StartReason) override { context.state_digest(digest_); }
  void request(Context& context, const Operation& operation) override {
    if (operation.kind == OperationKind::write) learn(context, {operation.write, operation.size});
    context.respond(operation.id, {Outcome::ok, {known_.begin(), known_.end()}});
  }
  void message(Context& context, const Received& received) override {
    if (received.corrupt) return context.discarded_corrupt();
    std::visit([&](const Rumour& rumour) { learn(context, rumour); }, payload<AnyMessage>(received.message));
  }
  void timer(Context&, TimerKey) override {}

 private:
  void learn(Context& context, const Rumour& rumour) {
    if (!known_.insert(rumour.write).second) return context.redundant();
    context.applied(rumour.write);
    context.state_digest(digest_ += scatter(rumour.write));  // a sum: independent of the order of arrival
    const MessagePtr message = make_message<AnyMessage>(rumour);
    for (const NodeId peer : context.neighbours()) context.send(peer, message);
  }
  std::set<WriteId> known_;
  std::uint64_t digest_ = 0;
};

}  // namespace

ProtocolInfo @FUNCTION@() {
  ProtocolInfo info;
  info.name = "@NAME@";
  info.summary = "every replica forwards to its neighbours what it hears for the first time";
  info.acknowledges = "once its own replica has the write";
  info.workloads = {"broadcast"};
  info.messages = {{"rumour", Transport::datagram}};  // in the order of the variant
  info.configure = [](const ParameterValues&) -> ReplicaFactory { return [] { return std::make_unique<Replica>(); }; };
  return info;
}

}  // namespace hearsay
)";

constexpr const char* scenario_text = R"(@SCHEMA@name: @NAME@
description: Eight nodes on a ring with chords; clients write for ten seconds while messages are lost.
seeds: 1..3
duration: 30s
settle: 2s
nodes: 8
topology: {k-regular: 4}            # who is whose neighbour
platform: {star: {latency: 10ms, bandwidth: 1Gbps}}
plugins: [build/lib@NAME@.so]
protocols:
  - @NAME@
  - delta-gossip                    # beside it, for comparison
workload: {kind: broadcast, rate: 10/s, stop: 10s}
network: {loss: 1%}
expect: {lost_writes: 0}
)";

constexpr const char* transcript_text =
    R"(# Three replicas in a row, 0 - 1 - 2: a write reaches the last one by way of the middle one, which sends it back, too.
boot 3 @NAME@ edges=[0-1,1-2]
write 0 k v
----
  0 state S0
  1 state S0
  2 state S0
client: op0 writes w0 k=v at 0
  0 applied w0
  0 state S1
  0 sends 1: rumour write 0 (18 B)
  0 answers op0 ok w0

settle
states
counts
----
0 -> 1 rumour write 0
  1 applied w0
  1 state S1
  1 sends 0 2: rumour write 0 (18 B)
1 -> 0 rumour write 0
  0 redundant
1 -> 2 rumour write 0
  2 applied w0
  2 state S1
  2 sends 1: rumour write 0 (18 B)
2 -> 1 rumour write 0
  1 redundant
S1: 0 1 2
rumour: 4 sent, 4 delivered
redundant: 2

)";

constexpr const char* readme_text = R"(# @NAME@

A protocol for Hearsay, built as a plugin. This command builds it, runs its tests and a first scenario:

    cmake --workflow --preset first-run

Then `@HEARSAY@ run @NAME@.yaml` runs the scenario, which names the plugin; for other scenarios add
`--protocol @NAME@ --plugin build/lib@NAME@.so`. `describe @NAME@ --plugin build/lib@NAME@.so` shows what the protocol says
of itself. Tests: `ctest --test-dir build`. After a change that is meant, rewrite the transcript and read the difference:
`@HEARSAY@ transcripts transcripts/*.txt --plugin build/lib@NAME@.so --rewrite`.
)";

constexpr std::array<ProtocolFile, 6> protocol_files{{{"CMakeLists.txt", cmake_text},
                                                      {"CMakePresets.json", presets_text},
                                                      {"@NAME@.cpp", protocol_text},
                                                      {"@NAME@.yaml", scenario_text},
                                                      {"transcripts/spreads.txt", transcript_text},
                                                      {"README.md", readme_text}}};

}  // namespace

std::span<const ProtocolFile> new_protocol_files() { return protocol_files; }

}  // namespace hearsay
