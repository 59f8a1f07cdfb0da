// Streams that work: handshake, order, exactly once, loss as delay, closing, withdrawal.
#include <algorithm>
#include <catch2/catch.hpp>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

Scenario star_10ms(std::uint32_t nodes = 2) {
  Scenario scenario = quiet_scenario(nodes);
  scenario.platform.latency = 10ms;
  scenario.platform.bandwidth = 1e12;  // size costs nothing worth mentioning
  scenario.duration = 120s;
  return scenario;
}

// After 100 ms node 0 sends `count` messages to node 1, one every `gap`.
Script sequence(std::uint64_t count, Duration gap) {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) n.after(100ms, 0);
  };
  script.timer = [=](Node& n, TimerKey i) {
    n.stream(1, i);
    if (i + 1 < count) n.after(gap, i + 1);
  };
  return script;
}

std::vector<std::uint64_t> up_to(std::uint64_t count) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(i);
  return values;
}

bool close_to(Time a, Time b) { return a >= b && a - b < 10us; }

}  // namespace

TEST_CASE("the first message of a stream waits for one round trip of dialling, the next ones do not") {
  const auto history = run(star_10ms(), sequence(2, 100ms));
  const auto delivered = history.of(EventKind::deliver, 1);
  REQUIRE(delivered.size() == 2);
  CHECK(close_to(delivered[0].at, at(130ms)));
  CHECK(close_to(delivered[1].at, at(210ms)));
  CHECK(history.of(EventKind::dial).size() == 1);
  REQUIRE(history.of(EventKind::connected).size() == 1);
  CHECK(close_to(history.of(EventKind::connected)[0].at, at(120ms)));
}

TEST_CASE("connections that nodes dial when the cluster boots stand at once, for both sides") {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) n.stream(1, 7);
  };
  script.message = [](Node& n, const Received& received) {
    if (n.self() == 1) n.stream(0, value_of(received.message) + 1);
  };
  const auto history = run(star_10ms(), script);
  REQUIRE(history.of(EventKind::deliver).size() == 2);
  CHECK(close_to(history.of(EventKind::deliver, 1)[0].at, at(10ms)));
  CHECK(close_to(history.of(EventKind::deliver, 0)[0].at, at(20ms)));  // over the same connection
  CHECK(history.of(EventKind::dial).size() == 1);
}

TEST_CASE("a lost connection request costs one second") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "loss", 50ms, 100ms, {{"rate", 1.0}});
  const auto delivered = run(scenario, sequence(1, 0s)).of(EventKind::deliver, 1);
  REQUIRE(delivered.size() == 1);
  CHECK(close_to(delivered[0].at, at(1130ms)));
}

TEST_CASE("a lost segment is sent again when a later one is acknowledged; those behind it wait and none overtakes") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "loss", 195ms, 10ms, {{"rate", 1.0}});
  const auto history = run(scenario, sequence(20, 50ms));  // the third, at 200 ms, is lost
  CHECK(history.values(EventKind::deliver, 1) == up_to(20));
  const auto delivered = history.of(EventKind::deliver, 1);
  REQUIRE(delivered.size() == 20);
  CHECK(close_to(delivered[2].at, at(280ms)));  // 250 ms + a round trip + one way
  CHECK(close_to(delivered[3].at, at(280ms)));  // had arrived, waited for the hole to be filled
  CHECK(history.of(EventKind::retransmit).size() == 1);
  CHECK(history.of(EventKind::drop).empty());
}

