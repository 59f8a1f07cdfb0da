#include "sim/hunt/trial.hpp"

#include <catch2/catch.hpp>

#include "protocols/registry.hpp"
#include "sim/faults/fault.hpp"
#include "sim/faults/hazards.hpp"
#include "sim/hunt/circumstances.hpp"
#include "tests/hunt/fixtures.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;
using namespace hearsay::hunt;

namespace {

const std::string plain = "{name: p, nodes: 5, protocols: [delta-gossip], workload: {rate: 10/s}";

std::shared_ptr<const Scenario> read_trial(const Target& target, std::uint64_t number, TrialOptions options = {}) {
  return read_tree(make_trial(target, options, number), "test.yaml");
}

// As a scenario lists it; one whose replicas are programs is given one.
std::string entry_of(const ProtocolInfo& protocol) {
  if (protocol.name != "maelstrom") return protocol.name;
  return "{name: maelstrom, params: {bin: " + source_file("scenarios/maelstrom/nodes/naive_broadcast.py") + "}}";
}

}  // namespace

TEST_CASE("A trial is a function of the hunt's seed and its number") {
  const Target target = target_of(plain + "}");
  for (std::uint64_t number = 0; number < 5; ++number)
    CHECK(flow_text(make_trial(target, {}, number)) == flow_text(make_trial(target, {}, number)));
  CHECK(flow_text(make_trial(target, {}, 1)) != flow_text(make_trial(target, {}, 2)));
  TrialOptions other;
  other.seed = 2;
  CHECK(flow_text(make_trial(target, {}, 1)) != flow_text(make_trial(target, other, 1)));
}

TEST_CASE("Trials of every protocol are valid scenarios") {
  for (const ProtocolInfo& protocol : protocols()) {
    const Target target = target_of("{name: p, nodes: 5, protocols: [" + entry_of(protocol) +
                                    "], workload: {kind: " + protocol.workloads.back() +
                                    "}, hunt: {vary: [nodes, topology, network, workload, " + "parameters]}}");
    for (std::uint64_t number = 0; number < 30; ++number) CHECK_NOTHROW(read_trial(target, number));
  }
}

TEST_CASE("Faults stay within the window, the verbs and the number that the section `hunt` allows") {
  const Target target = target_of(
      plain + ", hunt: {verbs: [crash, loss], faults: 2, window: 3s, shortest: 100ms, longest: 1s, quiet: 20s}}");
  std::size_t seen = 0;
  for (std::uint64_t number = 0; number < 60; ++number) {
    const auto scenario = read_trial(target, number);
    CHECK(scenario->faults.size() <= 2);
    for (const FaultEntry& fault : scenario->faults) {
      ++seen;
      CHECK((fault.verb == "crash" || fault.verb == "loss"));
      REQUIRE(fault.lasts);
      CHECK(*fault.lasts >= std::chrono::milliseconds(100));
      CHECK(*fault.lasts <= std::chrono::seconds(1));
      CHECK(fault.at + *fault.lasts <= Time(std::chrono::seconds(3)));
    }
    CHECK(circumstances_of(*scenario).last_disturbance() + std::chrono::seconds(20) <= Time(scenario->duration));
  }
  CHECK(seen > 60);
}

TEST_CASE("Faults may come up to a second after the last step of a script") {
  const Target target = target_of(
      "{name: p, nodes: 5, protocols: [delta-gossip], workload: {kind: broadcast, script: [{at: 30s, node: 0, write: "
      "true}]}, hunt: {window: 3s, faults: 4}}");
  Time latest{};
  for (std::uint64_t number = 0; number < 200; ++number)
    for (const FaultEntry& fault : read_trial(target, number)->faults)
      latest = std::max(latest, fault.at + fault.lasts.value_or(Duration{}));
  CHECK(latest > Time(std::chrono::seconds(29)));
  CHECK(latest <= Time(std::chrono::seconds(31)));
}

