// What a probe shows, and when periodic work begins, as memberlist 0.2.2 and Serf 0.9.4 do it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "membership_world.hpp"

using namespace hearsay;
using namespace hearsay::membership;
using namespace std::chrono_literals;

TEST_CASE("a failed probe suspects with the incarnation at its beginning: a refutation meanwhile makes it stale") {
  for (const bool refutes : {true, false}) {
    World::Settings settings;
    settings.nodes = 2;
    settings.config.stream_fallback = false;
    settings.config.push_pull_interval = {};
    World world(settings);
    bool lossy = true, probing = false;
    world.loses = [&](NodeId from, NodeId to, const Packet& packet) {
      if (packet.kind == PacketKind::ping && from == 0 && lossy) probing = true;
      return lossy && from == 0 && to == 1 && packet.kind != PacketKind::gossip;
    };
    world.run_until(Time(3s), [&] { return probing; });
    REQUIRE(probing);
    Packet news;  // in the midst of the probe node 1 turns out to have a newer incarnation
    news.updates = {{1, 1, 2, MemberState::alive, 0}};
    if (refutes) world.at(0).packet(world.now(), 1, news);
    const Time failed = world.now() + 1s;
    world.run_until(failed + 1ms);
    CHECK(world.count(Happening::probe_failed) == 1);
    CHECK(notices(world, 1, MemberState::suspect) == (refutes ? 0U : 1U));
    lossy = false;
  }
}

TEST_CASE("at 30 % loss of datagrams, without stream pings, 0.63 to 0.67 refutations come on each failed probe",
          "[long]") {
  std::size_t refuted = 0, failed = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World::Settings settings;
    settings.nodes = 32;
    settings.seed = seed;
    settings.loss = 0.3;
    settings.config.stream_fallback = false;
    World world(settings);
    world.run_until(Time(60s));
    refuted += world.count(Happening::refuted);
    failed += world.count(Happening::probe_failed);
  }
  const double share = static_cast<double>(refuted) / static_cast<double>(failed);
  INFO(share << " of " << failed);
  CHECK(share == Approx(0.65).epsilon(0.15));
}

TEST_CASE("a probe that fails raises the score by the nacks that are missing, or by one if none was wanted") {
  for (const auto& [nacks, others, score] :
       {std::tuple(true, 3U, 0U), std::tuple(false, 3U, 1U), std::tuple(true, 0U, 1U)}) {
    World::Settings settings;
    settings.nodes = others + 2;
    settings.config.nacks = nacks;
    settings.config.probe_timeout = 300ms;  // by default nacks come too late for a healthy member's probe
    settings.config.stream_fallback = false;
    settings.config.push_pull_interval = {};
    World world(settings);
    const NodeId victim = others + 1;
    world.crash(victim);
    bool probed = false;
    world.on_send = [&](NodeId from, NodeId to, const Packet& packet) {
      probed = probed || (from == 0 && to == victim && packet.kind == PacketKind::ping);
    };
    world.run_until(Time(10s), [&] { return probed; });
    world.run_until(world.now() + 1001ms);
    CHECK(world.at(0).health() == score);  // all three helpers say that they got no ack either
  }
}

TEST_CASE("helpers that stay silent raise the score of who asked them") {
  World::Settings settings;
  settings.nodes = 5;
  settings.config.stream_fallback = false;
  settings.config.push_pull_interval = {};
  World world(settings);
  world.loses = [](NodeId, NodeId, const Packet& packet) { return packet.kind == PacketKind::nack; };
  world.crash(4);
  bool probed = false;
  world.on_send = [&](NodeId from, NodeId to, const Packet& packet) {
    probed = probed || (from == 0 && to == 4 && packet.kind == PacketKind::ping);
  };
  world.run_until(Time(10s), [&] { return probed; });
  world.run_until(world.now() + 1001ms);
  CHECK(world.at(0).health() == 3);
}