TEST_CASE("loss, reordering, duplication and corruption never lose, double or reorder what a stream carries") {
  for (const auto model : {Network::Model::latency, Network::Model::flow})
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Scenario scenario = star_10ms();
      scenario.duration = 300s;
      scenario.network.model = model;
      scenario.network.stream.limit = 100s;
      set_background(scenario, "loss", {{"rate", 0.2}});
      set_background(scenario, "reorder", {{"rate", 0.3}, {"by", Duration(80ms)}});
      set_background(scenario, "duplicate", {{"rate", 0.3}});
      set_background(scenario, "corrupt", {{"rate", 0.05}});
      const auto history = run(scenario, sequence(200, 20ms), seed);
      CHECK(history.values(EventKind::deliver, 1) == up_to(200));
      CHECK(history.of(EventKind::retransmit).size() > 5);
      for (const Seen& seen : history.of(EventKind::deliver)) CHECK(seen.detail == 0);
    }
}

TEST_CASE("each lost segment of an otherwise idle stream arrives at least 200 ms late") {
  Scenario scenario = star_10ms();
  scenario.network.stream.limit = 100s;
  set_background(scenario, "loss", {{"rate", 0.3}});
  const auto delivered = run(scenario, sequence(40, 2s)).of(EventKind::deliver, 1);
  REQUIRE(delivered.size() == 40);
  int late = 0;
  for (const Seen& seen : delivered) {
    const Duration delay = seen.at - at(100ms + 2s * seen.value) - 10ms;
    if (seen.value == 0 || delay < 10us) continue;
    ++late;
    CHECK(delay >= 200ms);
  }
  CHECK(late > 3);
}

TEST_CASE("a stream stalls across a partition of five seconds and delivers in order after it heals") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 1s, 5s, halves({0}, {1}));
  const auto history = run(scenario, sequence(100, 100ms));
  CHECK(history.values(EventKind::deliver, 1) == up_to(100));
  for (const Seen& seen : history.of(EventKind::deliver, 1)) CHECK_FALSE((seen.at > at(1s) && seen.at < at(6s)));
  CHECK(history.of(EventKind::disconnected).empty());
}

TEST_CASE("closing is orderly: the peer hears of it after all that was sent before") {
  for (const bool lossy : {false, true}) {
    Scenario scenario = star_10ms();
    if (lossy) set_background(scenario, "loss", {{"rate", 0.3}});
    Script script;
    script.start = [](Node& n, StartReason) {
      if (n.self() != 0) return;
      const ConnectionId connection = n.context.dial(1);
      for (std::uint64_t i = 0; i < 10; ++i) n.stream_on(connection, i);
      n.context.close(connection);
      n.stream_on(connection, 99);  // closed: no effect
    };
    script.disconnected = [](Node& n, ConnectionId, NodeId peer, ConnectionError error) {
      n.note(peer * 10 + static_cast<std::uint64_t>(error));
    };
    const auto history = run(scenario, script);
    CHECK(history.values(EventKind::deliver, 1).size() == (history.of(EventKind::connected).empty() ? 0 : 10));
    CHECK(history.notes(1) == std::vector<std::uint64_t>{static_cast<std::uint64_t>(ConnectionError::closed)});
    CHECK(history.notes(0).empty());
    REQUIRE_FALSE(history.of(EventKind::deliver, 1).empty());
    REQUIRE_FALSE(history.of(EventKind::disconnected, 1).empty());
    CHECK(history.of(EventKind::disconnected, 1).back().at >= history.of(EventKind::deliver, 1).back().at);
  }
}

TEST_CASE("answers on the connection that a message came by arrive, also from a peer that dialled") {
  Script script = sequence(3, 10ms);
  script.message = [](Node& n, const Received& received) {
    if (n.self() == 1) n.stream_on(received.connection, value_of(received.message) + 100);
  };
  const auto history = run(star_10ms(), script);
  CHECK(history.values(EventKind::deliver, 0) == std::vector<std::uint64_t>{100, 101, 102});
  CHECK(history.of(EventKind::dial).size() == 1);
}

