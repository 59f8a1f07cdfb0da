// Machines that are slow: processor time per message, `slow`, disks, and faults whose nodes take turns.
#include <catch2/catch.hpp>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

std::size_t slowed(const History& history) {
  std::size_t count = 0;
  for (const Seen& seen : history.of(EventKind::fault_effect))
    count += seen.detail == static_cast<std::uint8_t>(FaultEffect::slowed) ? 1 : 0;
  return count;
}

// Node 0 sends `count` datagrams at 1 s; they are at node 1 together.
Script burst(int count) {
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() == 0 && reason == StartReason::boot) n.after(1s, 0);
  };
  script.timer = [count](Node& n, TimerKey) {
    for (int i = 0; i < count; ++i) n.datagram(1, static_cast<std::uint64_t>(i));
  };
  script.message = [](Node& n, const Received&) { n.note(1); };
  return script;
}

Scenario at_no_distance() {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.latency = 0ms;
  scenario.platform.bandwidth = 1e15;
  return scenario;
}

std::vector<Time> arrivals(const History& history) {
  std::vector<Time> times;
  for (const Seen& seen : history.of(EventKind::deliver)) times.push_back(seen.at);
  return times;
}

// Node 0 writes and syncs at `when`, and notes 1 once that is done; node 1 asks it every 10 ms, and it notes 2.
Script writing_at(Duration when) {
  Script script;
  script.start = [when](Node& n, StartReason reason) {
    if (n.self() == 0 && reason == StartReason::boot) n.after(when, 1);
    if (n.self() == 0 && reason == StartReason::restart) n.note(n.context.storage().get("a") ? 11 : 10);
    if (n.self() == 1 && reason == StartReason::boot) n.after(10ms, 2);
  };
  script.timer = [](Node& n, TimerKey key) {
    if (key == 1) {
      n.context.storage().put("a", "1");
      n.context.sync();
      n.note(1);
    } else {
      n.datagram(0);
      n.after(10ms, 2);
    }
  };
  script.message = [](Node& n, const Received&) { n.note(2); };
  return script;
}

Scenario disk_scenario(Duration usual, Engine::Sync sync = Engine::Sync::blocking) {
  Scenario scenario = quiet_scenario(2);
  scenario.engine.sync_latency = usual;
  scenario.engine.sync = sync;
  return scenario;
}

ParameterValues disk_of(NodeId node, const std::string& how, const Value& value) {
  return {{"nodes", Selector::of({node})}, {how, value}};
}

