// Platforms: placement on hosts in file order, and the latencies that platforms/README.md states.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "bench.hpp"
#include "sim/runtime/latency_factors.hpp"
#include "sim/runtime/run.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

const std::string platforms = source_file("platforms/");

Scenario on(const std::string& file, std::uint32_t nodes, Placement placement = {}) {
  Scenario scenario = quiet_scenario(nodes);
  scenario.platform.kind = Platform::Kind::file;
  scenario.platform.file = platforms + file;
  scenario.platform.placement = std::move(placement);
  return scenario;
}

// Two nodes on a platform file with this content, which goes away.
struct OwnPlatform {
  explicit OwnPlatform(const std::string& content) {
    file =
        (std::filesystem::temp_directory_path() / ("hearsay-platform-" + std::to_string(getpid()) + ".xml")).string();
    std::ofstream(file) << "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
                        << "<platform version='4.1'>" << content << "</platform>\n";
    scenario.platform.kind = Platform::Kind::file;
    scenario.platform.file = file;
  }
  ~OwnPlatform() { std::filesystem::remove(file); }
  OwnPlatform(const OwnPlatform&) = delete;
  OwnPlatform& operator=(const OwnPlatform&) = delete;

  std::string file;
  Scenario scenario = quiet_scenario(2);
};

std::string two_hosts(const std::string& first, const std::string& second) {
  return "<zone id='z' routing='Full'><host id='" + first + "' speed='1Gf'/><host id='" + second +
         "' speed='1Gf'/><link id='l' bandwidth='1GBps' latency='2ms'/><route src='" + first + "' dst='" + second +
         "'><link_ctn id='l'/></route></zone>";
}

// One-way latency between every two nodes, measured by empty datagrams.
std::map<std::pair<NodeId, NodeId>, Duration> latencies(const Scenario& scenario) {
  Script script;
  script.start = [](Node& n, StartReason) {
    for (const NodeId peer : n.context.peers()) n.datagram(peer, 0, 0);
  };
  const auto history = run(scenario, script);
  REQUIRE(history.error == "");
  std::map<std::pair<NodeId, NodeId>, Duration> found;
  for (const Seen& seen : history.of(EventKind::deliver)) found[{seen.peer, seen.node}] = seen.at.time_since_epoch();
  REQUIRE(found.size() == scenario.nodes * (scenario.nodes - 1));
  return found;
}

}  // namespace

TEST_CASE("round-robin places nodes on the hosts in file order: us, then eu, then ap") {
  auto latency = latencies(on("three-regions.xml", 48));
  CHECK(latency[{0, 15}] == 132us);
  CHECK(latency[{16, 31}] == Duration(56500));
  CHECK(latency[{32, 47}] == 49us);
  CHECK(latency[{0, 16}] == Duration(35252250));
  CHECK(latency[{31, 15}] == Duration(35252250));
  CHECK(latency[{15, 32}] == Duration(76212250));
  CHECK(latency[{16, 47}] == Duration(102219250));
}

TEST_CASE("on a generated platform two nodes are apart and a node is not from itself, whatever SimGrid knows of it") {
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    Scenario scenario = quiet_scenario(3);
    scenario.platform.latency = 5ms;
    scenario.engine.dispatch = dispatch;
    Script script;
    script.start = [](Node& n, StartReason) {
      for (NodeId to = 0; to < 3; ++to) n.datagram(to, 0, 0);
    };
    const auto history = run(scenario, script);
    REQUIRE(history.error == "");
    REQUIRE(history.of(EventKind::deliver).size() == 9);
    for (const Seen& seen : history.of(EventKind::deliver))
      CHECK(seen.at.time_since_epoch() == (seen.peer == seen.node ? Duration{} : 5ms));
  }
}

TEST_CASE("with more nodes than hosts, round-robin starts over and packed fills each host with equally many") {
  auto around = latencies(on("three-regions.xml", 50));
  CHECK(around[{0, 48}] == 0ns);  // both on the first host
  CHECK(around[{48, 16}] == Duration(35252250));
  auto packed = latencies(on("three-regions.xml", 96, {Placement::Kind::packed, {}, {}}));
  CHECK(packed[{0, 1}] == 0ns);
  CHECK(packed[{1, 2}] == 132us);
  CHECK(packed[{31, 32}] == Duration(35252250));
}

TEST_CASE("zones place so many nodes on the hosts of each") {
  auto latency = latencies(on("three-regions.xml", 4, {Placement::Kind::zones, {{"eu", 2}, {"us", 1}, {"ap", 1}}, {}}));
  CHECK(latency[{0, 1}] == Duration(56500));
  CHECK(latency[{1, 2}] == Duration(35252250));
  CHECK(latency[{2, 3}] == Duration(76212250));
}