TEST_CASE("a member that has just started exchanges states after a random part of an interval and a whole one") {
  std::vector<double> firsts, phases;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    World::Settings settings;
    settings.nodes = 5;
    settings.seed = seed;
    World world(settings);
    const NodeId joiner = world.join(0);
    Time first = never, phase = never;
    world.on_state = [&](NodeId from, NodeId, bool reply) {
      if (reply || world.now() == Time{}) return;
      if (from == joiner) first = std::min(first, world.now());
      if (from == 1) phase = std::min(phase, world.now());
    };
    world.run_until(Time(70s));
    firsts.push_back(seconds(first - Time{}));
    phases.push_back(seconds(phase - Time{}));
  }
  const auto [least, most] = std::minmax_element(firsts.begin(), firsts.end());
  CHECK(*least >= 30);
  CHECK(*least < 36);
  CHECK(*most <= 60);
  CHECK(*most > 54);
  CHECK(*std::min_element(phases.begin(), phases.end()) < 5);  // a cluster that is up: at a random phase
  CHECK(*std::max_element(phases.begin(), phases.end()) <= 30);
}

TEST_CASE(
    "a fresh cluster that is cut for ten seconds lists all again when it first reconnects, 30 s after its start") {
  for (const std::uint32_t nodes : {16U, 32U}) {
    std::vector<double> healed;
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
      World::Settings settings;
      settings.nodes = 1;
      settings.seed = seed;
      World world(settings);
      for (NodeId node = 1; node < nodes; ++node) world.join(0);
      world.run_until(Time(2s));
      world.cut(nodes / 2);
      world.run_until(Time(12s));
      CHECK(world.at(3).alive() < nodes);
      world.cut(0);
      const auto all_alive = [&] {
        for (NodeId node = 0; node < nodes; ++node)
          if (world.at(node).alive() != nodes) return false;
        return true;
      };
      world.run_until(Time(29900ms), all_alive);
      CHECK(world.count(Happening::rejoin_tried) == 0);
      world.run_until(Time(100s), all_alive);
      healed.push_back(seconds(world.now() - Time(12s)));
    }
    std::sort(healed.begin(), healed.end());
    CHECK(healed[healed.size() / 2] == Approx(18).epsilon(0.1));
  }
}

TEST_CASE("a member that is back is not reconnected to any more") {
  World::Settings settings;
  settings.nodes = 4;
  settings.config.reconnect_interval = 5s;
  World world(settings);
  world.run_until(Time(1s));
  world.cut(1);
  world.run_until(Time(60s));
  CHECK(world.at(3).alive() == 3);
  world.cut(0);
  world.run_until(Time(90s));
  REQUIRE(world.at(3).alive() == 4);
  const std::size_t tried = world.count(Happening::rejoin_tried);
  world.run_until(Time(300s));
  CHECK(world.count(Happening::rejoin_tried) == tried);
}

TEST_CASE("a failed member that an operator forces to leave is not reconnected to; pruned, it is forgotten by all") {
  for (const bool prunes : {false, true}) {
    World::Settings settings;
    settings.nodes = 6;
    settings.config.reconnect_interval = 5s;
    World world(settings);
    world.run_until(Time(1s));
    CHECK_FALSE(world.at(0).force_leave(world.now(), 5, prunes));  // it has not failed
    world.crash(5);
    world.run_until(Time(40s));
    REQUIRE(notices(world, 5, MemberState::dead) == 5);
    REQUIRE(world.count(Happening::rejoin_tried) > 0);
    CHECK(world.at(0).force_leave(world.now(), 5, prunes));
    world.run_until(Time(45s));
    CHECK(notices(world, 5, MemberState::left) == 5);
    CHECK(world.count(Happening::forgotten) == (prunes ? 5U : 0U));
    const std::size_t tried = world.count(Happening::rejoin_tried);
    world.run_until(Time(120s));
    CHECK(world.count(Happening::rejoin_tried) == tried);
  }
}
