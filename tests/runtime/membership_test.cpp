// Nodes that come and go.
#include <algorithm>
#include <catch2/catch.hpp>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

using Notes = std::vector<std::uint64_t>;

// Peers as digits: 12 for [1, 2].
std::uint64_t digits(std::span<const NodeId> ids) {
  std::vector<NodeId> sorted(ids.begin(), ids.end());
  std::sort(sorted.begin(), sorted.end());
  std::uint64_t number = 0;
  for (const NodeId id : sorted) number = number * 10 + id;
  return number;
}

}  // namespace

TEST_CASE("those that boot know each other; a joiner knows the members of its moment, and nobody is told of it") {
  Scenario scenario = quiet_scenario(5);
  add_fault(scenario, "join", 1s, std::nullopt, nodes({4}));
  add_fault(scenario, "join", 2s, std::nullopt, nodes({3}));
  add_fault(scenario, "leave", 1500ms, std::nullopt, nodes({1}));
  Script script;
  script.start = [](Node& n, StartReason reason) {
    n.note(digits(n.context.peers()));
    n.after(5s, static_cast<TimerKey>(reason));
  };
  script.timer = [](Node& n, TimerKey) { n.note(digits(n.context.peers())); };
  const auto history = run(scenario, script);
  CHECK(history.notes(0) == Notes{12, 12});
  CHECK(history.notes(2) == Notes{1, 1});  // 0 and 1
  CHECK(history.notes(4) == Notes{12, 12});
  CHECK(history.notes(3) == Notes{24, 24});
  CHECK(history.of(EventKind::boot).size() == 3);
  CHECK(history.of(EventKind::join, 4).at(0).at == at(1s));
}

TEST_CASE("what a leaving node sends goes out, and then it refuses") {
  Scenario scenario = quiet_scenario(3);
  add_fault(scenario, "leave", 1s, std::nullopt, nodes({2}));
  Script script;
  script.start = [](Node& n, StartReason) { n.after(2s, 0); };
  script.leave = [](Node& n) {
    n.datagram(0, 1);
    n.stream(1, 2);
  };
  script.timer = [](Node& n, TimerKey) {
    if (n.self() == 0) n.datagram(2, 3);
    if (n.self() == 1) n.stream(2, 4);
  };
  script.disconnected = [](Node& n, ConnectionId, NodeId peer, ConnectionError error) {
    n.note(peer * 10 + static_cast<std::uint64_t>(error));
  };
  for (const bool connected : {true, false}) {
    if (connected)
      script.start = [](Node& n, StartReason) {
        n.after(2s, 0);
        if (n.self() == 2) n.context.dial(1);
      };
    else
      script.start = [](Node& n, StartReason) { n.after(2s, 0); };
    const auto history = run(scenario, script);
    CHECK(history.values(EventKind::deliver, 0) == Notes{1});
    if (connected) CHECK(history.values(EventKind::deliver, 1) == Notes{2});
    CHECK(history.of(EventKind::deliver, 2).empty());
    CHECK(history.of(EventKind::leave, 2).size() == 1);
    const Notes ends = history.notes(1);
    CHECK((!ends.empty() && ends.back() == 20 + static_cast<std::uint64_t>(ConnectionError::refused)));
    CHECK(history.note_times(2).empty());  // node 2's timer died with it
  }
}

namespace {

// A node that is told to leave stays for half a second; the others send it a datagram every 200 ms.
Script lingering() {
  constexpr TimerKey tick = 1, over = 2;
  Script script;
  script.start = [](Node& n, StartReason) { n.after(200ms, tick); };
  script.leave = [](Node& n) {
    n.memory = 1;
    n.after(500ms, over);
  };
  script.has_left = [](std::uint64_t memory) { return memory != 1; };
  script.timer = [](Node& n, TimerKey key) {
    if (key == over) n.memory = 2;
    if (key != tick) return;
    n.after(200ms, tick);
    if (n.self() != 2) n.datagram(2, 3);
    n.note(n.self());
  };
  return script;
}

}  // namespace

