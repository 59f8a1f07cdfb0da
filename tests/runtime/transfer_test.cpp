// How long a message takes, under both network models.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

using Model = Network::Model;

// In one piece, however large: a datagram, or on a stream without congestion control, which stands when the run begins.
void send(Node& n, NodeId to, std::uint64_t value, std::uint32_t size) {
  if (size <= 65507)
    n.datagram(to, value, size);
  else
    n.stream(to, value, size);
}

Script send_at_start(std::uint32_t size, NodeId from = 0, NodeId to = 1) {
  Script script;
  script.start = [=](Node& n, StartReason) {
    if (n.self() == from) send(n, to, 1, size);
  };
  return script;
}

Scenario star(Model model, std::uint32_t nodes, Duration latency = 1ms, double bandwidth = 125e6) {
  Scenario scenario = quiet_scenario(nodes);
  scenario.network.model = model;
  scenario.platform.latency = latency;
  scenario.platform.bandwidth = bandwidth;
  scenario.network.stream.congestion = Congestion::none;
  return scenario;
}

Time first_delivery(const Scenario& scenario, const Script& script) {
  const auto history = run(scenario, script);
  const auto delivered = history.of(EventKind::deliver);
  REQUIRE(history.error == "");
  REQUIRE(delivered.size() >= 1);
  return delivered.front().at;
}

}  // namespace

TEST_CASE("on a star of latency L a message takes exactly L + size / bandwidth under `latency`") {
  for (const Duration latency : {1us, 1000us, 10000us, 123457us})
    for (const std::uint32_t size : {0U, 1U, 125U, 1500U, 1000000U})
      CHECK(first_delivery(star(Model::latency, 3, latency), send_at_start(size)) == at(latency + Duration(size * 8)));
}

TEST_CASE("a 10 ms path takes 10 ms under both models") {
  CHECK(first_delivery(star(Model::latency, 2, 10ms), send_at_start(0)) == at(10ms));
  const Time flow = first_delivery(star(Model::flow, 2, 10ms), send_at_start(1));
  CHECK(flow >= at(10ms));
  CHECK(flow <= at(10ms + 1us));
}

TEST_CASE("on an idle network `flow` and `latency` agree within 1 %") {
  for (const Duration latency : {100us, 10000us})
    for (const std::uint32_t size : {100U, 10000U, 10000000U}) {
      const double slow = seconds(first_delivery(star(Model::flow, 3, latency), send_at_start(size)));
      const double plain = seconds(first_delivery(star(Model::latency, 3, latency), send_at_start(size)));
      CHECK(std::abs(slow / plain - 1) < 0.01);
    }
}

TEST_CASE("two equal transfers into one receiver take twice the time under `flow` and once under `latency`") {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() != 0) send(n, 0, n.self(), 125'000'000);  // a second's worth
  };
  for (const Model model : {Model::latency, Model::flow}) {
    const auto delivered = run(star(model, 3), script).of(EventKind::deliver, 0);
    REQUIRE(delivered.size() == 2);
    const double expected = model == Model::flow ? 2.001 : 1.001;
    for (const Seen& seen : delivered) CHECK(std::abs(seconds(seen.at) / expected - 1) < 1e-4);
  }
}

TEST_CASE("a transfer that shares its link for half its time takes half as much longer under `flow`") {
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 1) send(n, 0, 1, 125'000'000);
    if (n.self() == 2) send(n, 0, 2, 62'500'000);
  };
  const auto delivered = run(star(Model::flow, 3, 1us), script).of(EventKind::deliver, 0);
  REQUIRE(delivered.size() == 2);
  CHECK(std::abs(seconds(delivered[0].at) - 1.0) < 1e-4);  // the shorter: half rate for a second
  CHECK(std::abs(seconds(delivered[1].at) - 1.5) < 1e-4);
}