std::size_t notes_between(const History& history, std::uint64_t value, Duration from, Duration to) {
  std::size_t count = 0;
  for (const Time time : history.note_times(value)) count += time > at(from) && time < at(to) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("engine.message_cpu: each message costs its receiver processor time before it is handled") {
  Scenario scenario = at_no_distance();
  scenario.engine.message_cpu = 10ms;
  CHECK(arrivals(run(scenario, burst(3))) == std::vector<Time>{at(1010ms), at(1020ms), at(1030ms)});
  scenario.platform.speed = 2e9;
  CHECK(arrivals(run(scenario, burst(2))) == std::vector<Time>{at(1005ms), at(1010ms)});
}

TEST_CASE("what a handler computes itself comes on top of message_cpu") {
  Scenario scenario = at_no_distance();
  scenario.engine.message_cpu = 10ms;
  Script script = burst(2);
  script.message = [](Node& n, const Received&) {
    n.context.compute(5ms);
    n.note(1);
  };
  CHECK(run(scenario, script).note_times(1) == std::vector<Time>{at(1015ms), at(1030ms)});
}

TEST_CASE("messages that wait for the processor are lost with their process") {
  Scenario scenario = at_no_distance();
  scenario.engine.message_cpu = 10ms;
  add_fault(scenario, "kill", 1015ms, 100ms, nodes({1}));
  const History history = run(scenario, burst(3));
  CHECK(arrivals(history) == std::vector<Time>{at(1010ms)});
  CHECK(history.dropped(DropReason::crash) == 2);
}

TEST_CASE("slow counts the work that it made longer, and nothing where there was none") {
  Scenario scenario = at_no_distance();
  scenario.engine.message_cpu = 10ms;
  add_fault(scenario, "slow", 500ms, 1s, {{"nodes", Selector::of({1})}, {"factor", 4.0}});
  const History history = run(scenario, burst(3));
  CHECK(arrivals(history) == std::vector<Time>{at(1040ms), at(1080ms), at(1120ms)});
  CHECK(slowed(history) == 3);
  scenario.engine.message_cpu = 0ms;
  CHECK(slowed(run(scenario, burst(3))) == 0);
}

TEST_CASE("two slow faults of one host multiply, and each counts; the end of one leaves the other") {
  Scenario scenario = at_no_distance();
  scenario.engine.message_cpu = 10ms;
  add_fault(scenario, "slow", 500ms, 520ms, {{"nodes", Selector::of({1})}, {"factor", 3.0}});  // until 1.02 s
  add_fault(scenario, "slow", 600ms, 1s, {{"nodes", Selector::of({1})}, {"factor", 2.0}});
  const History history = run(scenario, burst(2));
  CHECK(arrivals(history) == std::vector<Time>{at(1060ms), at(1080ms)});
  CHECK(slowed(history) == 3);
}

TEST_CASE("a disk that stalls holds a sync back until the stall is over") {
  for (const Duration usual : {0ms, 5ms}) {
    Scenario scenario = disk_scenario(usual);
    add_fault(scenario, "disk", 1s, 3s, disk_of(0, "stall", true));
    const History during = run(scenario, writing_at(2s));
    CHECK(during.note_times(1) == std::vector<Time>{at(4s)});
    CHECK(slowed(during) == 1);
    CHECK(run(scenario, writing_at(5s)).note_times(1) == std::vector<Time>{at(5s + usual)});
  }
  Scenario begun_before = disk_scenario(5ms);
  add_fault(begun_before, "disk", 1s, 3s, disk_of(0, "stall", true));
  CHECK(run(begun_before, writing_at(998ms)).note_times(1) == std::vector<Time>{at(4s)});
}

TEST_CASE("a slow disk: latency is added, a factor multiplies, on the nodes named") {
  Scenario latency = disk_scenario(5ms);
  add_fault(latency, "disk", 1s, 3s, disk_of(0, "latency", Duration(10s) / 10));
  CHECK(run(latency, writing_at(2s)).note_times(1) == std::vector<Time>{at(3005ms)});
  Scenario factor = disk_scenario(5ms);
  add_fault(factor, "disk", 1s, 3s, disk_of(0, "factor", 10.0));
  CHECK(run(factor, writing_at(2s)).note_times(1) == std::vector<Time>{at(2050ms)});
  Scenario other = disk_scenario(5ms);
  add_fault(other, "disk", 1s, 3s, disk_of(1, "factor", 10.0));
  const History untouched = run(other, writing_at(2s));
  CHECK(untouched.note_times(1) == std::vector<Time>{at(2005ms)});
  CHECK(slowed(untouched) == 0);
  Scenario nothing = disk_scenario(0ms);  // ten times nothing
  add_fault(nothing, "disk", 1s, 3s, disk_of(0, "factor", 10.0));
  CHECK(slowed(run(nothing, writing_at(2s))) == 0);
}

TEST_CASE("a blocking sync stops the node; a concurrent one holds back what follows it and nothing else") {
  Scenario blocking = disk_scenario(0ms);
  add_fault(blocking, "disk", 1s, 3s, disk_of(0, "stall", true));
  CHECK(notes_between(run(blocking, writing_at(2s)), 2, 2100ms, 3900ms) == 0);
  Scenario concurrent = disk_scenario(0ms, Engine::Sync::concurrent);
  add_fault(concurrent, "disk", 1s, 3s, disk_of(0, "stall", true));
  const History history = run(concurrent, writing_at(2s));
  CHECK(notes_between(history, 2, 2100ms, 3900ms) == 180);
  CHECK(history.note_times(1) == std::vector<Time>{at(4s)});
}

TEST_CASE("concurrent syncs are done in order, each with what followed it, and a crash ends them") {
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() != 0 || reason != StartReason::boot) return;
    for (const std::uint64_t key : {1, 2}) n.after(1s, key);
  };
  script.timer = [](Node& n, TimerKey key) {
    n.context.sync();
    n.note(key);
    n.context.sync();
    n.note(key + 10);
  };
  Scenario scenario = disk_scenario(10ms, Engine::Sync::concurrent);
  const History history = run(scenario, script);
  CHECK(history.note_times(1) == std::vector<Time>{at(1010ms)});
  CHECK(history.note_times(2) == std::vector<Time>{at(1010ms)});
  CHECK(history.note_times(11) == std::vector<Time>{at(1020ms)});
  CHECK(history.note_times(12) == std::vector<Time>{at(1020ms)});
  add_fault(scenario, "crash", 1005ms, 10ms, nodes({0}));
  CHECK(run(scenario, script).notes(0).empty());
}

TEST_CASE("what a stalled disk has not synced is lost with the power") {
  for (const bool stalled : {true, false}) {
    Scenario scenario = disk_scenario(1ms);
    if (stalled) add_fault(scenario, "disk", 1s, 8s, disk_of(0, "stall", true));
    add_fault(scenario, "crash", 3s, 1s, {{"nodes", Selector::of({0})}, {"disk", std::string("unsynced-lost")}});
    const auto notes = run(scenario, writing_at(2s)).notes(0);
    const std::uint64_t kept = stalled ? 10 : 11;
    CHECK(std::find(notes.begin(), notes.end(), kept) != notes.end());
  }
}

