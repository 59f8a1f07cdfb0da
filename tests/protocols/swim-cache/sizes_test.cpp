// Bytes on the wire, against those that memberlist 0.2.2 and Serf 0.9.4 send.
#include <catch2/catch.hpp>

#include "membership_world.hpp"
#include "protocols/swim-cache/lzw.hpp"
#include "protocols/swim-cache/messages.hpp"

using namespace hearsay;
using namespace hearsay::membership;
using namespace std::chrono_literals;

namespace {

Config memberlist_alone() {
  Config config;
  config.intents = false;
  config.coordinates = false;
  config.reconnect_interval = {};
  config.metadata_size = 0;
  return config;
}

FullState cluster(std::uint32_t nodes) {
  FullState state;
  for (NodeId node = 0; node < nodes; ++node) state.members.push_back({node, 1, MemberState::alive, 0, node + 1});
  state.time = nodes;
  return state;
}

Packet packet_of(PacketKind kind, std::uint32_t sequence = 1) {
  Packet packet;
  packet.kind = kind;
  packet.sequence = sequence;
  return packet;
}

}  // namespace

TEST_CASE("LZW leaves as many bytes as Go's compress/lzw") {
  // Least significant bit first, 8-bit literals: from encoding such texts with Go's rules.
  CHECK(lzw_size("") == 3);
  CHECK(lzw_size("a") == 4);
  CHECK(lzw_size(std::string(1000, 'a')) == 53);
  std::string words, noise;
  for (int i = 0; i < 3000; ++i) words += "word" + std::to_string(i * i % 101) + " ";
  CHECK(lzw_size(words) == 3956);
  for (std::uint64_t i = 0; i < 10000; ++i) noise += static_cast<char>(scatter(i) & 0xff);
  CHECK(lzw_size(noise) == 13599);
}

TEST_CASE("full states take what memberlist's and Serf's take") {
  const auto of = [](std::uint32_t nodes, bool serf) {
    Config config = memberlist_alone();
    swim::PushPull exchange;
    exchange.state = std::make_shared<const FullState>(cluster(nodes));
    if (serf) config.intents = true, config.metadata_size = 2;
    return stream_size(encode(*exchange.state, serf ? swim::encode(exchange, 512) : "", config), config);
  };
  const std::vector<std::pair<std::uint32_t, double>> memberlist = {
      {8, 324}, {16, 477}, {32, 686}, {64, 969}, {128, 1462}};
  for (const auto& [nodes, real] : memberlist) CHECK(of(nodes, false) == Approx(real).epsilon(0.05));
  const std::vector<std::pair<std::uint32_t, double>> with_serf = {{8, 471}, {32, 924}, {64, 1353}};
  for (const auto& [nodes, real] : with_serf) CHECK(of(nodes, true) == Approx(real).epsilon(0.05));
}

TEST_CASE("metadata counts, and is compressed with the rest") {
  Config config = memberlist_alone();
  const std::uint32_t without = stream_size(encode(cluster(32), "", config), config);
  config.metadata_size = 100;
  const std::uint32_t with = stream_size(encode(cluster(32), "", config), config);
  CHECK(with > without + 200);
  CHECK(with < without + 32 * 100);
  config.compression = false;
  const std::uint32_t plain = stream_size(encode(cluster(32), "", config), config);
  config.metadata_size = 0;
  CHECK(plain == stream_size(encode(cluster(32), "", config), config) + 32 * (100 + 2));
}