TEST_CASE("a node whose protocol has not left yet goes on until it has, but is no member any more") {
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    Scenario scenario = quiet_scenario(3);
    scenario.engine.dispatch = dispatch;
    add_fault(scenario, "leave", 1100ms, std::nullopt, nodes({2}));
    add_fault(scenario, "pause", 1200ms, 1s, nodes({2}));  // has no effect on who is no member
    const auto history = run(scenario, lingering());
    REQUIRE(history.of(EventKind::leave).size() == 1);
    CHECK(history.of(EventKind::leave, 2).at(0).at == at(1100ms));
    CHECK(seconds(history.of(EventKind::deliver, 2).back().at) == Approx(1.401).margin(1e-5));
    CHECK(seconds(history.note_times(2).back()) == Approx(1));  // what it reports of its state does not count
    CHECK(history.dropped(DropReason::crash) > 20);
  }
}

TEST_CASE("a node that comes back while it is leaving starts with empty state at that moment") {
  Scenario scenario = quiet_scenario(3);
  add_fault(scenario, "leave", 1100ms, 200ms, nodes({2}));
  const auto history = run(scenario, lingering());
  REQUIRE(history.of(EventKind::join, 2).size() == 1);
  CHECK(history.of(EventKind::join, 2).at(0).at == at(1300ms));
  const auto times = history.note_times(2);
  CHECK(std::count(times.begin(), times.end(), at(1500ms)) == 1);  // 200 ms after its second start, and on
  CHECK(times.back() > at(9s));
  CHECK(history.of(EventKind::leave).size() == 1);
}

TEST_CASE("a node that comes back after leaving starts with an empty disk") {
  Scenario scenario = quiet_scenario(2);
  add_fault(scenario, "leave", 1s, 1s, nodes({1}));
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() != 1) return;
    n.note(static_cast<std::uint64_t>(reason) * 10 + (n.context.storage().get("k") ? 1 : 0));
    n.context.storage().put("k", "v");
    n.context.sync();
  };
  CHECK(run(scenario, script).notes(1) ==
        Notes{static_cast<std::uint64_t>(StartReason::boot) * 10, static_cast<std::uint64_t>(StartReason::join) * 10});
}

TEST_CASE("a node that crashed and is taken out does not restart") {
  Scenario scenario = quiet_scenario(2);
  add_fault(scenario, "crash", 1s, 2s, nodes({1}));
  add_fault(scenario, "leave", 2s, std::nullopt, nodes({1}));
  const auto history = run(scenario, {});
  CHECK(history.of(EventKind::leave, 1).size() == 1);
  CHECK(history.of(EventKind::restart).empty());
}

TEST_CASE("a clone comes up under the name of its original, with a copy of its disk; as itself it comes back empty") {
  Scenario scenario = quiet_scenario(4);
  const ParameterValues clone{{"nodes", Selector::of({3})}, {"of", std::int64_t{1}}};
  add_fault(scenario, "clone", 1s, 2s, clone);  // leaves at 3 s
  add_fault(scenario, "join", 4s, std::nullopt, nodes({3}));
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() == 1) n.context.storage().put("disk", "of 1");
    const std::uint64_t disk = n.context.storage().get("disk") ? 1 : 0;
    n.note(n.context.name() * 100 + disk * 10 + static_cast<std::uint64_t>(reason));
    if (n.self() == 3 && disk == 1) n.context.storage().put("disk", "of 3");
  };
  const auto history = run(scenario, script);
  constexpr auto joined = static_cast<std::uint64_t>(StartReason::join);
  constexpr auto restarted = static_cast<std::uint64_t>(StartReason::restart);
  CHECK(history.notes(3) == Notes{100 + 10 + restarted, 300 + joined});
  CHECK(history.notes(1) == Notes{100 + 10});  // nothing happens to the original
  CHECK(history.of(EventKind::boot).size() == 3);
  REQUIRE(history.of(EventKind::join, 3).size() == 2);
  CHECK(history.of(EventKind::join, 3)[0].at == at(1s));
}

TEST_CASE("a clone at 0 s boots with the cluster under the other one's name, and keeps it over a restart") {
  Scenario scenario = quiet_scenario(4);
  add_fault(scenario, "clone", 0s, std::nullopt, {{"nodes", Selector::all()}, {"of", std::int64_t{2}}});
  add_fault(scenario, "kill", 1s, 1s, nodes({0}));
  Script script;
  script.start = [](Node& n, StartReason) { n.note(n.context.name()); };
  const auto history = run(scenario, script);
  CHECK(history.of(EventKind::boot).size() == 4);
  CHECK(history.notes(0) == Notes{2, 2});
  CHECK(history.notes(1) == Notes{2});
  CHECK(history.notes(2) == Notes{2});
}
