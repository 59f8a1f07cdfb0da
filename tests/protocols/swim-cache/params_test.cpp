#include "protocols/swim-cache/params.hpp"

#include <catch2/catch.hpp>

#include "sim/transcript/script.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

swim::Params params(const std::vector<std::string>& words) {
  const ProtocolInfo& info = *find_protocol("swim-cache");
  auto built = swim::parameter_table().build(bench::parse_parameters(info, words));
  swim::complete(built);
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

TEST_CASE("with an oracle nothing is accepted that only members who probe each other would read") {
  for (const std::string word :
       {"seeds=2", "stream_fallback=false", "probe_targets=random", "suspicion_max_mult=3", "awareness_max=1",
        "nacks=false", "metadata_size=9B", "reconnect_interval=9s", "reconnect_timeout=9s", "tombstone_timeout=9s",
        "reap_interval=9s", "broadcast_timeout=9s", "leave_delay=9s", "stream_timeout=9s", "coordinates=true"})
    CHECK(mistake({"membership=oracle", word}) == word.substr(0, word.find('=')));
  CHECK(mistake({"membership=oracle", "gossip_nodes=2", "retransmit_mult=2"}).empty());
}

TEST_CASE("names are shared only by nodes that do not know each other from the start") {
  CHECK(mistake({"names=3"}) == "names");
  CHECK(mistake({"names=3", "bootstrap=seeds"}).empty());
  CHECK(mistake({"resolve_name_conflicts=false"}).empty());  // a clone shares a name, too
  CHECK(mistake({"names=3", "bootstrap=seeds", "intents=false", "resolve_name_conflicts=false"}) ==
        "resolve_name_conflicts");
  CHECK(mistake({"names=3", "bootstrap=seeds", "resolve_name_conflicts=false"}).empty());
}

TEST_CASE("a phase decides what is not given by itself") {
  CHECK(params({}).replicas == 3);
  CHECK(params({}).anti_entropy_interval == 10s);
  const auto first = params({"phase=1"});
  CHECK(first.replicas == 1);
  CHECK(first.write_quorum == 1);
  CHECK(first.persistence == swim::Persistence::memory);
  CHECK_FALSE(first.hinted_handoff);
  CHECK_FALSE(first.read_repair);
  CHECK(first.anti_entropy_interval == Duration{});
  const auto second = params({"phase=2A", "read_repair=true"});
  CHECK(second.replicas == 3);
  CHECK(second.read_quorum == 2);
  CHECK(second.persistence == swim::Persistence::aof);
  CHECK_FALSE(second.hinted_handoff);
  CHECK(second.read_repair);
  CHECK(params({"replicas=1"}).write_quorum == 1);
  CHECK(params({"phase=1", "replicas=5"}).replicas == 5);
}

TEST_CASE("what is Serf's goes with intents, unless it is given") {
  CHECK(params({}).config().coordinates);
  CHECK_FALSE(params({"intents=false"}).config().coordinates);
  CHECK(params({"intents=false", "coordinates=true"}).config().coordinates);
  CHECK(params({"profile=wan"}).config().stream_timeout == 30s);
  CHECK(params({"profile=wan", "stream_timeout=2s"}).config().stream_timeout == 2s);
  CHECK_FALSE(params({}).replay_on_join);
}

TEST_CASE("Serf coalesces with both periods only, prunes what it forces out, and subscribes by groups that there are") {
  CHECK(mistake({"coalesce_period=3s"}) == "coalesce_period");
  CHECK(mistake({"quiescent_period=3s"}) == "quiescent_period");
  CHECK(mistake({"user_coalesce_period=3s"}) == "user_coalesce_period");
  CHECK(mistake({"coalesce_period=3s", "quiescent_period=1s"}).empty());
  CHECK(mistake({"prune=true"}) == "prune");
  CHECK(mistake({"prune=true", "force_leave_after=9s"}).empty());
  CHECK(mistake({"groups=2", "subscriber_group=2"}) == "subscriber_group");
  CHECK(mistake({"query_acks=true"}) == "query_acks");
  CHECK(mistake({"membership=oracle", "snapshot=true"}) == "snapshot");
  CHECK(mistake({"groups=2"}) == "groups");
  for (const std::string name : {"query_buffer", "query_timeout_mult"}) {
    CHECK(mistake({name + "=7"}) == name);
    CHECK(mistake({name + "=7", "health_interval=5s"}).empty());
    CHECK(mistake({name + "=7", "names=3", "bootstrap=seeds"}).empty());
  }
  CHECK(mistake({"query_size_limit=99B"}) == "query_size_limit");
  CHECK(mistake({"query_response_size_limit=99B"}) == "query_response_size_limit");
  CHECK(mistake({"intents=false", "replay_on_join=true"}) == "replay_on_join");
}
