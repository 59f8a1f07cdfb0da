#include "protocols/swim-cache/params.hpp"

#include <catch2/catch.hpp>

#include "tests/protocols/script.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

swim::Params params(const std::vector<std::string>& words) {
  const ProtocolInfo& info = *find_protocol("swim-cache");
  const auto built = swim::parameter_table().build(bench::parse_parameters(info, words));
  swim::check(built);
  return built;
}

std::string mistake(const std::vector<std::string>& words) {
  try {
    params(words);
  } catch (const ParameterError& error) {
    return error.parameter;
  }
  return {};
}

}  // namespace

TEST_CASE("a profile gives memberlist's values, and each can be given by itself") {
  CHECK(params({}).config().probe_timeout == 500ms);
  CHECK(params({"profile=wan"}).config().probe_interval == 5s);
  CHECK(params({"profile=wan", "probe_interval=8s"}).config().probe_interval == 8s);
  CHECK(params({"profile=wan", "probe_interval=8s"}).config().probe_timeout == 3s);
  CHECK(params({"profile=local", "gossip_nodes=7"}).config().gossip_nodes == 7);
  CHECK(params({"profile=local"}).config().retransmit_mult == 2);
  CHECK(params({"suspicion_mult=9"}).config().suspicion_mult == 9);
}

TEST_CASE("contradictions are named") {
  CHECK(mistake({"probe_timeout=2s"}) == "probe_timeout");
  CHECK(mistake({"suspicion=false", "suspicion_mult=3"}) == "suspicion_mult");
  CHECK(mistake({"replicas=2", "write_quorum=3"}) == "write_quorum");
  CHECK(mistake({"replicas=2", "write_quorum=2", "read_quorum=3"}) == "read_quorum");
  CHECK(mistake({"suspicion=false", "suspicion_max_mult=3"}) == "suspicion_max_mult");
  CHECK(mistake({"hinted_handoff=false", "hint_interval=3s"}) == "hint_interval");
  CHECK(mistake({"reconnect_interval=0s", "reconnect_timeout=1m"}) == "reconnect_timeout");
  CHECK(mistake({"oracle_interval=1s"}) == "oracle_interval");
  CHECK(mistake({"membership=oracle", "bootstrap=seeds"}) == "bootstrap");
  CHECK(mistake({"membership=oracle", "probe_interval=3s"}) == "probe_interval");
  CHECK(mistake({"membership=oracle", "oracle_interval=1s"}).empty());
  CHECK(mistake({"membership=oracle", "intents=false"}) == "intents");
  CHECK(mistake({"membership=oracle", "metadata_interval=5s"}) == "metadata_interval");
  CHECK(mistake({"replicas=1", "write_quorum=1", "read_quorum=1"}).empty());
}

TEST_CASE("filters and relays need queries, and name nodes and groups that there can be") {
  CHECK(mistake({"health_nodes=[1]"}) == "health_nodes");
  CHECK(mistake({"health_group=0"}) == "health_group");
  CHECK(mistake({"relay_factor=2"}) == "relay_factor");
  CHECK(mistake({"health_interval=5s", "health_group=1"}) == "health_group");  // there is one group, 0
  CHECK(mistake({"health_interval=5s", "health_nodes=[one]"}) == "health_nodes");
  CHECK(mistake({"health_interval=5s", "health_nodes=[12345678901]"}) == "health_nodes");
  const auto built = params({"health_interval=5s", "health_nodes=[7,2]", "groups=3", "health_group=2"});
  CHECK(built.health_filter().nodes == std::vector<NodeId>{2, 7});
  CHECK(built.health_filter().group == 2U);
}
