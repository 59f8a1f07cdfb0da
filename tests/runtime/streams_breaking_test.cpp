// Streams that break: limits, refusals, crashed and restarted peers.
#include <catch2/catch.hpp>
#include <map>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

Scenario star_10ms(std::uint32_t nodes = 2) {
  Scenario scenario = quiet_scenario(nodes);
  scenario.platform.latency = 10ms;
  scenario.platform.bandwidth = 1e12;
  scenario.duration = 60s;
  return scenario;
}

constexpr auto refused = static_cast<std::uint64_t>(ConnectionError::refused);
constexpr auto timed_out = static_cast<std::uint64_t>(ConnectionError::timed_out);
constexpr auto reset = static_cast<std::uint64_t>(ConnectionError::reset);

// Node 0 sends to node 1 at `first` and then every `gap`; every end of a connection leaves its error as a note.
Script talk(Duration first, Duration gap, std::uint64_t count) {
  Script script;
  script.start = [=](Node& n, StartReason reason) {
    if (n.self() == 0 && reason == StartReason::boot) n.after(first, 0);
  };
  script.timer = [=](Node& n, TimerKey i) {
    n.stream(1, i);
    if (i + 1 < count) n.after(gap, i + 1);
  };
  script.disconnected = [](Node& n, ConnectionId, NodeId, ConnectionError error) {
    n.note(static_cast<std::uint64_t>(error));
  };
  return script;
}

// Every message sent ended exactly once.
void check_accounts(const History& history) {
  std::map<std::uint64_t, int> ends;
  for (const Seen& seen : history.events)
    if (seen.kind == EventKind::deliver || seen.kind == EventKind::drop) ++ends[seen.id];
  for (const Seen& sent : history.of(EventKind::send)) {
    INFO("message " << sent.value << " sent at " << seconds(sent.at) << " from " << sent.node << " to " << sent.peer);
    CHECK(ends[sent.id] == 1);
  }
}

bool close_to(Time a, Time b) { return a >= b && a - b < 10us; }

}  // namespace

TEST_CASE("after 15 s without progress, or the configured limit, a stream breaks at its sender") {
  for (const Duration limit : {Duration(15s), Duration(4s)}) {
    Scenario scenario = star_10ms();
    scenario.network.stream.limit = limit;
    add_fault(scenario, "partition", 950ms, 40s, halves({0}, {1}));
    const auto history = run(scenario, talk(100ms, 900ms, 2));  // the second is sent at 1 s
    CHECK(history.notes() == std::vector<std::uint64_t>{timed_out});
    REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
    CHECK(close_to(history.of(EventKind::disconnected, 0)[0].at, at(1s + limit)));
    CHECK(history.dropped(DropReason::timeout) == 1);
    check_accounts(history);
  }
}

TEST_CASE("under a one-way partition data passes, and without acknowledgements the sender breaks at the limit") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 950ms, std::nullopt, one_way(1, 0));
  const auto history = run(scenario, talk(100ms, 900ms, 2));
  CHECK(history.values(EventKind::deliver, 1) == std::vector<std::uint64_t>{0, 1});
  CHECK(close_to(history.of(EventKind::deliver, 1)[1].at, at(1010ms)));
  CHECK(history.notes(0) == std::vector<std::uint64_t>{timed_out});
  REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
  CHECK(close_to(history.of(EventKind::disconnected, 0)[0].at, at(16s)));
  check_accounts(history);
}

TEST_CASE("a one-way partition of data and a heal within the limit only delay") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 950ms, 3s, one_way(1, 0));
  const auto history = run(scenario, talk(100ms, 100ms, 50));
  CHECK(history.values(EventKind::deliver, 1).size() == 50);
  CHECK(history.notes().empty());
  check_accounts(history);
}

TEST_CASE("a partition that rejects refuses a dial within one round trip") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 0s, std::nullopt, halves({0}, {1}, "reject"));
  const auto history = run(scenario, talk(1s, 1s, 1));
  CHECK(history.notes(0) == std::vector<std::uint64_t>{refused});
  REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
  CHECK(history.of(EventKind::disconnected, 0)[0].at <= at(1020ms));
  check_accounts(history);
}

