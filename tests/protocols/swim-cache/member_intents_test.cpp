// Serf's intents: by themselves, and on the membership machine.
#include "protocols/swim-cache/member_intents.hpp"

#include <catch2/catch.hpp>

#include "tests/protocols/swim-cache/membership_world.hpp"

using namespace std::chrono_literals;

namespace hearsay::membership {
namespace {

using Member = MemberIntents::Member;
using News = MemberIntents::News;

bool announces_departure(const Packet& packet) {
  return std::any_of(packet.intents.begin(), packet.intents.end(), [](const Intent& i) { return i.leaves; });
}
bool tells_of_departure(const Packet& packet) {
  return std::any_of(packet.updates.begin(), packet.updates.end(),
                     [](const Update& u) { return u.state == MemberState::left; });
}

}  // namespace

TEST_CASE("an intent counts once, and an older one not at all") {
  MemberIntents intents;
  CHECK(intents.hear({7, 5, true}, Member::present, Time(0s)) == News::tell);
  CHECK(intents.leaves(7));
  CHECK(intents.hear({7, 5, true}, Member::present, Time(0s)) == News::none);
  CHECK(intents.hear({7, 4, false}, Member::present, Time(0s)) == News::none);
  CHECK(intents.leaves(7));
  CHECK(intents.hear({7, 6, false}, Member::present, Time(0s)) == News::tell);  // it has come again
  CHECK_FALSE(intents.leaves(7));
  CHECK(intents.time(7) == 6);
}

TEST_CASE("the clock stays above all that was heard") {
  MemberIntents intents;
  intents.hear({7, 41, false}, Member::present, Time(0s));
  CHECK(intents.now() == 42);
}

TEST_CASE("an intent about a member that is not known yet is remembered for a while and counts when it comes") {
  MemberIntents intents;
  CHECK(intents.hear({7, 3, true}, Member::unknown, Time(1s)) == News::tell);
  CHECK(intents.hear({7, 2, false}, Member::unknown, Time(1s)) == News::none);
  CHECK(intents.hear({8, 3, true}, Member::unknown, Time(9s)) == News::tell);
  intents.reap(Time(5s));
  intents.came(7);
  intents.came(8);
  CHECK_FALSE(intents.leaves(7));
  CHECK(intents.leaves(8));
}

TEST_CASE("a failed member that turns out to have announced its departure has left") {
  MemberIntents intents;
  CHECK(intents.hear({7, 3, true}, Member::failed, Time(0s)) == News::has_left);
  CHECK(intents.hear({8, 3, false}, Member::failed, Time(0s)) == News::tell);
}

TEST_CASE("a departure whose own message is lost everywhere is known by its intent; without intents it is a failure") {
  for (const bool intents : {true, false}) {
    World::Settings settings;
    settings.nodes = 10;
    settings.config.intents = intents;
    World world(settings);
    world.run_until(Time(5s));
    world.loses = [](NodeId from, NodeId, const Packet& packet) { return from == 3 && tells_of_departure(packet); };
    world.leave(3);
    world.run_until(Time(100s));
    CHECK(notices(world, 3, MemberState::left) == (intents ? 9U : 0U));
    CHECK(notices(world, 3, MemberState::dead) == (intents ? 0U : 9U));
    CHECK((world.count(Happening::left_silently) > 0) == intents);
    CHECK((world.count(Happening::rejoin_tried) > 0) == !intents);  // nobody tries to reconnect to one who has left
  }
}

TEST_CASE("an intent that comes after the member was declared dead makes its failure a departure, also by full state") {
  World::Settings settings;
  settings.nodes = 10;
  World world(settings);
  world.run_until(Time(5s));
  // Only node 0 hears of the departure, and cannot gossip on what it has heard.
  world.loses = [](NodeId from, NodeId to, const Packet& packet) {
    return tells_of_departure(packet) || (announces_departure(packet) && !(from == 3 && to == 0));
  };
  world.leave(3);
  world.run_until(Time(120s));
  CHECK(notices(world, 3, MemberState::left) == 9);  // by push-pull
}

TEST_CASE("one who comes back after its departure announces itself, and the old departure does not count any more") {
  World::Settings settings;
  settings.nodes = 5;
  World world(settings);
  const NodeId joiner = world.join(0);
  world.run_until(Time(5s));
  CHECK(world.at(0).alive() == 6);
  // An echo of a departure from before its return: it answers with a newer intent.
  Packet echo;
  echo.intents = {{joiner, 50, true}};
  world.at(1).packet(world.now(), 2, echo);
  world.at(joiner).packet(world.now(), 2, echo);
  world.run_until(Time(10s));
  world.crash(joiner);
  world.run_until(Time(60s));
  CHECK(notices(world, joiner, MemberState::left) == 0);
  CHECK(notices(world, joiner, MemberState::dead) == 5);
}

TEST_CASE("intents ride on packets within their budget, as Serf encodes them") {
  // Type bytes of memberlist and Serf, {LTime: 1, Node: "node-3"}, and {Prune: false} of a departure.
  CHECK(wire_size(Intent{3, 1, false}) == 2 + 1 + 6 + 1 + 5 + 7);
  CHECK(wire_size(Intent{3, 1, true}) == 2 + 1 + 6 + 1 + 5 + 7 + 6 + 1);
  World::Settings settings;
  settings.nodes = 40;
  World world(settings);
  std::size_t told = 0;
  world.on_send = [&](NodeId from, NodeId to, const Packet& packet) {
    CHECK(datagram_size(packet, from, to, settings.config) <= 1400 + checksum_header);
    told += packet.intents.size();
  };
  world.run_until(Time(2s));
  CHECK(told == 0);  // those that boot together announce nothing
  world.join(0);
  world.run_until(Time(8s));
  CHECK(told > 40);
}

}  // namespace hearsay::membership