TEST_CASE("What `vary` names differs in some trials, and nothing else ever does") {
  const std::vector<std::pair<std::string, std::string>> sections{{"nodes", "nodes"},
                                                                  {"topology", "topology"},
                                                                  {"network", "network"},
                                                                  {"parameters", "protocols"},
                                                                  {"workload", "workload"}};
  for (const auto& [varied, section] : sections) {
    const Target target =
        target_of(std::string(plain).append(", hunt: {vary: [").append(varied).append("], faults: 1}}"));
    std::map<std::string, int> changed;
    for (std::uint64_t number = 0; number < 24; ++number) {
      const Node trial = make_trial(target, {}, number);
      for (const auto& [other, name] : sections) {
        const Node *now = trial.find(name), *before = target.tree.find(name);
        const bool same = now == nullptr || before == nullptr ? now == before : flow_text(*now) == flow_text(*before);
        changed[name] += same ? 0 : 1;
      }
    }
    for (const auto& [other, name] : sections) {
      INFO(varied << ", " << name);
      if (name == section)
        CHECK((changed[name] > 3 && (changed[name] < 22 || name == "workload")));
      else if (name != "workload")  // its end follows from the window
        CHECK(changed[name] == 0);
    }
  }
}

TEST_CASE("A trial has two nodes to seven, never more than its scenario, which may have fewer") {
  const auto nodes_of = [](std::uint32_t nodes) {
    const Target target = target_of("{name: p, nodes: " + std::to_string(nodes) +
                                    ", protocols: [delta-gossip], hunt: {vary: [nodes], faults: 1}}");
    std::set<std::uint32_t> seen;
    for (std::uint64_t number = 0; number < 60; ++number) seen.insert(read_trial(target, number)->nodes);
    return seen;
  };
  CHECK(nodes_of(2) == std::set<std::uint32_t>{2});
  CHECK(nodes_of(3) == std::set<std::uint32_t>{2, 3});
  CHECK(nodes_of(4) == std::set<std::uint32_t>{2, 3, 4});
  CHECK(nodes_of(30) == std::set<std::uint32_t>{2, 3, 4, 5, 6, 7, 30});
}

TEST_CASE("A trial ends early only where nothing but agreement is promised, and by its own settling time") {
  for (const ProtocolInfo& protocol : protocols()) {
    const Target target = target_of("{name: p, nodes: 5, settle: 77s, protocols: [" + entry_of(protocol) +
                                    "], workload: {kind: " + protocol.workloads.back() + "}}");
    const auto settle = read_trial(target, 1)->settle;
    INFO(protocol.name);
    CHECK((!settle || *settle != std::chrono::seconds(77)));
  }
}

TEST_CASE("Each trial leaves out verbs, and together the trials use all of them") {
  const Target target = target_of(plain + ", hunt: {faults: 8}}");
  std::set<std::string> seen;
  for (std::uint64_t number = 0; number < 150; ++number) {
    std::set<std::string> of_trial;
    const auto scenario = read_trial(target, number);
    for (const FaultEntry& fault : scenario->faults) of_trial.insert(fault.verb);
    CHECK(of_trial.size() < 14);
    seen.insert(of_trial.begin(), of_trial.end());
  }
  for (const FaultInfo& verb : fault_verbs())
    if (verb.link == nullptr) CHECK(seen.count(verb.name) == 1);
}

TEST_CASE("With --permanent a minority goes for good") {
  const Target target = target_of(plain + ", hunt: {vary: []}}");
  TrialOptions options;
  options.permanent = true;
  std::set<NodeId> ever;
  for (std::uint64_t number = 0; number < 20; ++number) {
    const auto scenario = read_trial(target, number, options);
    const FaultEntry& last = scenario->faults.back();
    CHECK((last.verb == "crash" || last.verb == "kill"));
    CHECK_FALSE(last.lasts);
    const auto& gone = std::get<Selector>(last.values.at("nodes")).nodes;
    CHECK((!gone.empty() && gone.size() <= 2));
    CHECK(std::set<NodeId>(gone.begin(), gone.end()).size() == gone.size());
    ever.insert(gone.begin(), gone.end());
  }
  CHECK(ever == std::set<NodeId>{0, 1, 2, 3, 4});
}

TEST_CASE("Every verb says which hazards it brings") {
  for (const FaultInfo& verb : fault_verbs()) {
    ParameterValues values;
    if (verb.name == "churn") values["by"] = std::string("kill");
    INFO(verb.name);
    CHECK_FALSE(hazards_of(verb.name, values).empty());
    CHECK((hazards_of(verb.name, values).size() < hazard_kinds) == (verb.name != "clone"));
  }
  CHECK(hazards_of("no-such-verb", {}).size() == hazard_kinds);
}
