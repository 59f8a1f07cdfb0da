// What becomes of a message when a fault meets it: the table of docs/in-flight.md, row by row. One way takes 100 ms.
// Node 0 sends message 1 at 1 s, on a connection that message 0 has opened before; it would arrive at 1.1 s.
#include <catch2/catch.hpp>
#include <map>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

// When the fault is in force, relative to the flight from 1 s to 1.1 s.
enum class Phase : std::uint8_t { sending, on_the_wire, arriving };
std::pair<Duration, Duration> window(Phase phase) {
  if (phase == Phase::sending) return {950ms, 1050ms};
  if (phase == Phase::on_the_wire) return {1030ms, 1070ms};
  return {1050ms, 1500ms};
}

constexpr std::uint64_t error_note = 1000;

struct Ending {
  std::optional<Duration> delivered;  // message 1, to the bench's precision of 1 ms
  std::optional<DropReason> dropped;
  std::optional<ConnectionError> told;  // node 0
  bool operator==(const Ending&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Ending& ending) {
  if (ending.delivered) out << "delivered at " << *ending.delivered / 1ms << " ms ";
  if (ending.dropped) out << "dropped: " << name_of(*ending.dropped) << ' ';
  if (ending.told) out << "connection error " << static_cast<int>(*ending.told);
  return out;
}

Scenario far_apart() {
  Scenario scenario = quiet_scenario(2);
  scenario.platform.latency = 100ms;
  scenario.platform.bandwidth = 1e12;
  scenario.duration = 60s;
  return scenario;
}

Script one_message(Transport transport) {
  Script script;
  script.start = [](Node& n, StartReason reason) {
    if (n.self() != 0 || reason != StartReason::boot) return;
    n.after(100ms, 0);
    n.after(1s, 1);
  };
  script.timer = [transport](Node& n, TimerKey key) {
    if (transport == Transport::datagram)
      n.datagram(1, key);
    else
      n.stream(1, key);
  };
  script.disconnected = [](Node& n, ConnectionId, NodeId, ConnectionError error) {
    n.note(error_note + static_cast<std::uint64_t>(error));
  };
  return script;
}

Ending ending_of(const Scenario& scenario, Transport transport) {
  const History history = run(scenario, one_message(transport));
  Ending ending;
  int endings = 0;
  for (const Seen& seen : history.events) {
    if (seen.value != 1 && seen.kind != EventKind::digest) continue;
    if (seen.kind == EventKind::deliver) ending.delivered = seen.at.time_since_epoch() / 1ms * 1ms;
    if (seen.kind == EventKind::drop) ending.dropped = static_cast<DropReason>(seen.detail);
    if (seen.kind == EventKind::deliver || seen.kind == EventKind::drop) ++endings;
  }
  CHECK(endings == 1);
  const auto notes = history.notes(0);
  CHECK(notes.size() <= 1);
  if (!notes.empty()) ending.told = static_cast<ConnectionError>(notes[0] - error_note);
  return ending;
}

struct Row {
  std::string verb;
  ParameterValues values;
  Transport transport;
  Phase phase;
  Ending ending;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto [begin, end] = window(row.phase);
    Scenario scenario = far_apart();
    add_fault(scenario, row.verb, begin, end - begin, row.values);
    INFO(row.verb << (row.transport == Transport::datagram ? ", datagram, phase " : ", stream, phase ")
                  << static_cast<int>(row.phase));
    CHECK(ending_of(scenario, row.transport) == row.ending);
  }
}

Ending delivered(Duration at) { return {at, {}, {}}; }
Ending dropped(DropReason reason) { return {{}, reason, {}}; }
Ending broken(DropReason reason, ConnectionError error) { return {{}, reason, error}; }
constexpr auto datagram = Transport::datagram, stream = Transport::stream;
constexpr auto sending = Phase::sending, on_the_wire = Phase::on_the_wire, arriving = Phase::arriving;

}  // namespace

