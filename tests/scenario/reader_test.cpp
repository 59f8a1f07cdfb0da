// A whole scenario, read and resolved.
#include <catch2/catch.hpp>

#include "sim/scenario/topology.hpp"
#include "tests/scenario/files.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

// An example of everything, with the protocol that every build has.
const char* const example = R"(name: partition-heal                # letters, digits, '-'
description: Two halves are cut off for ten seconds while clients keep writing.
seed: 1                             # or seeds: 1..10
duration: 60s
settle: 5s

nodes: 25
platform:
  file: ../platforms/lan.xml
topology: full

network:
  model: latency
  latency: {exponential: {mean: 100ms}}
  loss: 0%
  duplicate: 0%
  fifo: false

engine:
  dispatch: actor

protocols:
  - interceptor-broadcast
  - name: interceptor-broadcast
    label: interceptor (LRU cache)
    params: {dedup_cache: lru}
    expect:
      lost_writes: {max: 3}

workload:
  kind: broadcast
  rate: 20/s
  reads: 50%
  start: 0s
  stop: 20s
  targets: all
  size: 64B
  # client_latency: 0ms

faults:
  - {at: 5s, for: 10s, partition: {groups: [[0..12], [13..24]]}}
  - {at: 8s, for: 4s, crash: {nodes: {random: 2}, disk: kept}}
  - {at: 0s, until: 30s, loss: {rate: 10%}}
  - {at: 10s, every: 10s, times: 3, for: 1s, delay: 200ms}

expect:
  converged: true
  convergence_time_s: {max: 2.0}
  lost_writes: 0

matrix:
  nodes: [25, 100]
  network.loss: [0%, 10%, 30%]
)";

std::string spell(const ParameterValues& values, const std::string& name, ValueType type) {
  return to_string(values.at(name), type);
}

}  // namespace

TEST_CASE("the example of the documentation is read as it says") {
  const Folder folder;
  folder.write("platforms/lan.xml", "<platform/>");
  const auto scenarios = read_scenario(folder.write("scenarios/example.yaml", example));
  REQUIRE(scenarios.size() == 6);
  const Scenario& s = *scenarios[0];
  CHECK(s.name == "partition-heal");
  CHECK(s.duration == 60s);
  CHECK(*s.settle == Duration(5s));
  CHECK(s.nodes == 25);
  CHECK(s.seeds == std::vector<std::uint64_t>{1});
  CHECK(s.platform.kind == Platform::Kind::file);
  CHECK(s.platform.file == folder.path("platforms/lan.xml"));
  CHECK(s.platform.place.line == 9);
  CHECK(s.topology.name == "full");
  CHECK(s.network.latency->kind == Delay::Kind::exponential);
  CHECK(s.network.latency->a == Duration(100ms));
  CHECK(s.network.background.empty());
  CHECK(scenarios[1]->network.background.size() == 1);
  CHECK(scenarios[1]->network.background[0].first == "loss");

  CHECK(s.workloads.front().kind == "broadcast");
  CHECK(spell(s.workloads.front().values, "rate", ValueType::rate) == "20/s");
  CHECK(spell(s.workloads.front().values, "reads", ValueType::share) == "50%");
  CHECK(spell(s.workloads.front().values, "timeout", ValueType::duration) == "5s");
  CHECK(cases_of(scenarios).size() == 12);
}

TEST_CASE("faults are read with their times and places") {
  const Folder folder;
  folder.write("platforms/lan.xml", "<platform/>");
  const auto faults = read_scenario(folder.write("scenarios/example.yaml", example))[0]->faults;
  REQUIRE(faults.size() == 4);
  CHECK(faults[0].verb == "partition");
  CHECK(spell(faults[0].values, "groups", ValueType::selector_list) == "[[0..12], [13..24]]");
  CHECK(faults[0].at == Time(5s));
  CHECK(*faults[0].lasts == Duration(10s));
  CHECK(faults[0].place.line > 40);
  CHECK(spell(faults[1].values, "nodes", ValueType::selector) == "{random: 2}");
  CHECK(*faults[2].lasts == Duration(30s));
  CHECK(*faults[3].every == Duration(10s));
  CHECK(faults[3].times == 3);
  CHECK(spell(faults[3].values, "add", ValueType::duration) == "200ms");
}