TEST_CASE("messages of the failure detector take what memberlist's take") {
  const Config config = memberlist_alone();
  CHECK(datagram_size(packet_of(PacketKind::ping, 300), 17, 18, config) == 73);
  CHECK(datagram_size(packet_of(PacketKind::ack), 17, 18, config) == 18);
  CHECK(datagram_size(packet_of(PacketKind::nack), 17, 18, config) == 9);
  Packet with_coordinate = packet_of(PacketKind::ack);
  with_coordinate.coordinate = std::make_shared<const Coordinate>(Coordinate{{1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 3});
  CHECK(wire_size(with_coordinate, 17, 18) == 18 - 1 + text_bytes(coordinate_bytes));
}

TEST_CASE("sizes by formula are those of the encoded bytes") {
  Config config;
  for (const std::uint32_t metadata : {0U, 1U, 2U, 31U, 32U, 512U}) {
    config.metadata_size = metadata;
    for (const auto state : {MemberState::alive, MemberState::suspect, MemberState::dead})
      for (const std::uint32_t number : {1U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
        const Update update{number, number / 2, number, state, 7};
        CHECK(wire_size(update, config) == encode(update, config).size());
      }
  }
  for (const bool leaves : {false, true}) {
    const Intent intent{12, 300, leaves, leaves};
    CHECK(wire_size(intent) == encode(intent).size());
  }
  for (const auto kind : {PacketKind::ping, PacketKind::ping_req, PacketKind::ack, PacketKind::nack}) {
    Packet packet = packet_of(kind, 70000);
    packet.target = 5;
    if (kind == PacketKind::ack) packet.coordinate = std::make_shared<const Coordinate>();
    CHECK(wire_size(packet, 1, 200) == encode_first(packet, 1, 200).size());
  }
}

TEST_CASE("a checksum stands on gossip and on a ping with a suspicion, two bytes of a compound one on several alone") {
  Config config = memberlist_alone();
  config.compression = false;
  Packet gossip;
  gossip.checksum = true;
  gossip.updates = {{1, 2, 1, MemberState::suspect, 0}};
  const std::uint32_t one = wire_size(gossip.updates[0], config);
  CHECK(datagram_size(gossip, 3, 4, config) == one + checksum_header);
  gossip.updates.push_back(gossip.updates[0]);
  CHECK(datagram_size(gossip, 3, 4, config) == 2 * (one + compound_overhead) + compound_header + checksum_header);

  World::Settings settings;
  settings.nodes = 8;
  World world(settings);
  std::size_t suspicions = 0;
  world.on_send = [&](NodeId, NodeId to, const Packet& packet) {
    const bool accuses = packet.kind == PacketKind::ping && packet.checksum;
    CHECK(packet.checksum == (packet.kind == PacketKind::gossip || accuses));
    if (!accuses) return;
    ++suspicions;
    REQUIRE(packet.updates.size() == 1);
    CHECK(packet.updates[0].about == to);
  };
  world.run_until(Time(1s));
  world.crash(3);
  world.run_until(Time(30s));
  CHECK(suspicions > 0);
}

TEST_CASE("many updates in a packet are compressed, single messages stay as they are") {
  Config config;
  Packet gossip;
  for (NodeId node = 0; node < 16; ++node) gossip.updates.push_back({node, node, 1, MemberState::alive, 0});
  const std::uint32_t packed = datagram_size(gossip, 1, 2, config);
  config.compression = false;
  const std::uint32_t plain = datagram_size(gossip, 1, 2, config);
  CHECK(packed < plain / 2);
  config.compression = true;
  gossip.updates.resize(1);
  CHECK(datagram_size(gossip, 1, 2, config) == wire_size(gossip.updates[0], config));
}

TEST_CASE(
    "an idle member of memberlist alone sends 92 to 94 bytes a second in datagrams; Serf's coordinates add more") {
  for (const std::uint32_t n : {8U, 32U, 128U}) {
    World::Settings settings;
    settings.nodes = n;
    settings.config = memberlist_alone();
    World world(settings);
    world.run_until(Time(360s));
    CHECK(static_cast<double>(world.bytes()) / n / 360 == Approx(92).epsilon(0.05));
    // Two full states in each scaled interval, one of its own and one for another.
    const double interval = seconds(push_pull_scale(settings.config.push_pull_interval, n));
    const double state = stream_size(encode(cluster(n), "", settings.config), settings.config);
    CHECK(static_cast<double>(world.stream_bytes()) / n / 360 == Approx(2 * state / interval).epsilon(0.2));
    settings.config.coordinates = true;
    World with_coordinates(settings);
    with_coordinates.run_until(Time(60s));
    CHECK(static_cast<double>(with_coordinates.bytes()) / n / 60 > 180);
  }
}

TEST_CASE("a relayed ack carries no coordinate") {
  World::Settings settings;
  settings.nodes = 5;
  World world(settings);
  std::size_t relayed = 0;
  world.loses = [](NodeId from, NodeId to, const Packet& packet) {  // nothing gets from 1 to 0 directly
    return packet.kind == PacketKind::ack && from == 1 && to == 0;
  };
  world.on_send = [&](NodeId from, NodeId to, const Packet& packet) {
    if (packet.kind != PacketKind::ack || from == 1 || to != 0 || packet.coordinate) return;
    ++relayed;
  };
  world.run_until(Time(20s));
  CHECK(relayed > 0);
  CHECK(world.count(Happening::saved_by_others) > 0);
}
