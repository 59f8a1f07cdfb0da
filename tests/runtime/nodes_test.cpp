// What crashes, pauses, slow hosts and wrong clocks do to a node.
#include <catch2/catch.hpp>

#include "bench.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

using Notes = std::vector<std::uint64_t>;

std::vector<Time> times(const std::vector<Seen>& events) {
  std::vector<Time> all;
  for (const Seen& seen : events) all.push_back(seen.at);
  return all;
}

}  // namespace

TEST_CASE("a crash destroys memory, timers and what is queued; the restarted process starts empty") {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.latency = 100ms;
  add_fault(scenario, "crash", 150ms, 50ms, nodes({0}));
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() != 0) return;
    n.note(n.memory);
    n.note(static_cast<std::uint64_t>(reason));
    if (reason != StartReason::boot) return;
    n.memory = 77;
    n.after(100ms, 1);
    n.after(300ms, 2);  // never fires
  };
  script.timer = [](Node& n, TimerKey key) {
    n.note(100 + key);
    n.datagram(1, key);
    n.stream(1, key);
  };
  const auto history = run(scenario, script);
  const Notes expected{0, static_cast<std::uint64_t>(StartReason::boot), 101, 0,
                       static_cast<std::uint64_t>(StartReason::restart)};
  CHECK(history.notes(0) == expected);
  CHECK(history.values(EventKind::deliver, 1) == Notes{1});  // the datagram; the stream was still being dialled
  CHECK(history.dropped(DropReason::crash) == 1);
  CHECK(history.of(EventKind::crash, 0).at(0).at == at(150ms));
  CHECK(history.of(EventKind::restart, 0).at(0).at == at(200ms));
}

TEST_CASE("a restarted process finds what the disk mode leaves") {
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() != 0) return;
    if (reason == StartReason::boot) {
      n.context.storage().put("synced", "1");
      n.context.sync();
      n.context.storage().put("unsynced", "1");
    } else {
      n.note((n.context.storage().get("synced") ? 1 : 0) + (n.context.storage().get("unsynced") ? 2 : 0));
    }
  };
  const std::vector<std::pair<std::string, std::uint64_t>> expected{{"kept", 3}, {"unsynced-lost", 1}, {"lost", 0}};
  for (const auto& [mode, found] : expected) {
    Scenario scenario = quiet_scenario(2);
    add_fault(scenario, "crash", 1s, 1s, {{"nodes", Selector::of({0})}, {"disk", mode}});
    CHECK(run(scenario, script).notes(0) == Notes{found});
  }
}

TEST_CASE("of overlapping crashes the last one to end restarts the node") {
  Scenario scenario = quiet_scenario(2);
  add_fault(scenario, "crash", 1s, 2s, nodes({0}));
  add_fault(scenario, "crash", 2s, 3s, nodes({0}));
  const auto history = run(scenario, {});
  CHECK(times(history.of(EventKind::crash)) == std::vector<Time>{at(1s)});
  CHECK(times(history.of(EventKind::restart)) == std::vector<Time>{at(5s)});
}

TEST_CASE("datagrams that arrive at a node that is down are gone") {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.latency = 300ms;
  add_fault(scenario, "crash", 100ms, 300ms, nodes({1}));
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) n.datagram(1);
  };
  const auto history = run(scenario, script);
  CHECK(history.of(EventKind::deliver).empty());
  CHECK(history.dropped(DropReason::crash) == 1);
}

TEST_CASE("while a node is paused messages wait and timers fire late, and nothing is lost") {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.bandwidth = 1e12;
  add_fault(scenario, "pause", 500ms, 1s, nodes({1}));
  Script script;
  script.start = [](Node& n, StartReason) { n.after(n.self() == 0 ? 600ms : 700ms, 5); };
  script.timer = [](Node& n, TimerKey key) {
    if (n.self() == 0)
      n.datagram(1, 1);
    else
      n.note(key);
  };
  const auto history = run(scenario, script);
  CHECK(times(history.of(EventKind::deliver, 1)) == std::vector<Time>{at(1500ms)});
  CHECK(history.note_times(5) == std::vector<Time>{at(1500ms)});
  CHECK(history.of(EventKind::drop).empty());
}

