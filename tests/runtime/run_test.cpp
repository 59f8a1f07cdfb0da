// The run as a whole: determinism over both ways of dispatch, when it ends, and that nothing follows.
#include "sim/runtime/run.hpp"

#include <catch2/catch.hpp>

#include "bench.hpp"
#include "protocols/registry.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

// Gossip of random values by datagrams and streams, with syncs, timers and random choices.
Script busy() {
  Script script;
  script.start = [](Node& n, StartReason) { n.after(n.context.random().between(0s, 10ms), 0); };
  script.timer = [](Node& n, TimerKey round) {
    const auto peers = n.context.peers();
    n.datagram(peers[n.context.random().below(peers.size())], round);
    n.stream(peers[n.context.random().below(peers.size())], round);
    n.after(10ms, round + 1);
  };
  script.message = [](Node& n, const Received& received) {
    n.memory = combine(n.memory, value_of(received.message));
    if (n.context.random().chance(0.2)) {
      n.context.storage().append("log", "x");
      n.context.sync();
    }
    if (n.context.random().chance(0.3)) n.datagram(received.from, n.memory % 1000);
    n.note(n.memory);
  };
  return script;
}

Scenario troubled(Network::Model model, Engine::Dispatch dispatch) {
  Scenario scenario = quiet_scenario(7);
  scenario.duration = 4s;
  scenario.network.model = model;
  scenario.network.stream.limit = 1s;
  scenario.engine.dispatch = dispatch;
  scenario.engine.sync_latency = 1ms;  // as long as the network's: many ties
  add_fault(scenario, "partition", 500ms, 700ms, {{"kind", std::string("majorities-ring")}});
  add_fault(scenario, "crash", 1s, 500ms, nodes({1, 2}));
  add_fault(scenario, "pause", 1200ms, 300ms, nodes({3}));
  add_fault(scenario, "leave", 2s, 500ms, nodes({5}));
  add_fault(scenario, "delay", 2s, 500ms, {{"add", Duration(5ms)}, {"jitter", Duration(5ms)}});
  add_fault(scenario, "partition", 2500ms, 1200ms, halves({0, 1, 2}, {3, 4}, "reject"));
  set_background(scenario, "loss", {{"rate", 0.05}});
  set_background(scenario, "duplicate", {{"rate", 0.05}});
  return scenario;
}

Time end_of(const History& history) { return history.events.empty() ? never : history.events.back().at; }

}  // namespace

TEST_CASE("actor and inline dispatch give the same run, event for event, under both network models") {
  for (const auto model : {Network::Model::latency, Network::Model::flow})
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const auto actor = run(troubled(model, Engine::Dispatch::actor), busy(), seed);
      const auto inlined = run(troubled(model, Engine::Dispatch::inline_), busy(), seed);
      REQUIRE(actor.error == "");
      REQUIRE(inlined.error == "");
      std::size_t same = 0;
      while (same < actor.events.size() && same < inlined.events.size() &&
             actor.events[same].at == inlined.events[same].at && actor.events[same].kind == inlined.events[same].kind &&
             actor.events[same].node == inlined.events[same].node && actor.events[same].id == inlined.events[same].id)
        ++same;
      CHECK(same == actor.events.size());
      CHECK(actor.events.size() == inlined.events.size());
      CHECK(actor.run_hash == inlined.run_hash);
      CHECK(actor.events.size() > 5000);
    }
}

TEST_CASE("the same run twice has the same hash, another seed another one") {
  const auto scenario = troubled(Network::Model::latency, Engine::Dispatch::actor);
  const auto first = run(scenario, busy(), 1);
  CHECK(first.run_hash == run(scenario, busy(), 1).run_hash);
  CHECK(first.run_hash != run(scenario, busy(), 2).run_hash);
}

TEST_CASE("time never runs backwards, and nothing follows the end") {
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    const auto history = run(troubled(Network::Model::latency, dispatch), busy());
    for (std::size_t i = 1; i < history.events.size(); ++i) REQUIRE(history.events[i - 1].at <= history.events[i].at);
    CHECK(history.of(EventKind::finish).size() == 1);
    REQUIRE_FALSE(history.events.empty());
    CHECK(history.events.back().kind == EventKind::finish);
    CHECK(history.events.back().at == at(4s));
    CHECK(history.simulated_s == 4);
  }
}

