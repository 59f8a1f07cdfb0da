// The properties of the paper's figure 3 over random schedules of loss, reordering, partitions and crashes that forget
// what was not synced; and progress once all of that is over.
#include <catch2/catch.hpp>

#include "tests/protocols/raft/cluster.hpp"

using namespace hearsay;
using namespace hearsay::raft;
using namespace std::chrono_literals;

namespace {

struct Story {
  std::size_t violations = 0;
  StreamChecker::Violations seen;  // from outside
  Index committed = 0;             // at the end, by everybody
  bool agreed = false;
};

void lose(CoreCluster& cluster, NodeId node, const Persistent* disk) {
  cluster.crash(node);
  if (disk != nullptr) cluster.disk(node) = *disk;
}

// Ten seconds of trouble, then five of peace. `disk_loss`: how likely a node that crashes loses its disk.
Story tell(std::uint64_t seed, Params params, double disk_loss = 0) {
  RandomStream random(seed, "story");
  const auto nodes = static_cast<std::uint32_t>(3 + 2 * random.below(2));
  CoreCluster cluster(nodes, params, seed);
  cluster.sync = random.between(0ms, 5ms);
  const double loss = 0.2 * random.uniform();
  std::vector<bool> apart(nodes, false);
  bool peace = false;
  cluster.delay = [&](NodeId from, NodeId to) -> std::optional<Duration> {
    if (!peace && (random.chance(loss) || apart[from] != apart[to])) return std::nullopt;
    return random.between(1ms, peace ? 5ms : 40ms);
  };
  const Persistent empty = cluster.disk(0);
  cluster.start_all();
  WriteId write = 1;
  for (Time now{}; now < Time(10s); now += 50ms) {
    cluster.run_until(now);
    const auto chosen = static_cast<NodeId>(random.below(nodes));
    if (random.chance(0.05)) apart[chosen] = !apart[chosen];
    if (random.chance(0.03)) {
      if (cluster.runs(chosen))
        lose(cluster, chosen, random.chance(disk_loss) ? &empty : nullptr);
      else
        cluster.start(chosen);
    }
    if (random.chance(0.02) && cluster.leader())
      cluster.call(*cluster.leader(), [&](Core& core) { core.hand_over(now); });
    for (NodeId id = 0; id < nodes; ++id)
      if (random.chance(0.5) && cluster.propose(id, write)) ++write;
  }
  peace = true;
  for (NodeId id = 0; id < nodes; ++id)
    if (!cluster.runs(id)) cluster.start(id);
  cluster.run_until(Time(14s));
  if (cluster.leader()) cluster.propose(*cluster.leader(), write);
  cluster.run_until(Time(15s));
  Story story{cluster.violations(), cluster.stream().found(), cluster.core(0).commit(), cluster.leader().has_value()};
  for (NodeId id = 0; id < nodes; ++id)
    story.agreed = story.agreed && cluster.core(id).log().last_prefix() == cluster.core(0).log().last_prefix() &&
                   cluster.core(id).commit() == cluster.core(0).log().last();
  return story;
}

AnyMessage append_of(NodeId from) {
  Append append;
  append.from = from;
  append.term = 5;
  return append;
}

Params paper() {
  Params params;
  params.election_timeout_min = 150ms;
  params.election_timeout_max = 300ms;
  params.heartbeat_interval = 50ms;
  return params;
}

}  // namespace

TEST_CASE("no schedule of losses, partitions and crashes breaks figure 3, and afterwards all logs are equal") {
  std::size_t committed = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Params params = paper();
    params.pre_vote = seed % 2 == 0;
    params.check_quorum = seed % 3 != 0;
    params.max_inflight = seed % 5 == 0 ? 1 : 256;
    const Story story = tell(seed, params);
    INFO("seed " << seed);
    CHECK(story.violations == 0);
    CHECK(story.seen.all() == 0);
    CHECK(story.agreed);
    committed += story.committed;
  }
  CHECK(committed > 60 * 20);  // there was something to be broken
}