TEST_CASE("a crash ends a pause, and the end of the pause does not disturb the restarted process") {
  Scenario scenario = quiet_scenario(2);
  add_fault(scenario, "pause", 500ms, 2s, nodes({1}));
  add_fault(scenario, "crash", 1s, 500ms, nodes({1}));
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 1) n.note(1);
  };
  const auto history = run(scenario, script);
  CHECK(history.note_times(1) == std::vector<Time>{at(0s), at(1500ms)});
  CHECK(history.of(EventKind::resume).empty());
}

TEST_CASE("clock skew and drift move what now() says and nothing else") {
  Script script;
  script.start = [](Node& n, StartReason) { n.after(100ms, 1); };
  script.timer = [](Node& n, TimerKey round) {
    n.context.member(static_cast<NodeId>(n.context.now().time_since_epoch() / 1us), MemberState::alive);
    n.datagram(1 - n.self(), round);
    n.stream(1 - n.self(), round);
    if (round < 20) n.after(100ms, round + 1);
  };
  Scenario plain = quiet_scenario(2), wrong = quiet_scenario(2);
  add_fault(wrong, "clock", 550ms, 1s, {{"nodes", Selector::of({1})}, {"skew", Duration(500ms)}, {"drift", 0.01}});
  const auto right_history = run(plain, script), wrong_history = run(wrong, script);
  const auto others = [](const History& history) {
    std::vector<std::tuple<Time, EventKind, NodeId, std::uint64_t>> all;
    for (const Seen& seen : history.events)
      if (seen.kind != EventKind::fault_begin && seen.kind != EventKind::fault_end && seen.kind != EventKind::member)
        all.emplace_back(seen.at, seen.kind, seen.node, seen.id);
    return all;
  };
  CHECK(others(right_history) == others(wrong_history));
  for (const Seen& seen : wrong_history.of(EventKind::member)) {
    Duration believed = seen.at.time_since_epoch();
    if (seen.node == 1 && seen.at >= at(550ms) && seen.at < at(1550ms)) believed += 500ms + (seen.at - at(550ms)) / 100;
    CHECK(seen.peer == static_cast<NodeId>(believed / 1us));
  }
}

TEST_CASE("computing takes its time, effects leave after it, and messages wait meanwhile") {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.bandwidth = 1e12;
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) {
      n.note(1);  // before the work
      n.context.compute(1ms);
      n.note(2);
      n.context.compute(9ms);
      n.note(3);
      n.datagram(1, 4);
    } else {
      n.after(1ms, 0);
    }
  };
  script.timer = [](Node& n, TimerKey) { n.datagram(0, 5); };
  const auto history = run(scenario, script);
  CHECK(history.error == "");
  CHECK(history.note_times(1) == std::vector<Time>{at(0s)});
  CHECK(history.note_times(2) == std::vector<Time>{at(1ms)});
  CHECK(history.note_times(3) == std::vector<Time>{at(10ms)});
  CHECK(times(history.of(EventKind::send, 0)) == std::vector<Time>{at(10ms)});
  CHECK(times(history.of(EventKind::deliver, 0)) == std::vector<Time>{at(10ms)});  // there since 2 ms
}

TEST_CASE("a slow host computes longer by the factor, and two nodes on one host share its core") {
  Script script;
  script.start = [](Node& n, StartReason) { n.after(100ms, 0); };
  script.timer = [](Node& n, TimerKey) {
    n.context.compute(10ms);
    n.note(n.self());
  };
  Scenario slow = quiet_scenario(2);
  add_fault(slow, "slow", 0s, std::nullopt, {{"nodes", Selector::of({1})}, {"factor", 5.0}});
  const auto slowed = run(slow, script);
  CHECK(slowed.note_times(0) == std::vector<Time>{at(110ms)});
  CHECK(slowed.note_times(1) == std::vector<Time>{at(150ms)});
  Scenario shared = quiet_scenario(64);  // two on each of the 32 hosts
  shared.platform.kind = Platform::Kind::file;
  shared.platform.file = source_file("platforms/lan.xml");
  CHECK(run(shared, script).note_times(7) == std::vector<Time>{at(120ms)});
  Scenario alone = shared;
  alone.nodes = 32;
  CHECK(run(alone, script).note_times(7) == std::vector<Time>{at(110ms)});
}