TEST_CASE("a result names its run: scenario, protocol, label, parameters, seed, nodes and case") {
  Scenario scenario = quiet_scenario(3);
  scenario.case_values = {{"nodes", "3"}};
  scenario.protocols = {{"rpc-fanout", "a label", {{"errors", std::string("indexed")}}, {}, {}}};
  scenario.protocols.front().position = 2;
  const ProtocolInfo& protocol = *find_protocol("rpc-fanout");
  const RunResult result = named_result({std::make_shared<const Scenario>(scenario), 0, 7}, protocol);
  CHECK(result.scenario == "bench");
  CHECK(result.protocol == "rpc-fanout");
  CHECK(result.label == "a label");
  CHECK(result.seed == 7);
  CHECK(result.nodes == 3);
  CHECK(result.position == 2);
  CHECK(result.case_values == scenario.case_values);
  CHECK(result.params.size() == protocol.parameters.size());
  CHECK(result.message_kinds.size() == protocol.messages.size());
  for (const auto& [name, value] : result.params) CHECK(value == (name == "errors" ? "indexed" : "-"));
}

TEST_CASE("what a write was caused by: the message being handled, and nothing where there is none") {
  Script script;
  script.start = [](Node& n, StartReason) {
    n.context.applied(0);
    if (n.self() == 0) n.stream(1, 1);
  };
  script.message = [](Node& n, const Received&) { n.context.applied(1); };
  const auto applied = run(quiet_scenario(2), script).of(EventKind::applied, 1);
  REQUIRE(applied.size() == 2);
  CHECK(applied[0].cause == no_node);
  CHECK(applied[1].cause == 0);
  CHECK(applied[1].cause_type == 1);  // a stream's message
}

TEST_CASE("a computation that ends with the run leaves no effects behind it") {
  Scenario scenario = quiet_scenario(3);
  scenario.duration = 1s;
  Script script;
  script.start = [](Node& n, StartReason) {
    n.context.compute(n.self() == 0 ? 1s : 2s);
    n.note(1);
    n.datagram(1 - n.self() % 2);
  };
  const auto history = run(scenario, script);
  REQUIRE(history.error == "");
  CHECK(history.events.back().kind == EventKind::finish);
}

TEST_CASE("the run ends `settle` after the states have become equal, or at `duration`") {
  Script script;  // node 0 changes its state at 1.2345 s and node 1 follows by a message
  script.start = [](Node& n, StartReason) {
    n.note(0);
    if (n.self() == 0) n.after(1234567us, 1);
  };
  script.timer = [](Node& n, TimerKey) {
    n.note(5);
    n.datagram(1, 5, 0);
  };
  script.message = [](Node& n, const Received& received) { n.note(value_of(received.message)); };
  for (const Duration settle : {Duration(2s), Duration(1500ms)}) {
    Scenario scenario = quiet_scenario(2);
    scenario.workloads.front().values = {
        {"operations", std::int64_t{1}}, {"start", Duration(0s)}, {"timeout", Duration(100ms)}};
    scenario.settle = settle;
    const auto history = run(scenario, script);
    CHECK(end_of(history) == at(1234567us + 1ms + settle));
    CHECK(history.converged);
    scenario.duration = 2s;
    CHECK(end_of(run(scenario, script)) == at(2s));
  }
}

TEST_CASE("settling waits for the last answer to a client and the end of the last fault") {
  Scenario scenario = quiet_scenario(2);
  scenario.settle = 1s;
  Script script;
  script.start = [](Node& n, StartReason) { n.note(0); };
  scenario.workloads.front().values = {
      {"operations", std::int64_t{1}}, {"start", Duration(300ms)}, {"timeout", Duration(1111ms)}};
  CHECK(end_of(run(scenario, script)) == at(2411ms));
  add_fault(scenario, "delay", 1s, 2s, {{"add", Duration(1ms)}});
  CHECK(end_of(run(scenario, script)) == at(4s));
}

TEST_CASE(
    "a storm of messages ends the run with an error once more are in flight than allowed, not when memory is out") {
  Script script;
  script.start = [](Node& node, StartReason) {
    if (node.self() == 0) node.datagram(1);
  };
  script.message = [](Node& node, const Received& received) {  // every message begets two
    node.datagram(received.from);
    node.datagram(received.from);
  };
  Scenario scenario = quiet_scenario(2);
  scenario.engine.max_in_flight = 30'000;
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    scenario.engine.dispatch = dispatch;
    const History history = run(scenario, script);
    CHECK_THAT(history.error, Catch::Contains("messages are in flight after") &&
                                  Catch::Contains("more than `engine.max_in_flight` (30000) allows"));
    CHECK(history.of(EventKind::send).size() < 200'000);
  }
}