// The replicas report to the witness what they do. Whatever of figure 3 can be seen to break from outside, by messages
// and applied entries, it sees, too; it may see more, since a log can differ without anybody having been sent the
// difference.
TEST_CASE("where disks are lost, the witness sees all that the stream of events shows to break") {
  std::size_t broken = 0, by_stream = 0, elections = 0, matching = 0, completeness = 0, machines = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Params params = paper();
    params.pre_vote = params.check_quorum = false;
    const Story story = tell(seed, params, 0.7);
    INFO("seed " << seed);
    CHECK((story.seen.all() == 0 || story.violations > 0));
    broken += story.violations > 0 ? 1 : 0;
    by_stream += story.seen.all() > 0 ? 1 : 0;
    elections += story.seen.election_safety > 0 ? 1 : 0;
    matching += story.seen.log_matching > 0 ? 1 : 0;
    completeness += story.seen.leader_completeness > 0 ? 1 : 0;
    machines += story.seen.state_machine_safety > 0 ? 1 : 0;
  }
  CHECK(by_stream >= 15);
  CHECK(broken <= by_stream + 15);
  CHECK(elections >= 1);
  CHECK(matching >= 1);
  CHECK(completeness >= 5);
  CHECK(machines >= 5);
}

TEST_CASE("a write is committed after the median follower's round trip and a sync, exactly") {
  for (const std::uint32_t nodes : {3U, 5U, 7U}) {
    CoreCluster cluster(nodes, paper(), nodes);
    cluster.sync = 3ms;
    cluster.delay = [](NodeId from, NodeId to) { return std::optional<Duration>(1ms * (from + 1) + 2ms * (to + 1)); };
    cluster.start_all();
    cluster.run_until(Time(2s));
    const NodeId leader = cluster.leader().value();
    std::vector<Duration> round_trips;
    for (NodeId id = 0; id < nodes; ++id)
      if (id != leader) round_trips.push_back(*cluster.delay(leader, id) + *cluster.delay(id, leader));
    std::sort(round_trips.begin(), round_trips.end());
    const Index before = cluster.core(leader).commit();
    const Time begun = cluster.now();
    REQUIRE(cluster.propose(leader, 1));
    while (cluster.core(leader).commit() == before) REQUIRE(cluster.step(Time(3s)));
    CHECK(cluster.now() - begun == round_trips[nodes / 2 - 1] + cluster.sync);
  }
}

TEST_CASE("a clone that leads under one's own name is no leader to send to") {
  CoreCluster cluster(3, paper(), 1);
  cluster.start(1);
  cluster.call(1, [](Core& core) { core.step({}, append_of(1)); });
  CHECK(cluster.core(1).term() == 5);
  CHECK(cluster.core(1).role() == Role::follower);
  CHECK(cluster.core(1).leader() == no_node);
  cluster.call(1, [](Core& core) { core.step({}, append_of(0)); });
  CHECK(cluster.core(1).leader() == 0);
}

TEST_CASE("pipelined writes are committed one after the other, each after its own round trip") {
  CoreCluster cluster(3, paper(), 1);
  cluster.delay = [](NodeId, NodeId) { return std::optional<Duration>(10ms); };
  cluster.start_all();
  cluster.run_until(Time(2s));
  const NodeId leader = cluster.leader().value();
  const Index before = cluster.core(leader).commit();
  const Time begun = cluster.now();
  for (WriteId write = 1; write <= 5; ++write) {
    cluster.run_until(begun + 1ms * write);
    REQUIRE(cluster.propose(leader, write));
  }
  cluster.run_until(begun + 21ms);
  CHECK(cluster.core(leader).commit() == before + 1);
  cluster.run_until(begun + 25ms);
  CHECK(cluster.core(leader).commit() == before + 5);
}

TEST_CASE("a leader does not commit an entry of an older term by counting (Raft, figure 8)") {
  Params params = paper();
  CoreCluster cluster(5, params, 3);
  // Node 0 has an entry of term 2 that 1 has too, and 4 one of term 3; term 4 is node 0's again.
  for (NodeId id = 0; id < 5; ++id) cluster.disk(id).log.append(1, noop());
  for (const NodeId id : {0U, 1U, 2U}) cluster.disk(id).log.append(2, noop());
  cluster.disk(4).log.append(3, noop());
  for (NodeId id = 0; id < 5; ++id) cluster.disk(id).term = 3;
  cluster.delay = [](NodeId, NodeId) { return std::optional<Duration>(1ms); };
  cluster.start_all();
  Index committed_before_own = 0;
  while (cluster.step(Time(3s)))
    for (NodeId id = 0; id < 5; ++id) {
      const Core& core = cluster.core(id);
      if (core.role() == Role::leader && core.commit() > 0 && core.log().term(core.commit()) != core.term())
        committed_before_own = core.commit();
    }
  CHECK(committed_before_own == 0);
  CHECK(cluster.leader().has_value());
  CHECK(cluster.violations() == 0);
}
