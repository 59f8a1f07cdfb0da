// The membership machine against closed forms (Das, Gupta, Motivala 2002) and memberlist's behaviour.
#include "protocols/swim-cache/membership.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "membership_world.hpp"

using namespace hearsay;
using namespace hearsay::membership;
using namespace std::chrono_literals;

namespace {

struct Mean {
  double sum = 0, squares = 0;
  int count = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++count;
  }
  double value() const { return sum / count; }
  double error() const { return std::sqrt((squares / count - value() * value()) / count); }
};

// Periods from the crash of node 0 to the first ping that it is sent.
double first_ping(const World::Settings& settings, Duration crash_at) {
  World world(settings);
  Time pinged = never;
  world.run_until(Time(crash_at));
  world.crash(0);
  world.on_send = [&](NodeId, NodeId to, const Packet& packet) {
    if (to == 0 && packet.kind == PacketKind::ping && pinged == never) pinged = world.now();
  };
  world.run_until(Time(crash_at) + 100s, [&] { return pinged != never; });
  return seconds(pinged - Time(crash_at)) / seconds(settings.config.probe_interval);
}

}  // namespace

TEST_CASE("first detection: in phase and at random, the dead node is pinged after 1/(1-(1-1/(n-1))^(n-1)) periods") {
  for (const std::uint32_t n : {8U, 32U, 128U, 1000U}) {
    const double others = n - 1;
    const double expected = 1 / (1 - std::pow(1 - 1 / others, others));
    Mean periods;
    for (std::uint64_t seed = 1; seed <= (n > 500 ? 12U : n > 100 ? 100U : 300U); ++seed) {
      World::Settings settings;
      settings.nodes = n;
      settings.seed = seed;
      settings.config.targets = Targets::random;
      settings.config.in_phase = true;
      settings.config.push_pull_interval = {};
      periods.add(first_ping(settings, 900ms) + 0.9);  // pings leave at 1 s: the first period counts as 1
    }
    INFO(n << " nodes: " << periods.value() << " +- " << periods.error() << ", expected " << expected);
    CHECK(std::abs(periods.value() - expected) < 4 * periods.error());
    if (n == 1000) CHECK(expected == Approx(std::exp(1) / (std::exp(1) - 1)).epsilon(0.001));
  }
}

TEST_CASE("first detection: with random phases, the dead node is pinged after 1.0 period, whatever n is") {
  for (const std::uint32_t n : {8U, 32U, 128U, 1000U}) {
    Mean periods;
    for (std::uint64_t seed = 1; seed <= (n > 500 ? 12U : n > 100 ? 100U : 300U); ++seed) {
      World::Settings settings;
      settings.nodes = n;
      settings.seed = seed;
      settings.config.targets = Targets::random;
      settings.config.push_pull_interval = {};
      periods.add(first_ping(settings, 1s));
    }
    // Every other node pings once a period at a uniform instant: the time to the first of Poisson-like pings.
    INFO(n << " nodes: " << periods.value() << " +- " << periods.error());
    CHECK(std::abs(periods.value() - 1) < 4 * periods.error() + 1.0 / n);
  }
}

TEST_CASE("round robin: every member pings every other one at least once in 2n-1 periods") {
  for (const std::uint32_t n : {3U, 8U, 20U, 50U}) {
    World::Settings settings;
    settings.nodes = n;
    settings.config.in_phase = true;
    settings.config.push_pull_interval = {};
    World world(settings);
    std::map<std::pair<NodeId, NodeId>, Time> last;
    Duration longest{};
    world.on_send = [&](NodeId from, NodeId to, const Packet& packet) {
      if (packet.kind != PacketKind::ping) return;
      if (const auto it = last.find({from, to}); it != last.end())
        longest = std::max(longest, world.now() - it->second);
      last[{from, to}] = world.now();
    };
    world.run_until(Time(10s * static_cast<int>(n)));
    INFO(n);
    CHECK(last.size() == n * (n - 1));
    CHECK(longest <= (2 * static_cast<int>(n) - 3) * 1s);  // the last of one pass to ... the end of the next
    CHECK(longest > (static_cast<int>(n) - 1) * 1s);
  }
}

TEST_CASE("without loss a member and period takes 2.0 datagrams, whatever n is") {
  for (const std::uint32_t n : {2U, 8U, 100U}) {
    World::Settings settings;
    settings.nodes = n;
    settings.config.push_pull_interval = {};
    World world(settings);
    world.run_until(Time(50s));
    INFO(n);
    CHECK(static_cast<double>(world.datagrams()) / (50.0 * n) == Approx(2.0).epsilon(0.02));
    CHECK(world.count(Happening::suspected) == 0);
  }
}

