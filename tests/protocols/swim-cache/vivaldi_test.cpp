// Network coordinates.
#include "protocols/swim-cache/vivaldi.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "membership_world.hpp"

using namespace hearsay;
using namespace hearsay::membership;
using namespace std::chrono_literals;

namespace {

// The estimate between two of `round_trips` after `rounds` pings of every other by every one.
std::vector<Vivaldi> learnt(const std::vector<std::vector<double>>& round_trips, int rounds) {
  std::vector<Vivaldi> members(round_trips.size());
  RandomStream random(1, "vivaldi");
  for (int round = 0; round < rounds; ++round)
    for (std::size_t a = 0; a < members.size(); ++a)
      for (std::size_t b = 0; b < members.size(); ++b)
        if (a != b) members[a].learn(static_cast<NodeId>(b), members[b].own(), round_trips[a][b], random);
  return members;
}

}  // namespace

TEST_CASE("coordinates of members on a line, with access links, come to predict their round trips") {
  // 20 ms between neighbours, and 5 ms for what each is away from the line.
  std::vector<std::vector<double>> round_trips(6, std::vector<double>(6, 0));
  for (int a = 0; a < 6; ++a)
    for (int b = 0; b < 6; ++b)
      if (a != b) round_trips[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] = 0.02 * std::abs(a - b) + 0.01;
  const auto members = learnt(round_trips, 200);
  for (std::size_t a = 0; a < 6; ++a)
    for (std::size_t b = 0; b < 6; ++b)
      if (a != b) CHECK(distance(members[a].own(), members[b].own()) == Approx(round_trips[a][b]).epsilon(0.15));
  CHECK(members[0].own().error < 0.2);
}

TEST_CASE("a new coordinate lies at the origin with the largest error, and moves once it has learnt something") {
  Vivaldi member;
  RandomStream random(1, "vivaldi");
  CHECK(member.own() == Coordinate{});
  CHECK(member.own().error == 1.5);
  member.learn(2, Coordinate{}, 11, random);  // a round trip of more than 10 s is no measurement
  CHECK(member.own() == Coordinate{});
  member.learn(2, Coordinate{}, 0.1, random);
  CHECK(member.own() != Coordinate{});
  CHECK(distance(member.own(), Coordinate{}) > 0.005);
}

TEST_CASE("one late ack among three does not move a member") {
  std::vector<std::vector<double>> round_trips = {{0, 0.05}, {0.05, 0}};
  auto members = learnt(round_trips, 100);
  RandomStream random(2, "vivaldi");
  const double before = distance(members[0].own(), members[1].own());
  members[0].learn(1, members[1].own(), 0.05, random);
  members[0].learn(1, members[1].own(), 5, random);
  CHECK(distance(members[0].own(), members[1].own()) == Approx(before).epsilon(0.02));
}

TEST_CASE("probes of a running cluster teach coordinates whose estimates come close to what is measured") {
  World::Settings settings;
  settings.nodes = 16;
  settings.latency = 20ms;
  World world(settings);
  world.run_until(Time(120s));
  double early = 0, late = 0;
  std::size_t of_early = 0, of_late = 0;
  for (const auto& trip : world.round_trips()) {
    CHECK(trip.measured == Approx(0.04));
    const double error = std::abs(trip.estimated - trip.measured);
    if (trip.at < Time(5s)) early += error, ++of_early;
    if (trip.at > Time(60s)) late += error, ++of_late;
  }
  REQUIRE(of_early > 40);
  REQUIRE(of_late > 600);
  CHECK(late / static_cast<double>(of_late) < 0.004);
  CHECK(early / static_cast<double>(of_early) > 0.008);
  settings.config.coordinates = false;
  World without(settings);
  without.run_until(Time(20s));
  CHECK(without.round_trips().empty());
}