TEST_CASE("a partition loses what is on the wire at any instant of it; a stream sends again after its timeout") {
  const auto cut = halves({0}, {1});
  check({{"partition", cut, datagram, sending, dropped(DropReason::partition)},
         {"partition", cut, datagram, on_the_wire, dropped(DropReason::partition)},
         {"partition", cut, datagram, arriving, dropped(DropReason::partition)},
         {"partition", cut, stream, sending, delivered(1600ms)},  // sent again after srtt + 4 rttvar
         {"partition", cut, stream, on_the_wire, delivered(1600ms)},
         {"partition", cut, stream, arriving, delivered(1600ms)}});
}

TEST_CASE("a one-way partition loses what travels in its direction, and that alone") {
  check({{"partition", one_way(0, 1), datagram, on_the_wire, dropped(DropReason::partition)},
         {"partition", one_way(1, 0), datagram, on_the_wire, delivered(1100ms)},
         {"partition", one_way(1, 0), stream, arriving, delivered(1100ms)}});
}

TEST_CASE("a partition of one kind of message loses those on the wire as a partition of all does, and no others") {
  for (const bool met : {true, false}) {
    const auto of_kind = [met](ParameterValues values, Transport transport) {
      const bool names_stream = met == (transport == stream);
      values["kinds"] = std::vector<std::string>{names_stream ? "stream" : "datagram"};
      return values;
    };
    for (const auto& pairs : {halves({0}, {1}), one_way(0, 1)})
      for (const Phase phase : {sending, on_the_wire, arriving})
        check({{"partition", of_kind(pairs, datagram), datagram, phase,
                met ? dropped(DropReason::partition) : delivered(1100ms)},
               {"partition", of_kind(pairs, stream), stream, phase, delivered(met ? 1600ms : 1100ms)}});
  }
}

TEST_CASE("a host that crashes and is back before a datagram arrives receives it; a stream's segment is reset") {
  check({{"crash", nodes({1}), datagram, sending, delivered(1100ms)},
         {"crash", nodes({1}), datagram, on_the_wire, delivered(1100ms)},
         {"crash", nodes({1}), datagram, arriving, dropped(DropReason::crash)},
         {"crash", nodes({1}), stream, on_the_wire, broken(DropReason::reset, ConnectionError::reset)},
         {"crash", nodes({1}), stream, arriving, broken(DropReason::reset, ConnectionError::reset)}});
}

TEST_CASE("what a crashed sender has put on the wire arrives, by either transport") {
  for (const Transport transport : {datagram, stream})
    check({{"crash", nodes({0}), transport, on_the_wire, delivered(1100ms)},
           {"crash", nodes({0}), transport, arriving, delivered(1100ms)},
           {"kill", nodes({0}), transport, on_the_wire, delivered(1100ms)},
           {"kill", nodes({0}), transport, arriving, delivered(1100ms)}});
}

TEST_CASE("a killed process loses datagrams while it is gone; its kernel closes its connections at once") {
  check({{"kill", nodes({1}), datagram, on_the_wire, delivered(1100ms)},
         {"kill", nodes({1}), datagram, arriving, dropped(DropReason::crash)},
         {"kill", nodes({1}), stream, on_the_wire, broken(DropReason::reset, ConnectionError::closed)},
         {"kill", nodes({1}), stream, arriving, broken(DropReason::reset, ConnectionError::closed)}});
}

TEST_CASE("a paused process receives what arrived when it goes on") {
  for (const Transport transport : {datagram, stream})
    check({{"pause", nodes({1}), transport, on_the_wire, delivered(1100ms)},
           {"pause", nodes({1}), transport, arriving, delivered(1500ms)}});
}

TEST_CASE("a node that leaves and is back before a datagram arrives receives it") {
  check({{"leave", nodes({1}), datagram, on_the_wire, delivered(1100ms)},
         {"leave", nodes({1}), datagram, arriving, dropped(DropReason::crash)},
         {"leave", nodes({0}), datagram, on_the_wire, delivered(1100ms)},
         {"leave", nodes({0}), stream, on_the_wire, delivered(1100ms)}});
}