TEST_CASE("a probe fails wrongly with probability (1-q^2)(1-q^4)^k", "[long]") {
  for (const std::uint32_t k : {0U, 1U, 3U}) {
    for (const double loss : {0.1, 0.3}) {
      World::Settings settings;
      settings.nodes = 20;
      settings.loss = loss;
      settings.config.indirect_checks = k;
      settings.config.stream_fallback = false;
      settings.config.awareness_max = 1;
      settings.config.push_pull_interval = {};
      settings.config.suspicion_mult = 1'000'000;  // nobody dies
      settings.config.nacks = false;
      World world(settings);
      world.run_until(Time(300s));
      const double q = 1 - loss;
      const double expected = (1 - q * q) * std::pow(1 - std::pow(q, 4), k);
      const auto probes = static_cast<double>(world.count(Happening::probe_sent));
      const double share = static_cast<double>(world.count(Happening::probe_failed)) / probes;
      INFO("k=" << k << " loss=" << loss << ": " << share << ", expected " << expected);
      CHECK(std::abs(share - expected) <
            4 * std::sqrt(expected * (1 - expected) / probes) + 1e-3 * expected + 20 / probes);
    }
  }
}

TEST_CASE("news reaches every member in O(log n) rounds of gossip") {
  std::vector<double> rounds;
  for (const std::uint32_t n : {10U, 100U, 1000U}) {
    World::Settings settings;
    settings.nodes = n;
    settings.config.push_pull_interval = {};
    World world(settings);
    world.run_until(Time(500ms));
    world.at(0).set_metadata(world.now());
    const Time told = world.now();
    world.run_until(told + 20s, [&] {
      for (NodeId node = 1; node < n; ++node)
        if (world.at(node).table().at(0).incarnation != 2) return false;
      return true;
    });
    rounds.push_back(seconds(world.now() - told) / 0.2);
    for (NodeId node = 1; node < n; ++node) REQUIRE(world.at(node).table().at(0).metadata == 1);
  }
  INFO(rounds[0] << " " << rounds[1] << " " << rounds[2]);
  // Gossip to 3 quadruples the informed at most once a round, and each round begins at another phase: about
  // log4(n) + ln(n) rounds; ten times the members take a constant more, not ten times as many.
  for (std::size_t i = 0; i < 3; ++i) CHECK(rounds[i] < 2 * (i + 1) * (std::log(10) / std::log(4) + std::log(10)));
  CHECK(rounds[2] < 3 * rounds[0] + 6);
}

TEST_CASE("a joiner is known to all through a full state exchange with one seed") {
  World::Settings settings;
  settings.nodes = 50;
  World world(settings);
  world.run_until(Time(2s));
  const NodeId joiner = world.join(17);
  world.run_until(Time(6s));
  CHECK(world.at(joiner).alive() == 51);
  for (NodeId node = 0; node < 50; ++node) CHECK(world.at(node).is_alive(joiner));
  CHECK(notices(world, joiner, MemberState::alive) == 50);
}

TEST_CASE("a crash is detected by all within a probe pass and the longest suspicion; nobody else is suspected") {
  for (const std::uint32_t n : {3U, 10U, 100U}) {
    World::Settings settings;
    settings.nodes = n;
    World world(settings);
    world.run_until(Time(5s));
    world.crash(1);
    world.run_until(Time(65s));
    INFO(n);
    CHECK(notices(world, 1, MemberState::dead) == n - 1);
    for (const auto& notice : world.notices()) CHECK(notice.about == 1);
  }
}

TEST_CASE("a node that leaves is known to have left, not to have died, and is not reconnected to") {
  World::Settings settings;
  settings.nodes = 20;
  World world(settings);
  world.run_until(Time(2s));
  world.leave(3);
  world.run_until(Time(120s));
  CHECK(notices(world, 3, MemberState::left) == 19);
  CHECK(notices(world, 3, MemberState::dead) == 0);
  CHECK(world.count(Happening::rejoin_tried) == 0);
}

TEST_CASE("one who is suspected wrongly refutes with a higher incarnation, and nobody dies") {
  World::Settings settings;
  settings.nodes = 10;
  World world(settings);
  world.run_until(Time(1s));
  Packet accusation;
  accusation.updates = {{4, 2, 1, MemberState::suspect, 0}};
  world.at(7).packet(world.now(), 2, accusation);
  CHECK(world.at(7).suspects(4));
  world.run_until(Time(10s));
  CHECK(world.at(4).incarnation() == 2);
  CHECK(world.count(Happening::refuted) == 1);
  for (NodeId node = 0; node < 10; ++node) {
    CHECK_FALSE(world.at(node).suspects(4));
    CHECK(world.at(node).table().at(4).incarnation == 2);
  }
  CHECK(notices(world, 4, MemberState::dead) == 0);
}

TEST_CASE("suspicion prevents false deaths under 10, 20 and 30 % loss", "[long]") {
  for (const double loss : {0.1, 0.2, 0.3}) {
    std::map<bool, std::size_t> deaths;
    for (const bool suspicion : {false, true}) {
      World::Settings settings;
      settings.nodes = 30;
      settings.loss = loss;
      settings.config.suspicion = suspicion;
      settings.config.stream_fallback = false;
      settings.config.indirect_checks = 1;
      World world(settings);
      world.run_until(Time(120s));
      for (const auto& notice : world.notices()) deaths[suspicion] += notice.state == MemberState::dead ? 1 : 0;
    }
    INFO("loss " << loss << ": " << deaths[false] << " without, " << deaths[true] << " with suspicion");
    CHECK(deaths[false] > 100);
    CHECK(deaths[true] * 20 < deaths[false]);
  }
}