TEST_CASE("a partition that rejects resets an open connection at the next message") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 950ms, std::nullopt, halves({0}, {1}, "reject"));
  const auto history = run(scenario, talk(100ms, 900ms, 2));
  CHECK(history.notes(0) == std::vector<std::uint64_t>{reset});
  REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
  CHECK(history.of(EventKind::disconnected, 0)[0].at <= at(1020ms));
  check_accounts(history);
}

TEST_CASE("a dial to a crashed node is silent until the limit") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "crash", 500ms, std::nullopt, nodes({1}));
  const auto history = run(scenario, talk(1s, 1s, 1));
  CHECK(history.notes(0) == std::vector<std::uint64_t>{timed_out});
  REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
  CHECK(history.of(EventKind::disconnected, 0)[0].at == at(16s));
  check_accounts(history);
}

TEST_CASE("a dial to a node that has not joined, or has left, is refused") {
  Scenario scenario = star_10ms(3);
  add_fault(scenario, "join", 50s, std::nullopt, nodes({1}));
  const auto not_yet = run(scenario, talk(1s, 1s, 1));
  CHECK(not_yet.notes(0) == std::vector<std::uint64_t>{refused});
  CHECK(close_to(not_yet.of(EventKind::disconnected, 0).at(0).at, at(1020ms)));
  Scenario leaving = star_10ms(3);
  add_fault(leaving, "leave", 500ms, std::nullopt, nodes({1}));
  CHECK(run(leaving, talk(1s, 1s, 1)).notes(0) == std::vector<std::uint64_t>{refused});
}

TEST_CASE("a crashed peer is silent; once it has restarted it resets the connection") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "crash", 950ms, 5s, nodes({1}));
  const auto history = run(scenario, talk(100ms, 900ms, 2));
  CHECK(history.notes(0) == std::vector<std::uint64_t>{reset});
  const auto ended = history.of(EventKind::disconnected, 0);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].at > at(5950ms));
  CHECK(ended[0].at < at(14s));
  check_accounts(history);
}

TEST_CASE("a peer that stays down breaks the connection at the limit") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "crash", 950ms, std::nullopt, nodes({1}));
  const auto history = run(scenario, talk(100ms, 900ms, 2));
  CHECK(history.notes(0) == std::vector<std::uint64_t>{timed_out});
  CHECK(close_to(history.of(EventKind::disconnected, 0).at(0).at, at(16s)));
  check_accounts(history);
}

TEST_CASE("after a break the next message dials again") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "crash", 950ms, 1s, nodes({1}));
  const auto history = run(scenario, talk(100ms, 4900ms, 3));  // at 0.1, 5 and 9.9 s
  CHECK(history.values(EventKind::deliver, 1) == std::vector<std::uint64_t>{0, 2});
  CHECK(history.of(EventKind::dial).size() == 2);
  check_accounts(history);
}

TEST_CASE("a peer that restarts while it is being dialled accepts as what it is now") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 900ms, 1500ms, one_way(1, 0));  // the answers to the dial of 1 s get lost
  add_fault(scenario, "crash", 1500ms, 200ms, nodes({1}));
  const auto history = run(scenario, talk(1s, 100ms, 5));
  CHECK(history.values(EventKind::deliver, 1).size() == 5);
  CHECK(history.notes().empty());
  check_accounts(history);
}

// What node `from` sends to node `to` between these times is late.
void add_delay(Scenario& scenario, Duration begins, Duration ends, NodeId from, NodeId to, Duration add) {
  add_fault(scenario, "delay", begins, ends - begins,
            {{"add", add}, {"from", Selector::of({from})}, {"to", Selector::of({to})}});
}

TEST_CASE("a late copy of a SYN that finds another process than the one that answered ends in a reset") {
  Scenario scenario = star_10ms();
  add_delay(scenario, 900ms, 1500ms, 1, 0, 1500ms);  // the SYN-ACK of 1.01 s arrives at 2.52 s
  add_delay(scenario, 1900ms, 2100ms, 0, 1, 2s);     // and the SYN is sent again at 2 s, to arrive at 4.01 s
  add_fault(scenario, "crash", 3s, 100ms, nodes({1}));
  const auto history = run(scenario, talk(1s, 9s, 2));
  CHECK(history.values(EventKind::deliver, 1) == std::vector<std::uint64_t>{0, 1});
  CHECK(history.notes(0) == std::vector<std::uint64_t>{reset});
  REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
  CHECK(close_to(history.of(EventKind::disconnected, 0)[0].at, at(4040ms)));  // SYN-ACK, ACK, reset
  CHECK(history.of(EventKind::dial).size() == 2);
  check_accounts(history);
}

