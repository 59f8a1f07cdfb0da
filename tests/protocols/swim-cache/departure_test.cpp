// Departures, and who is gossiped to, as memberlist 0.2.2 and Serf 0.9.4 do it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "membership_world.hpp"

using namespace hearsay;
using namespace hearsay::membership;
using namespace std::chrono_literals;

namespace {

World::Settings cluster(std::uint32_t nodes, bool intents, std::uint64_t seed = 1) {
  World::Settings settings;
  settings.nodes = nodes;
  settings.seed = seed;
  settings.latency = 30us;
  settings.config.intents = settings.config.coordinates = intents;
  settings.config.push_pull_interval = {};
  return settings;
}

// Milliseconds from the order to leave until the last one knows.
double time_to_tell(std::uint32_t nodes, bool intents, std::uint64_t seed) {
  World world(cluster(nodes, intents, seed));
  world.run_until(Time(5s));
  world.leave(3);
  world.run_until(Time(12s));
  Time last{};
  for (const auto& notice : world.notices())
    if (notice.about == 3 && notice.by != 3) last = std::max(last, notice.at);
  return 1000 * seconds(last - Time(5s));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

TEST_CASE("the last of 32 members knows of a departure after 418 ms with memberlist, 961 ms with Serf") {
  for (const bool intents : {false, true}) {
    std::vector<double> times;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) times.push_back(time_to_tell(32, intents, seed));
    INFO((intents ? "Serf " : "memberlist ") << median(times) << " ms");
    CHECK(median(times) == Approx(intents ? 961 : 418).epsilon(0.15));
  }
}

TEST_CASE("who leaves stays for a second after its departure has been gossiped, and answers meanwhile") {
  for (const bool intents : {false, true}) {
    World world(cluster(16, intents));
    Time first_left = never, last_left{};
    std::size_t acks = 0;
    world.on_send = [&](NodeId from, NodeId, const Packet& packet) {
      if (from != 3) return;
      for (const Update& update : packet.updates)
        if (update.about == 3 && update.state == MemberState::left) {
          first_left = std::min(first_left, world.now());
          last_left = world.now();
        }
      if (packet.kind == PacketKind::ack && world.now() > last_left && first_left != never) ++acks;
    };
    world.run_until(Time(5s));
    world.leave(3);
    CHECK(world.is_up(3));
    Time gone{};
    world.run_until(Time(15s), [&] {
      gone = world.now();
      return !world.is_up(3);
    });
    CHECK_FALSE(world.is_up(3));
    CHECK(gone == last_left + 1s);
    CHECK((first_left - Time(5s) > 350ms) == intents);  // Serf's intent goes first
    CHECK(notices(world, 3, MemberState::left) == 15);
    CHECK(notices(world, 3, MemberState::suspect) == 0);
    CHECK(world.count(Happening::probe_failed) == 0);
  }
}

TEST_CASE("a departure that nobody can hear of ends when its broadcast does not go out in time") {
  World::Settings settings = cluster(3, true);
  settings.config.gossip_interval = 1000s;  // nothing is gossiped, and nothing rides on pings
  settings.config.probe_interval = 1000s;
  World world(settings);
  world.leave(0);
  world.run_until(Time(4900ms));
  CHECK(world.is_up(0));
  world.run_until(Time(5100ms));
  CHECK_FALSE(world.is_up(0));
}

TEST_CASE("a member that is alone leaves after the delay; nobody is to be told") {
  World::Settings settings = cluster(1, true);
  World world(settings);
  world.leave(0);
  world.run_until(Time(999ms));
  CHECK(world.is_up(0));
  world.run_until(Time(1001ms));
  CHECK_FALSE(world.is_up(0));
}

TEST_CASE("gossip goes to alive, suspect and recently dead members, never to those that have left") {
  World world(cluster(8, false));
  world.run_until(Time(1s));
  for (const NodeId node : {4U, 5U}) world.leave(node);
  world.crash(6);
  world.run_until(Time(30s));
  REQUIRE(notices(world, 6, MemberState::dead) == 5);
  Time died{};
  for (const auto& notice : world.notices())
    if (notice.about == 6 && notice.state == MemberState::dead) died = std::max(died, notice.at);
  std::size_t to_dead = 0;
  world.on_send = [&](NodeId, NodeId to, const Packet& packet) {
    CHECK(to != 4);
    CHECK(to != 5);
    if (packet.kind == PacketKind::gossip && to == 6) {
      ++to_dead;
      CHECK(world.now() <= died + 30s);
    }
  };
  for (int i = 0; i < 60; ++i) {
    world.at(0).set_metadata(world.now());
    world.run_until(world.now() + 1s);
  }
  CHECK(to_dead > 0);
}

TEST_CASE("memberlist forgets the dead after a while, but not those that have left") {
  World world(cluster(6, false));
  world.leave(4);
  world.crash(5);
  world.run_until(Time(120s));
  CHECK(world.at(0).table().knows(4));
  CHECK_FALSE(world.at(0).table().knows(5));
  CHECK(world.at(0).table().size() == 5);
}

TEST_CASE("broadcasts of Serf are sent by the number of all members that it knows, failed ones included") {
  World::Settings settings = cluster(16, true);
  settings.config.reconnect_interval = {};
  World world(settings);
  world.run_until(Time(1s));
  for (NodeId node = 8; node < 16; ++node) world.crash(node);
  world.run_until(Time(120s));
  CHECK(world.at(0).alive() == 8);
  CHECK(world.at(0).limit() == 4);       // memberlist has forgotten them: 4 x ceil(log10 9)
  CHECK(world.at(0).serf_limit() == 8);  // 4 x ceil(log10 17)
}