TEST_CASE("halves that were cut off for long declare each other dead; memberlist alone never meets again, Serf does") {
  for (const bool reconnect : {false, true}) {
    World::Settings settings;
    settings.nodes = 10;
    if (!reconnect) settings.config.reconnect_interval = {};
    World world(settings);
    world.run_until(Time(2s));
    world.cut(5);
    world.run_until(Time(92s));
    for (NodeId node = 0; node < 10; ++node) CHECK(world.at(node).alive() == 5);
    world.cut(0);
    world.run_until(Time(92s) + 300s);
    for (NodeId node = 0; node < 10; ++node) CHECK(world.at(node).alive() == (reconnect ? 10U : 5U));
  }
}

TEST_CASE("a broadcast leaves the queue after exactly the limit of transmissions, least sent and largest first") {
  BroadcastQueue<int> queue;
  queue.add(0, 100, 1);
  queue.add(0, 200, 2);
  CHECK(queue.take(210, 2, 3) == std::vector<int>{2});
  CHECK(queue.take(210, 2, 3) == std::vector<int>{1});
  CHECK(queue.take(1000, 2, 3) == std::vector<int>{2, 1});
  CHECK(queue.take(1000, 2, 3) == std::vector<int>{2, 1});
  CHECK(queue.empty());
}

TEST_CASE("a newer broadcast about a member replaces an older one") {
  BroadcastQueue<int> queue;
  queue.add(5, 10, 1);
  queue.add(5, 10, 2);
  CHECK(queue.take(100, 2, 9) == std::vector<int>{2});
}

TEST_CASE("a member that changes leaves those beside it in the table as they were") {
  MemberTable table;
  std::vector<NodeId> others;
  for (NodeId node = 0; node < 199; ++node)
    if (node != 130) others.push_back(node);
  table.boot({others, 199});
  CHECK(table.size() == 199);
  CHECK(table.alive() == 199);
  CHECK_FALSE(table.knows(130));
  CHECK_FALSE(table.knows(255));
  CHECK_FALSE(table.knows(256));
  table.change(70, 5, MemberState::dead, Time(3s));
  table.set_metadata(71, 2);
  CHECK(table.alive() == 198);
  CHECK(table.dead_since(70) == Time(3s));
  for (NodeId node = 0; node < 200; ++node) {
    if (node == 130) continue;
    CHECK(table.at(node).incarnation == (node == 70 ? 5 : 1));
    CHECK(table.at(node).metadata == (node == 71 ? 2 : 0));
    CHECK(table.is_alive(node) == (node != 70));
  }
  table.forget_dead(Time(4s));
  CHECK_FALSE(table.knows(70));
  CHECK(table.knows(71));
  table.add_last(130);
  table.add_last(300);
  CHECK(table.at(130).state == MemberState::dead);
  CHECK(table.knows(300));
  CHECK_FALSE(table.knows(299));
}

TEST_CASE("what does not fit into a packet is passed over for smaller ones, sent less often or more") {
  BroadcastQueue<int> queue;
  queue.add(0, 30, 1);
  CHECK(queue.take(100, 2, 9) == std::vector<int>{1});
  for (const int item : {2, 3, 4}) queue.add(0, 100, item);
  queue.add(0, 50, 5);
  queue.add(0, 40, 6);
  queue.add(0, 60, 7);
  CHECK(queue.take(95, 2, 9) == std::vector<int>{7, 1});  // 62 and 32 bytes; 5 and 6 no longer fit
  CHECK(queue.take(94, 2, 9) == std::vector<int>{5, 6});  // 52 and 42
  CHECK(queue.take(1, 2, 9).empty());                     // less than the overhead
  CHECK(queue.size() == 7);
}

TEST_CASE(
    "a newer broadcast about a member replaces one that was sent before, and one that has left is no more there") {
  BroadcastQueue<int> queue;
  queue.add(5, 10, 1);
  CHECK(queue.take(100, 2, 3) == std::vector<int>{1});
  CHECK(queue.contains(5));
  queue.add(5, 20, 2);
  CHECK(queue.size() == 1);
  for (int i = 0; i < 3; ++i) CHECK(queue.take(100, 2, 3) == std::vector<int>{2});
  CHECK_FALSE(queue.contains(5));
  queue.add(5, 20, 3);
  CHECK(queue.take(100, 2, 3) == std::vector<int>{3});
}

TEST_CASE("the budget of a packet holds with any number of broadcasts") {
  World::Settings settings;
  settings.nodes = 200;
  settings.config.compression = false;
  World world(settings);
  std::uint32_t largest = 0;
  world.on_send = [&](NodeId from, NodeId to, const Packet& packet) {
    largest = std::max(largest, datagram_size(packet, from, to, settings.config));
  };
  world.run_until(Time(1s));
  for (NodeId node = 0; node < 100; ++node) world.crash(node);
  world.run_until(Time(30s));
  CHECK(largest > 1200);
  CHECK(largest <= 1400 + checksum_header);
}