TEST_CASE("what waits in a crashed host's send queue is lost; a killed process's kernel sends it on") {
  // The handshake takes until 1.2 s; the fault comes before that, and message 1 waits for it.
  for (const char* verb : {"crash", "kill"}) {
    Scenario scenario = far_apart();
    add_fault(scenario, verb, 1150ms, std::nullopt, nodes({0}));
    Script script = one_message(stream);
    script.start = [](Node& n, StartReason reason) {
      if (n.self() == 0 && reason == StartReason::boot) n.after(1s, 1);
    };
    const History history = run(scenario, script);
    CHECK(history.of(EventKind::deliver, 1).empty());  // a dial that is not through is given up by a kernel, too
    CHECK(history.of(EventKind::drop).size() == 1);
  }
  // On an open connection, behind a lost segment.
  for (const char* verb : {"crash", "kill"}) {
    Scenario scenario = far_apart();
    add_fault(scenario, "partition", 990ms, 100ms, halves({0}, {1}));
    add_fault(scenario, verb, 1150ms, std::nullopt, nodes({0}));
    const History history = run(scenario, one_message(stream));
    const bool killed = std::string(verb) == "kill";
    CHECK(history.values(EventKind::deliver, 1).size() == (killed ? 2 : 1));
    CHECK(history.dropped(DropReason::crash) == (killed ? 0 : 1));
  }
}

TEST_CASE(
    "a dial to a killed process is refused within a round trip; one to a crashed host is silent until the limit") {
  for (const auto& [verb, error, at_most] :
       {std::tuple{"kill", ConnectionError::refused, Duration(201ms)}, {"crash", ConnectionError::timed_out, 15s}}) {
    Scenario scenario = far_apart();
    add_fault(scenario, verb, 500ms, std::nullopt, nodes({1}));
    Script script = one_message(stream);
    script.start = [](Node& n, StartReason) {
      if (n.self() == 0) n.after(1s, 1);
    };
    const History history = run(scenario, script);
    REQUIRE(history.of(EventKind::disconnected, 0).size() == 1);
    const Seen ended = history.of(EventKind::disconnected, 0)[0];
    CHECK(ended.detail == static_cast<std::uint8_t>(error));
    CHECK(ended.at <= at(1s + at_most));
    CHECK(ended.at >= at(1s + at_most - 2ms));
  }
}

TEST_CASE("the peers of a killed process learn of it one latency later; those of a crashed host do not") {
  for (const char* verb : {"kill", "crash"}) {
    Scenario scenario = far_apart();
    add_fault(scenario, verb, 2s, 3s, nodes({1}));
    const auto told = run(scenario, one_message(stream)).of(EventKind::disconnected, 0);
    if (std::string(verb) == "crash") {
      CHECK(told.empty());
      continue;
    }
    REQUIRE(told.size() == 1);
    CHECK(told[0].at >= at(2100ms));
    CHECK(told[0].at < at(2101ms));
    CHECK(told[0].detail == static_cast<std::uint8_t>(ConnectionError::closed));
  }
}

TEST_CASE("a process that ends of itself leaves its host as a kill does") {
  Script script = one_message(stream);
  script.start = [](Node& n, StartReason) {
    if (n.self() == 1) n.after(2s, 9);
    if (n.self() != 0) return;
    n.after(1s, 1);
    n.after(3s, 2);
  };
  script.timer = [](Node& n, TimerKey key) {
    if (n.self() == 1)
      n.context.exit();
    else
      n.stream(1, key);
  };
  const auto told = run(far_apart(), script).of(EventKind::disconnected, 0);
  REQUIRE(told.size() == 2);
  CHECK(told[0].detail == static_cast<std::uint8_t>(ConnectionError::closed));
  CHECK(told[0].at >= at(2100ms));
  CHECK(told[0].at < at(2101ms));
  CHECK(told[1].detail == static_cast<std::uint8_t>(ConnectionError::refused));
  CHECK(told[1].at < at(3201ms));
}