TEST_CASE("a late SYN-ACK of a process that is gone connects to nobody") {
  Scenario scenario = star_10ms();
  add_delay(scenario, 900ms, 1500ms, 1, 0, 1100ms);  // the SYN-ACK of 1.01 s arrives at 2.12 s
  add_delay(scenario, 1900ms, 2300ms, 1, 0, 500ms);  // that of the next process at 2.52 s
  add_fault(scenario, "crash", 1200ms, 100ms, nodes({1}));
  const auto history = run(scenario, talk(1s, 9s, 2));
  CHECK(history.values(EventKind::deliver, 1) == std::vector<std::uint64_t>{1});
  CHECK(history.notes(0) == std::vector<std::uint64_t>{reset});
  REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
  CHECK(close_to(history.of(EventKind::disconnected, 0)[0].at, at(2140ms)));
  CHECK(history.dropped(DropReason::reset) == 1);
  check_accounts(history);
}

namespace {

Scenario with_random_faults(std::uint64_t seed) {
  Scenario scenario = star_10ms(4);
  scenario.network.model = seed % 2 == 0 ? Network::Model::flow : Network::Model::latency;
  scenario.network.stream.limit = 2s;
  RandomStream random(seed, "test.trouble");
  for (int i = 0; i < 14; ++i) {
    const Duration begins = random.between(0s, 15s), lasts = random.between(50ms, 4s);
    const auto node = static_cast<NodeId>(random.below(4));
    const auto other = static_cast<NodeId>((node + 1 + random.below(3)) % 4);
    switch (random.below(6)) {
      case 0: add_fault(scenario, "crash", begins, lasts, nodes({node})); break;
      case 1: add_fault(scenario, "partition", begins, lasts, one_way(node, other)); break;
      case 2: add_fault(scenario, "partition", begins, lasts, halves({node}, {other}, "reject")); break;
      case 3: add_fault(scenario, "pause", begins, lasts, nodes({node})); break;
      case 4: add_fault(scenario, "leave", begins, lasts, nodes({node})); break;
      default: add_fault(scenario, "delay", begins, lasts, {{"add", Duration(1s)}, {"jitter", Duration(1s)}});
    }
  }
  set_background(scenario, "loss", {{"rate", 0.1}});
  return scenario;
}

// Streams and datagrams to random peers, closed and withdrawn at random.
Script reckless() {
  Script script;
  script.start = [](Node& n, StartReason) { n.after(n.context.random().between(0s, 50ms), 0); };
  script.timer = [](Node& n, TimerKey round) {
    if (n.context.random().chance(0.1)) n.context.withdraw(n.memory);
    const NodeId peer = (n.self() + 1 + static_cast<NodeId>(n.context.random().below(3))) % 4;
    n.memory = n.stream(peer, round);
    if (n.context.random().chance(0.3)) n.datagram(peer, round);
    if (n.context.now() < at(18s)) n.after(50ms, round + 1);
  };
  script.message = [](Node& n, const Received& received) {
    if (n.context.random().chance(0.05)) n.context.close(received.connection);
  };
  script.leave = [](Node& n) { n.stream((n.self() + 1) % 4, 1000); };
  return script;
}

constexpr std::uint64_t seeds = 16;

}  // namespace

TEST_CASE("every message ends exactly once, whatever crashes, partitions, closings and withdrawals do") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    const auto history = run(with_random_faults(seed), reckless(), seed);
    CHECK(history.error == "");
    CHECK(history.of(EventKind::deliver).size() > 300);
    check_accounts(history);
  }
}

TEST_CASE("under random faults actor and inline dispatch agree") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    Scenario scenario = with_random_faults(seed);
    const auto actor = run(scenario, reckless(), seed);
    scenario.engine.dispatch = Engine::Dispatch::inline_;
    CHECK(actor.run_hash == run(scenario, reckless(), seed).run_hash);
    CHECK(actor.error == "");
  }
}