TEST_CASE("chosen hosts are taken in the order named, those of a pattern in the order of the file, and no others") {
  auto latency = latencies(on("three-regions.xml", 4, {Placement::Kind::hosts, {}, {"us-3", "eu-?"}}));
  CHECK(latency[{0, 1}] == Duration(35252250));  // us to eu
  CHECK(latency[{1, 2}] == Duration(56500));     // within eu
  CHECK(latency[{2, 3}] == Duration(56500));
}

TEST_CASE("a host that does not exist is refused, and a pattern that no host matches") {
  for (const char* name : {"nowhere", "mars-*"})
    CHECK_THROWS_AS(check_platform(on("three-regions.xml", 2, {Placement::Kind::hosts, {}, {name}})), PlatformError);
}

TEST_CASE("zones that do not exist or do not add up are refused") {
  CHECK_THROWS_AS(check_platform(on("three-regions.xml", 4, {Placement::Kind::zones, {{"mars", 4}}, {}})),
                  PlatformError);
  CHECK_THROWS_AS(check_platform(on("three-regions.xml", 4, {Placement::Kind::zones, {{"eu", 3}}, {}})), PlatformError);
}

TEST_CASE("the other platforms have the latencies that their README states") {
  auto lan = latencies(on("lan.xml", 32));
  for (const auto& [pair, latency] : lan) CHECK(latency == 100us);
  auto tree = latencies(on("fat-tree.xml", 64));
  for (const auto& [pair, latency] : tree) CHECK(latency == (pair.first / 8 == pair.second / 8 ? 10us : 20us));
  auto aws = latencies(on("aws-12-regions.xml", 96));
  for (const auto& [pair, latency] : aws) {
    if (pair.first / 8 == pair.second / 8) continue;
    CHECK(latency >= 4900us);
    CHECK(latency <= 169500us);
  }
}

TEST_CASE("SimGrid accepts every platform that is shipped") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(platforms)) {
    if (entry.path().extension() != ".xml") continue;
    ++files;
    INFO(entry.path());
    CHECK_NOTHROW(check_platform(on(entry.path().filename(), 8)));
  }
  CHECK(files >= 5);
}

TEST_CASE("a platform file that is missing or wrong is refused with a reason") {
  CHECK_THROWS_AS(check_platform(on("no-such.xml", 2)), PlatformError);
  CHECK_THROWS_AS(check_platform(on("README.md", 2)), PlatformError);
  Scenario no_link = on("lan.xml", 2);
  add_fault(no_link, "link", 0s, std::nullopt, {{"name", std::string("nowhere")}});
  CHECK_THROWS_WITH(check_platform(no_link), Catch::Contains("nowhere"));
}

TEST_CASE("what SimGrid says of a platform that it refuses is the reason, whatever it begins with") {
  std::cout << " ";  // and nothing of ours that is not printed yet
  CHECK_THROWS_WITH(check_platform(OwnPlatform(two_hosts("a", "a")).scenario),
                    Catch::Contains("does not accept the platform: ") && Catch::Contains("second host named 'a'"));
  OwnPlatform wrong("<zone id='z' routing='Full'><host id='a' speed='fast'/></zone>");
  CHECK_THROWS_WITH(check_platform(wrong.scenario),
                    Catch::Contains("platform: Parse error at ") && Catch::Contains("cannot parse number"));
}

TEST_CASE("a platform's own latency factor multiplies its latencies under the flow model, and under no other") {
  OwnPlatform own("<config><prop id='network/latency-factor' value='3'/></config>" + two_hosts("a", "b"));
  Script script;
  script.start = [](Node& n, StartReason) {
    if (n.self() == 0) n.datagram(1, 0, 6000);
  };
  for (const auto model : {Network::Model::latency, Network::Model::flow}) {
    own.scenario.network.model = model;
    const auto history = run(own.scenario, script);
    CHECK(history.error.empty());
    REQUIRE(history.of(EventKind::deliver).size() == 1);
    const Duration took = history.of(EventKind::deliver)[0].at.time_since_epoch();
    const Duration expected = (model == Network::Model::flow ? 6ms : 2ms) + 6us;  // its transmission at 1 GB/s
    CHECK(took >= expected);
    CHECK(took - expected < 10ns);
  }
}

TEST_CASE("latency factors are one for all sizes, or one for sizes above each bound") {
  CHECK(LatencyFactors().at(1000) == 1);
  CHECK(LatencyFactors("13.01").at(0) == 13.01);
  const LatencyFactors pieces("65472:11.6;100:2;15424:3.5");
  CHECK(pieces.at(100) == 1);
  CHECK(pieces.at(101) == 2);
  CHECK(pieces.at(15425) == 3.5);
  CHECK(pieces.at(1'000'000) == 11.6);
}