TEST_CASE("work that ends on several nodes at one instant goes on in the order of the nodes, whenever it began") {
  for (const bool ascending : {true, false}) {
    Script script;
    script.start = [ascending](Node& n, StartReason) { n.after((ascending ? n.self() : 9 - n.self()) * 1ms, 0); };
    script.timer = [ascending](Node& n, TimerKey) {
      n.context.compute(20ms - (ascending ? n.self() : 9 - n.self()) * 1ms);
      n.note(100 + n.self());
    };
    const auto history = run(quiet_scenario(10), script);
    const auto notes = history.notes();
    REQUIRE(notes.size() == 10);
    for (std::size_t i = 0; i < notes.size(); ++i) {
      CHECK(notes[i] == 100 + i);
      CHECK(history.note_times(100 + i) == std::vector<Time>{at(20ms)});
    }
  }
}

TEST_CASE("a pause stretches a computation, and a crash ends it without effects") {
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() != 0 || reason != StartReason::boot) return;
    n.context.compute(100ms);
    n.note(1);
  };
  Scenario paused = quiet_scenario(2);
  add_fault(paused, "pause", 50ms, 200ms, nodes({0}));
  CHECK(run(paused, script).note_times(1) == std::vector<Time>{at(300ms)});
  Scenario crashed = quiet_scenario(2);
  add_fault(crashed, "crash", 50ms, 10ms, nodes({0}));
  CHECK(run(crashed, script).notes().empty());
}

TEST_CASE("a sync costs what the scenario says; effects after it wait, also over a pause") {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() != 0) return;
    n.context.sync();
    n.note(1);
  };
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    Scenario scenario = quiet_scenario(2);
    scenario.engine.dispatch = dispatch;
    scenario.engine.sync_latency = 5ms;
    CHECK(run(scenario, script).note_times(1) == std::vector<Time>{at(5ms)});
    add_fault(scenario, "pause", 2ms, 10ms, nodes({0}));
    CHECK(run(scenario, script).note_times(1) == std::vector<Time>{at(12ms)});
  }
}

TEST_CASE("inline dispatch refuses protocols that compute") {
  Scenario scenario = quiet_scenario(2);
  scenario.engine.dispatch = Engine::Dispatch::inline_;
  Script script;
  script.start = [](Node& n, StartReason) { n.context.compute(1ms); };
  CHECK(run(scenario, script).error.find("inline") != std::string::npos);
}

TEST_CASE("a kill fails the requests that the node has; those on their way find what runs when they arrive") {
  Scenario scenario = quiet_scenario(2);
  scenario.workloads.front().values = {{"operations", std::int64_t{2}},
                                       {"rate", 10.0},
                                       {"start", Duration(1s)},
                                       {"targets", Selector::of({0})},
                                       {"client_latency", Duration(80ms)}};
  add_fault(scenario, "kill", 1120ms, 20ms, nodes({0}));
  Script script;  // answers from the second incarnation on
  script.request = [](Node& n, const Operation& operation) {
    if (n.context.now() > at(1130ms)) n.context.respond(operation.id, Response{.outcome = Outcome::ok});
  };
  const auto answers = run(scenario, script).of(EventKind::respond);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].detail == static_cast<std::uint8_t>(Outcome::failed));  // there since 1.08 s
  CHECK(answers[0].at == at(1200ms));
  CHECK(answers[1].detail == static_cast<std::uint8_t>(Outcome::ok));  // sent at 1.1 s, there at 1.18 s
  CHECK(answers[1].at == at(1260ms));
}

TEST_CASE("a run does not end before its faults have: one that is in force, and one that repeats for ever") {
  const auto end_of = [](const std::optional<Duration>& every, std::uint32_t times) {
    Scenario scenario = quiet_scenario(2);
    scenario.settle = 1s;
    scenario.workloads.front().values = {
        {"operations", std::int64_t{1}}, {"start", Duration(0s)}, {"timeout", Duration(100ms)}};
    add_fault(scenario, "pause", 500ms, 2s, nodes({1}));
    scenario.faults.back().every = every;
    scenario.faults.back().times = times;
    Script script;
    script.request = [](Node& n, const Operation& operation) { n.context.respond(operation.id, Response{}); };
    return run(scenario, script).events.back().at;
  };
  CHECK(end_of(std::nullopt, 0) == at(3500ms));  // one second after the fault
  CHECK(end_of(3s, 2) == at(6500ms));            // 3.5 s to 5.5 s is the last
  CHECK(end_of(3s, 0) == at(10s));               // it never ends
}
