// Datagrams under bad conditions: loss, partitions, refusal, duplication, corruption.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

// Node 0 sends a datagram to node 1, and 1 to 0, every 10 ms; the values count.
Script chatter(std::uint64_t rounds = 100) {
  Script script;
  script.start = [](Node& n, StartReason) { n.after(0s, 0); };
  script.timer = [rounds](Node& n, TimerKey round) {
    n.datagram(1 - n.self(), round);
    if (round + 1 < rounds) n.after(10ms, round + 1);
  };
  return script;
}

}  // namespace

TEST_CASE("loss of rate p drops a share within four standard errors of p, and says so") {
  constexpr std::uint64_t rounds = 900;
  for (const double p : {0.05, 0.5}) {
    Scenario scenario = quiet_scenario(2);
    set_background(scenario, "loss", {{"rate", p}});
    const auto history = run(scenario, chatter(rounds));
    const double sent = 2.0 * rounds;
    CHECK(std::abs(static_cast<double>(history.dropped(DropReason::loss)) - sent * p) <
          4 * std::sqrt(sent * p * (1 - p)));
    CHECK(history.of(EventKind::deliver).size() + history.dropped(DropReason::loss) ==
          history.of(EventKind::send).size());
  }
}

TEST_CASE("a partition drops datagrams that are sent or in flight while it lasts") {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.latency = 50ms;
  add_fault(scenario, "partition", 201ms, 100ms, halves({0}, {1}));
  const auto received = run(scenario, chatter(50)).values(EventKind::deliver, 1);
  std::vector<std::uint64_t> expected;  // sent at 10 ms * i, arrives 50 ms later
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Duration sent = 10ms * i, arrives = sent + 50ms;
    const bool cut = (sent >= 201ms && sent < 301ms) || (arrives >= 201ms && arrives < 301ms);
    if (!cut) expected.push_back(i);
  }
  CHECK(received == expected);
}

TEST_CASE("a one-way partition passes the other direction") {
  Scenario scenario = quiet_scenario(2);
  add_fault(scenario, "partition", 0s, std::nullopt, one_way(0, 1));
  const auto history = run(scenario, chatter());
  CHECK(history.of(EventKind::deliver, 1).empty());
  CHECK(history.of(EventKind::deliver, 0).size() == 100);
  CHECK(history.dropped(DropReason::partition) == 100);
}

TEST_CASE("what a fault touches is counted for it") {
  Scenario scenario = quiet_scenario(2);
  add_fault(scenario, "loss", 0s, 500ms, {{"rate", 1.0}});
  add_fault(scenario, "crash", 600ms, 50ms, nodes({0}));
  const auto history = run(scenario, chatter());
  std::size_t dropped = 0, stopped = 0;
  for (const Seen& seen : history.of(EventKind::fault_effect)) {
    if (seen.id == 0 && seen.detail == static_cast<std::uint8_t>(FaultEffect::dropped)) ++dropped;
    if (seen.id == 1 && seen.detail == static_cast<std::uint8_t>(FaultEffect::stopped)) ++stopped;
  }
  CHECK(dropped == history.dropped(DropReason::loss));
  CHECK(dropped == 100);
  CHECK(stopped == 1);
}

TEST_CASE("duplicates arrive as copies with an id of their own") {
  Scenario scenario = quiet_scenario(2);
  set_background(scenario, "duplicate", {{"rate", 1.0}});
  const auto history = run(scenario, chatter(10));
  CHECK(history.of(EventKind::duplicate).size() == 20);
  auto values = history.values(EventKind::deliver, 1);
  CHECK(values.size() == 20);
  std::vector<std::uint64_t> ids;
  for (const Seen& seen : history.of(EventKind::deliver)) ids.push_back(seen.id);
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("a corrupt datagram arrives as garbage that a checksum can tell") {
  Scenario scenario = quiet_scenario(2);
  set_background(scenario, "corrupt", {{"rate", 1.0}});
  Script script = chatter(5);
  script.message = [](Node& n, const Received& received) {
    n.note(received.corrupt && value_of(received.message) == ~(n.memory++) ? 1 : 0);
    n.context.discarded_corrupt();
  };
  const auto history = run(scenario, script);
  CHECK(history.notes() == std::vector<std::uint64_t>(10, 1));
  CHECK(history.dropped(DropReason::corrupt) == 10);
}

TEST_CASE("a delay holds messages back while it lasts") {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.bandwidth = 1e12;
  add_fault(scenario, "delay", 0s, 495ms, {{"add", Duration(300ms)}});
  const auto delivered = run(scenario, chatter()).of(EventKind::deliver, 1);
  REQUIRE(delivered.size() == 100);
  for (const Seen& seen : delivered) {
    const Duration sent = 10ms * seen.value;
    CHECK(seen.at - at(sent) == (sent < 495ms ? 301ms : 1ms));
  }
}