TEST_CASE("engine.sync_latency by node: the last entry that names a node counts") {
  Scenario scenario = quiet_scenario(3);
  scenario.engine.sync_latencies = {{Selector::all(), 2ms}, {Selector::of({1}), 7ms}};
  Script script;
  script.start = [](Node& n, StartReason) {
    n.context.sync();
    n.note(n.self() + 1);
  };
  const History history = run(scenario, script);
  CHECK(history.note_times(1) == std::vector<Time>{at(2ms)});
  CHECK(history.note_times(2) == std::vector<Time>{at(7ms)});
  CHECK(history.note_times(3) == std::vector<Time>{at(2ms)});
}

TEST_CASE("stagger: nodes restart one after the other, the fault is over with the last, and a run waits for that") {
  Scenario scenario = quiet_scenario(3);
  scenario.settle = 1s;
  scenario.workloads.front().values = {{"operations", std::int64_t{1}}, {"start", Duration(0s)}};
  add_fault(scenario, "kill", 1s, 500ms, nodes({0, 1, 2}));
  scenario.faults.back().stagger = 2s;
  Script script;
  script.request = [](Node& n, const Operation& operation) { n.context.respond(operation.id, Response{}); };
  const History history = run(scenario, script);
  for (NodeId node = 0; node < 3; ++node) {
    REQUIRE(history.of(EventKind::crash, node).size() == 1);
    CHECK(history.of(EventKind::crash, node)[0].at == at(1s + 2s * node));
    REQUIRE(history.of(EventKind::restart, node).size() == 1);
    CHECK(history.of(EventKind::restart, node)[0].at == at(1500ms + 2s * node));
  }
  REQUIRE(history.of(EventKind::fault_end).size() == 1);
  CHECK(history.of(EventKind::fault_end)[0].at == at(5500ms));
  CHECK(history.events.back().at == at(6500ms));
}

TEST_CASE("churn ends with its fault: whoever is away comes back then") {
  Scenario scenario = quiet_scenario(4);
  TimeLaw law;
  law.kind = TimeLaw::Kind::exponential;
  law.a = 500ms;
  add_fault(scenario, "churn", 1s, 5s, {{"nodes", Selector::all()}, {"session", law}, {"absence", law}});
  const History history = run(scenario, Script{});
  CHECK(history.of(EventKind::crash).size() > 10);
  CHECK(history.of(EventKind::restart).size() == history.of(EventKind::crash).size());
  for (const Seen& seen : history.events)
    if (seen.kind == EventKind::crash || seen.kind == EventKind::restart) CHECK(seen.at <= at(6s));
}

TEST_CASE("join by a selector: those that it names are absent until it fires") {
  Scenario scenario = quiet_scenario(6);
  Selector others;
  others.kind = Selector::Kind::negation;
  others.operand = std::make_shared<const Selector>(Selector::of({0, 1}));
  add_fault(scenario, "join", 5s, std::nullopt, {{"nodes", others}});
  const History history = run(scenario, Script{});
  CHECK(history.of(EventKind::boot).size() == 2);
  const auto joins = history.of(EventKind::join);
  REQUIRE(joins.size() == 4);
  for (NodeId i = 0; i < 4; ++i) {
    CHECK(joins[i].node == i + 2);
    CHECK(joins[i].at == at(5s));
  }
}

TEST_CASE("a join of all: nobody is there before it") {
  Scenario scenario = quiet_scenario(3);
  add_fault(scenario, "join", 2s, std::nullopt, {{"nodes", Selector::all()}});
  const History history = run(scenario, Script{});
  CHECK(history.error.empty());
  CHECK(history.of(EventKind::boot).empty());
  CHECK(history.of(EventKind::join).size() == 3);
}

TEST_CASE("a node that leaves before it joins was there from the start, whichever the file names first") {
  for (const bool join_first : {true, false}) {
    Scenario scenario = quiet_scenario(3);
    if (join_first) add_fault(scenario, "join", 3s, std::nullopt, nodes({2}));
    add_fault(scenario, "leave", 1s, std::nullopt, nodes({2}));
    if (!join_first) add_fault(scenario, "join", 3s, std::nullopt, nodes({2}));
    const History history = run(scenario, Script{});
    CHECK(history.error.empty());
    CHECK(history.of(EventKind::boot).size() == 3);
    REQUIRE(history.of(EventKind::leave).size() == 1);
    REQUIRE(history.of(EventKind::join).size() == 1);
    CHECK(history.of(EventKind::join)[0].at == at(3s));
  }
}