TEST_CASE("an entry's expectations replace the scenario's of the same path") {
  const Folder folder;
  folder.write("platforms/lan.xml", "<platform/>");
  const auto protocols = read_scenario(folder.write("scenarios/example.yaml", example))[0]->protocols;
  REQUIRE(protocols.size() == 2);
  CHECK(protocols[0].label == "interceptor-broadcast");
  CHECK(protocols[0].given_params.empty());
  CHECK(!protocols[0].params.empty());
  REQUIRE(protocols[0].expect.size() == 3);
  CHECK(std::get<bool>(protocols[0].expect[0].bound));
  CHECK(protocols[0].expect[1].kind == Expectation::Kind::at_most);
  CHECK(protocols[0].expect[1].text == "max: 2.0");
  CHECK(std::get<double>(protocols[0].expect[2].bound) == 0);
  CHECK(protocols[1].given_params.size() == 1);
  REQUIRE(protocols[1].expect.size() == 3);
  CHECK(protocols[1].expect[2].path == "lost_writes");
  CHECK(protocols[1].expect[2].text == "max: 3");
}

TEST_CASE("an expectation can ask that a thing never happened, in each of the ways in which YAML writes null") {
  const std::string null = GENERATE("null", "~", "");
  const auto scenario =
      read_text("name: small\nprotocols: [interceptor-broadcast]\nexpect:\n  convergence_time_s: " + null +
                "\n  lost_writes: 0\n")
          .at(0);
  const auto& expect = scenario->protocols[0].expect;
  REQUIRE(expect.size() == 2);
  CHECK(expect[0].kind == Expectation::Kind::absent);
  CHECK(expect[1].kind == Expectation::Kind::equals);
}

TEST_CASE("a name and a protocol are a scenario: the rest has defaults") {
  const auto scenario = read_text("name: small\nprotocols: [interceptor-broadcast]\n").at(0);
  CHECK(scenario->nodes == 5);
  CHECK(scenario->duration == 60s);
  CHECK(scenario->platform.kind == Platform::Kind::star);
  CHECK(scenario->platform.latency == Duration(1ms));
  CHECK(scenario->platform.bandwidth == 125e6);
  CHECK(scenario->workloads.front().kind == "broadcast");
  CHECK(scenario->workloads.front().values.contains("timeout"));
  CHECK(scenario->protocols[0].params.contains("dedup_cache"));
}

TEST_CASE("generated platforms, placement zones and stream settings are read") {
  const auto scenario = read_text(
      "name: zones\nprotocols: [interceptor-broadcast]\nnodes: 25\n"
      "platform:\n  uniform: {latency: {min: 1ms, max: 10ms}, bandwidth: 100Mbps}\n"
      "  placement: {zones: {eu: 10, us: 15}}\n"
      "network:\n  stream: {min_rto: 100ms, limit: 5s}\n  delay: {add: 5ms, jitter: 1ms}\n"
      "faults:\n  - {at: 1s, pause: {nodes: {not: {zone: eu}}}}\n")[0];
  CHECK(scenario->platform.kind == Platform::Kind::uniform);
  CHECK(scenario->platform.max_latency == Duration(10ms));
  CHECK(scenario->platform.bandwidth == 12.5e6);
  CHECK(scenario->platform.placement.zones.at(1) == std::pair<std::string, std::uint32_t>{"us", 15});
  CHECK(scenario->network.stream.min_rto == Duration(100ms));
  CHECK(scenario->network.stream.max_rto == Duration(60s));
  CHECK(scenario->network.background.at(0).first == "delay");
  CHECK(to_string(scenario->faults.at(0).values.at("nodes"), ValueType::selector) == "{not: {zone: eu}}");
}

TEST_CASE("every topology of the documentation is read") {
  for (const char* topology : {"full", "ring", "line", "grid", "{tree: 4}", "{k-regular: 4}", "{random: 6}",
                               "{small-world: {k: 4, p: 10%}}", "{edges: [[0,1],[1,2]]}", "{tree: {degree: 2}}"}) {
    INFO(topology);
    const auto scenario = read_text(std::string("name: t\nnodes: 25\nprotocols: [interceptor-broadcast]\ntopology: ") +
                                    topology + "\n")[0];
    const TopologyInfo* info = find_topology(scenario->topology.name);
    REQUIRE(info != nullptr);
    RandomStream random(1, "topology");
    CHECK_NOTHROW(info->build(scenario->topology.values, 25, random));
  }
}

TEST_CASE("seeds are a range, a number or a list") {
  const auto seeds = [](const std::string& text) {
    return read_text("name: s\nprotocols: [interceptor-broadcast]\n" + text + "\n")[0]->seeds;
  };
  CHECK(seeds("seeds: 1..3") == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(seeds("seeds: 7") == std::vector<std::uint64_t>{7});
  CHECK(seeds("seeds: [1, 5..6]") == std::vector<std::uint64_t>{1, 5, 6});
  CHECK(seeds("seed: 9") == std::vector<std::uint64_t>{9});
}
