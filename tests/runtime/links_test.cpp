// The fault `link`: a link of the platform is down.
#include <catch2/catch.hpp>
#include <map>

#include "bench.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

// Three regions: nodes 0 and 1 in us, 2 in eu, 3 in ap. Each sends to each every 100 ms.
Scenario regions(Network::Model model) {
  Scenario scenario = quiet_scenario(4);
  scenario.platform.kind = Platform::Kind::file;
  scenario.platform.file = source_file("platforms/three-regions.xml");
  scenario.platform.placement = {Placement::Kind::zones, {{"us", 2}, {"eu", 1}, {"ap", 1}}, {}};
  scenario.network.model = model;
  return scenario;
}

Script everyone_talks(bool streams) {
  Script script;
  script.start = [](Node& n, StartReason) { n.after(100ms, 1); };
  script.timer = [streams](Node& n, TimerKey round) {
    for (const NodeId peer : n.context.peers()) {
      if (streams)
        n.stream(peer, round);
      else
        n.datagram(peer, round);
    }
    if (round < 40) n.after(100ms, round + 1);
  };
  return script;
}

ParameterValues down(const std::string& name) { return {{"name", name}, {"state", std::string("down")}}; }

}  // namespace

TEST_CASE("a link that is down drops what crosses it, in flight too; others pass, and it comes back") {
  for (const auto model : {Network::Model::latency, Network::Model::flow}) {
    Scenario scenario = regions(model);
    add_fault(scenario, "link", 1050ms, 1s, down("us--eu"));
    const auto history = run(scenario, everyone_talks(false));
    REQUIRE(history.error == "");
    std::size_t crossing = 0, others = 0;
    for (const Seen& seen : history.of(EventKind::deliver)) {
      const bool crosses = (seen.peer < 2 && seen.node == 2) || (seen.peer == 2 && seen.node < 2);
      (crosses ? crossing : others) += 1;
      if (crosses) CHECK((seen.value < 11 || seen.value > 20));
    }
    CHECK(others == 40 * 8);
    CHECK(crossing == 30 * 4);
    CHECK(history.dropped(DropReason::link) == 10 * 4);
    CHECK(history.of(EventKind::fault_effect).size() == 10 * 4);
  }
}

TEST_CASE("a host's own link cuts one direction") {
  Scenario scenario = quiet_scenario(3);
  scenario.platform.kind = Platform::Kind::file;
  scenario.platform.file = source_file("platforms/lan.xml");
  add_fault(scenario, "link", 0s, std::nullopt, down("lan_link_1_UP"));
  const auto history = run(scenario, everyone_talks(false));
  CHECK(history.of(EventKind::deliver, 1).size() == 80);
  CHECK(history.of(EventKind::deliver, 0).size() == 40);
  CHECK(history.dropped(DropReason::link) == 80);
}

TEST_CASE("the links of a generated platform can break, too, by either way of dispatch") {
  for (const auto dispatch : {Engine::Dispatch::actor, Engine::Dispatch::inline_}) {
    Scenario scenario = quiet_scenario(3);
    scenario.engine.dispatch = dispatch;
    add_fault(scenario, "link", 0s, std::nullopt, down("node1"));
    const auto history = run(scenario, everyone_talks(false));
    REQUIRE(history.error == "");
    CHECK(history.of(EventKind::deliver, 1).empty());
    CHECK(history.of(EventKind::deliver, 0).size() == 40);
    CHECK(history.dropped(DropReason::link) == 160);
  }
}

TEST_CASE("streams across a link that was down deliver all, in order, once it is back") {
  for (const auto model : {Network::Model::latency, Network::Model::flow}) {
    Scenario scenario = regions(model);
    add_fault(scenario, "link", 1050ms, 1s, down("us--eu"));
    const auto history = run(scenario, everyone_talks(true));
    CHECK(history.of(EventKind::deliver).size() == 40 * 12);
    CHECK(history.of(EventKind::drop).empty());
    std::map<std::pair<NodeId, NodeId>, std::uint64_t> last;
    for (const Seen& seen : history.of(EventKind::deliver)) CHECK(seen.value == ++last[{seen.peer, seen.node}]);
  }
}

TEST_CASE("two faults of one link: it is back when the last has ended") {
  Scenario scenario = regions(Network::Model::latency);
  add_fault(scenario, "link", 1050ms, 1s, down("us--eu"));
  add_fault(scenario, "link", 1550ms, 1s, down("us--eu"));
  CHECK(run(scenario, everyone_talks(false)).dropped(DropReason::link) == 15 * 4);
}