TEST_CASE("withdrawing a message that is stuck lets the later ones pass without it") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 190ms, 2s, halves({0}, {1}));
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() != 0) return;
    n.after(100ms, 0);
    n.after(200ms, 1);
    n.after(300ms, 2);
    n.after(1s, 9);
  };
  script.timer = [](Node& n, TimerKey key) {
    if (key == 9) {
      n.context.withdraw(n.memory);
      return;
    }
    const SendId id = n.stream(1, key);
    if (key == 1) n.memory = id;
  };
  const auto history = run(scenario, script);
  CHECK(history.values(EventKind::deliver, 1) == std::vector<std::uint64_t>{0, 2});
  CHECK(history.dropped(DropReason::withdrawn) == 1);
}

TEST_CASE("withdrawing what has been delivered, or a datagram, has no effect") {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() != 0) return;
    n.memory = n.stream(1, 1);
    n.context.withdraw(n.datagram(1, 2));
    n.after(1s, 0);
  };
  script.timer = [](Node& n, TimerKey) { n.context.withdraw(n.memory); };
  const auto history = run(star_10ms(), script);
  CHECK(history.values(EventKind::deliver, 1).size() == 2);
  CHECK(history.of(EventKind::drop).empty());
}

TEST_CASE("a message that travels, stuck or not, can be withdrawn until it arrives") {
  for (const Duration after : {Duration(5ms), Duration(15ms)}) {
    Script script;
    script.start = [](Node& n, StartReason) {
      if (n.self() == 0) n.after(1s, 0);
    };
    script.timer = [after](Node& n, TimerKey key) {
      if (key == 0) {
        n.memory = n.stream(1, 1);
        n.after(20ms + after, 1);  // it leaves after one round trip of dialling and arrives 10 ms later
      } else {
        n.context.withdraw(n.memory);
      }
    };
    const auto history = run(star_10ms(), script);
    CHECK(history.values(EventKind::deliver, 1).size() == (after < 10ms ? 0 : 1));
    CHECK(history.dropped(DropReason::withdrawn) == (after < 10ms ? 1 : 0));
  }
}

TEST_CASE("a message that was stuck and arrived after all cannot be withdrawn, not even once its stream is closed") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 1005ms, 500ms, halves({0}, {1}));
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0)
      for (const std::uint64_t second : {0, 1, 3, 4}) n.after(second * 1s, second);
  };
  script.timer = [](Node& n, TimerKey second) {
    if (second < 2) n.memory = n.stream(1, second);  // the second one is on the wire when it is cut
    if (second == 4) n.context.withdraw(n.memory);
  };
  script.message = [](Node& n, const Received& received) {
    if (value_of(received.message) == 1) n.context.close(received.connection);
  };
  const auto history = run(scenario, script);
  CHECK(history.error.empty());
  CHECK(history.values(EventKind::deliver, 1) == up_to(2));
  CHECK(history.of(EventKind::drop).empty());
}

TEST_CASE("who dialled hears that the connection stands one round trip later") {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) n.after(100ms, 0);
  };
  script.timer = [](Node& n, TimerKey) { n.stream(1, 1); };
  script.connected = [](Node& n, ConnectionId, NodeId peer) { n.note(100 + peer); };
  const auto history = run(star_10ms(), script);
  CHECK(history.notes(0) == std::vector<std::uint64_t>{101});
  CHECK(close_to(history.note_times(101).at(0), at(120ms)));
}

TEST_CASE("a stream's flush after an outage of acknowledgements does not send again what was delivered") {
  Scenario scenario = star_10ms();
  add_fault(scenario, "partition", 950ms, 200ms, one_way(1, 0));  // data passes, acknowledgements do not
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() != 0) return;
    n.after(100ms, 0);
    for (const std::uint64_t i : {1, 2, 3}) n.after(950ms + i * 40ms, i);
  };
  script.timer = [](Node& n, TimerKey i) { n.stream(1, i); };
  const auto history = run(scenario, script);
  CHECK(history.values(EventKind::deliver, 1) == up_to(4));
  // A probe with the last one, then the first one to ask.
  CHECK(history.values(EventKind::retransmit, 0).size() == 2);
}