TEST_CASE("both directions of a link are independent under `flow`") {
  Script script;
  script.start = [](Node& n, StartReason) { send(n, 1 - n.self(), 0, 125'000'000); };
  for (const Seen& seen : run(star(Model::flow, 2), script).of(EventKind::deliver))
    CHECK(std::abs(seconds(seen.at) - 1.001) < 1e-4);
}

namespace {

// Node 0 sends ten messages of 50 kB to node 1 at once.
std::vector<Seen> ten_at_once(const Scenario& scenario, bool stream) {
  Script script;
  script.start = [stream](Node& n, StartReason) {
    for (std::uint64_t i = 0; n.self() == 0 && i < 10; ++i)
      if (stream)
        n.stream(1, i, 50'000);
      else
        n.datagram(1, i, 50'000);
  };
  return run(scenario, script).of(EventKind::deliver, 1);
}

}  // namespace

TEST_CASE("messages share a limit of bandwidth: ten of 400 kbit take 1, 2 ... 10 s through 400 kbit/s") {
  for (const Model model : {Model::latency, Model::flow})
    for (const bool stream : {false, true})
      for (const auto congestion : {Congestion::cubic, Congestion::reno, Congestion::none}) {
        Scenario scenario = star(model, 2);
        scenario.duration = 60s;
        scenario.network.stream.congestion = congestion;
        set_background(scenario, "bandwidth", {{"limit", 50'000.0}});
        const auto delivered = ten_at_once(scenario, stream);
        REQUIRE(delivered.size() == 10);
        for (const Seen& seen : delivered)
          CHECK(std::abs(seconds(seen.at) - 1.0 * static_cast<double>(seen.value + 1) - 0.001) <
                0.03);  // a segment takes 29 ms
      }
}

TEST_CASE("a full queue loses datagrams; a stream sends what it lost again, and keeps the limit busy") {
  for (const Model model : {Model::latency, Model::flow}) {
    Scenario scenario = star(model, 2);
    scenario.duration = 60s;
    set_background(scenario, "bandwidth", {{"limit", 50'000.0}, {"queue", Duration(2500ms)}});
    CHECK(ten_at_once(scenario, false).size() == 2);  // the third one's last fragments find the queue full
    for (const auto congestion : {Congestion::cubic, Congestion::reno}) {
      scenario.network.stream.congestion = congestion;
      const auto delivered = ten_at_once(scenario, true);
      REQUIRE(delivered.size() == 10);
      CHECK(seconds(delivered.back().at) > 10);
      CHECK(seconds(delivered.back().at) < 12);
    }
  }
}

TEST_CASE(
    "datagrams larger than the MTU are lost with any of their fragments; larger than 65,507 B they cannot be sent") {
  Scenario scenario = star(Model::latency, 2);
  scenario.duration = 60s;
  const auto sent = [&scenario](std::uint32_t size, std::uint64_t count) {
    Script script;
    script.start = [=](Node& n, StartReason) {
      for (std::uint64_t i = 0; n.self() == 0 && i < count; ++i) n.datagram(1, i, size);
    };
    return run(scenario, script);
  };
  CHECK(sent(65'507, 1).of(EventKind::deliver).size() == 1);
  const auto too_large = sent(65'508, 1);
  CHECK(too_large.of(EventKind::deliver).empty());
  CHECK(too_large.dropped(DropReason::too_large) == 1);
  set_background(scenario, "loss", {{"rate", 0.05}});
  for (const auto& [size, fragments] : {std::pair(1472U, 1), {1473U, 2}, {29'592U, 20}, {29'593U, 21}}) {
    constexpr std::uint64_t count = 2000;
    const double expected = count * std::pow(0.95, fragments);
    const auto arrived = static_cast<double>(sent(size, count).of(EventKind::deliver).size());
    INFO(size << " B: " << arrived << " of " << count << ", expected " << expected);
    CHECK(std::abs(arrived - expected) < 4 * std::sqrt(expected * (1 - expected / count)));
  }
}

TEST_CASE("a path that loses large packets passes small messages and never a large one, by either transport") {
  Scenario scenario = star(Model::latency, 2);
  scenario.duration = 10s;
  scenario.network.stream.congestion = Congestion::cubic;
  set_background(scenario, "loss", {{"rate", 1.0}, {"larger_than", std::int64_t{1400}}});
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() != 0) return;
    n.datagram(1, 1, 64);
    n.datagram(1, 2, 2048);
    n.stream(1, 3, 64);
    n.stream(1, 4, 2048);
  };
  auto values = run(scenario, script).values(EventKind::deliver, 1);
  std::sort(values.begin(), values.end());
  CHECK(values == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE("a uniform platform gives each ordered pair a latency of its own within the bounds, always the same") {
  Scenario scenario = quiet_scenario(6);
  scenario.platform.kind = Platform::Kind::uniform;
  scenario.platform.min_latency = 1ms;
  scenario.platform.max_latency = 10ms;
  Script script;
  script.start = [](Node& n, StartReason) { n.after(0s, 0); };
  script.timer = [](Node& n, TimerKey round) {
    for (const NodeId peer : n.context.peers()) n.datagram(peer, round, 0);
    if (round < 4) n.after(100ms, round + 1);
  };
  for (const Model model : {Model::latency, Model::flow}) {
    scenario.network.model = model;
    std::map<std::pair<NodeId, NodeId>, Duration> latency;
    const auto history = run(scenario, script);
    for (const Seen& seen : history.of(EventKind::deliver)) {
      const Duration taken = seen.at - at(100ms * seen.value);
      const auto [it, fresh] = latency.try_emplace({seen.peer, seen.node}, taken);
      CHECK((taken - it->second < 2us && it->second - taken < 2us));
      CHECK(taken >= 1ms);
      CHECK(taken <= 10ms + 1us);
    }
    CHECK(latency.size() == 30);
    CHECK(latency[{0, 1}] != latency[{1, 0}]);
    CHECK(history.of(EventKind::deliver).size() == 5 * 30);
  }
}

TEST_CASE("an exponential latency replaces the platform's and has its mean within four standard errors") {
  constexpr int messages = 4000;
  Script script;
  script.start = [](Node& n, StartReason) {
    for (int i = 0; n.self() == 0 && i < messages; ++i) n.datagram(1, 0, 0);
  };
  for (const Model model : {Model::latency, Model::flow}) {
    Scenario scenario = star(model, 2, 500ms);
    scenario.network.latency = Delay{Delay::Kind::exponential, 100ms, {}};
    double sum = 0;
    const auto delivered = run(scenario, script).of(EventKind::deliver);
    REQUIRE(delivered.size() == messages);
    for (const Seen& seen : delivered) sum += seconds(seen.at);
    CHECK(std::abs(sum / messages - 0.1) < 4 * 0.1 / std::sqrt(static_cast<double>(messages)));
  }
}

TEST_CASE("messages of a pair overtake each other, but never with `fifo`") {
  Script script;
  script.start = [](Node& n, StartReason) {
    for (std::uint64_t i = 0; n.self() == 0 && i < 300; ++i) n.datagram(1, i, 10);
  };
  for (const Model model : {Model::latency, Model::flow})
    for (const bool fifo : {false, true}) {
      Scenario scenario = star(model, 2);
      scenario.network.latency = Delay{Delay::Kind::uniform, 1ms, 500ms};
      scenario.network.fifo = fifo;
      set_background(scenario, "loss", {{"rate", 0.1}});
      set_background(scenario, "reorder", {{"rate", 0.3}, {"by", Duration(1s)}});
      const auto values = run(scenario, script).values(EventKind::deliver);
      CHECK(values.size() > 200);
      CHECK(std::is_sorted(values.begin(), values.end()) == fifo);
    }
}