TEST_CASE("a kill keeps all that was written to disk; a crash that follows takes what its mode says") {
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
  Scenario killed = quiet_scenario(2);
  add_fault(killed, "kill", 1s, 1s, nodes({0}));
  CHECK(run(killed, script).notes(0) == std::vector<std::uint64_t>{3});
  Scenario then_crashed = quiet_scenario(2);
  add_fault(then_crashed, "kill", 1s, 4s, nodes({0}));
  add_fault(then_crashed, "crash", 2s, 1s, {{"nodes", Selector::of({0})}, {"disk", std::string("unsynced-lost")}});
  const History history = run(then_crashed, script);
  CHECK(history.notes(0) == std::vector<std::uint64_t>{1});
  REQUIRE(history.of(EventKind::restart, 0).size() == 1);
  CHECK(history.of(EventKind::restart, 0)[0].at == at(5s));  // when the last of both has ended
  CHECK(history.of(EventKind::crash, 0).size() == 1);        // the process died once
}

TEST_CASE("a link that is down at any instant of the flight loses a message") {
  Scenario scenario = far_apart();
  add_fault(scenario, "link", 1030ms, 40ms, {{"name", std::string("node1")}});
  CHECK(ending_of(scenario, datagram) == dropped(DropReason::link));
  Scenario other = far_apart();
  other.nodes = 3;
  add_fault(other, "link", 1030ms, 40ms, {{"name", std::string("node2")}});
  CHECK(ending_of(other, datagram) == delivered(1100ms));
}

TEST_CASE("a link that is down takes from streams what a cut takes: each segment is sent again after its timeout") {
  const ParameterValues link{{"name", std::string("node1")}};
  check({{"link", link, stream, sending, delivered(1600ms)},
         {"link", link, stream, on_the_wire, delivered(1600ms)},
         {"link", link, stream, arriving, delivered(1600ms)}});
  Scenario flow = far_apart();
  flow.network.model = Network::Model::flow;
  add_fault(flow, "link", 1030ms, 40ms, link);
  CHECK(ending_of(flow, stream).delivered >= 1500ms);
  Scenario dial = far_apart();  // the first attempt at 1 s is lost, the second comes a second later
  add_fault(dial, "link", 900ms, 1s, link);
  Script script = one_message(stream);
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) n.after(1s, 1);
  };
  const auto arrivals = run(dial, script).of(EventKind::deliver, 1);
  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].at >= at(2300ms));
  CHECK(arrivals[0].at < at(2301ms));
}

TEST_CASE("only cuts during the flight count: one that ended before the sending or begins after the arrival does not") {
  Scenario scenario = far_apart();
  add_fault(scenario, "partition", 900ms, 99ms, halves({0}, {1}));
  add_fault(scenario, "partition", 1101ms, 100ms, halves({0}, {1}));
  CHECK(ending_of(scenario, datagram) == delivered(1100ms));
}

TEST_CASE("fifo: a datagram that waits for its turn goes to the process that runs when its turn comes") {
  for (const bool back : {true, false}) {
    Scenario scenario = far_apart();
    scenario.network.fifo = true;
    add_fault(scenario, "delay", 950ms, 70ms, {{"add", Duration(1s)}});  // message 1 arrives at 2.1 s
    add_fault(scenario, "crash", 1300ms, back ? std::optional<Duration>(100ms) : std::nullopt, nodes({1}));
    Script script = one_message(datagram);
    script.start = [](Node& n, StartReason reason) {
      if (n.self() != 0 || reason != StartReason::boot) return;
      n.after(1s, 1);
      n.after(1050ms, 2);  // arrives at 1.15 s and waits
    };
    const History history = run(scenario, script);
    if (back)
      CHECK(history.values(EventKind::deliver, 1) == std::vector<std::uint64_t>{1, 2});
    else
      CHECK(history.dropped(DropReason::crash) == 2);
  }
}
