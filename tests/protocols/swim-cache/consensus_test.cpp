// Consensus beside the cache: critical operations, a ring that the log decides, voters that follow membership.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/protocols/swim-cache/cluster.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> agreed(std::vector<std::string> more = {}) {
  std::vector<std::string> words{"phase=2B", "push_pull_interval=0s", "voters=3"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Asks all nodes at once, and lets everything settle.
void increment_everywhere(SwimCluster& cluster, std::uint32_t nodes) {
  for (NodeId node = 0; node < nodes; ++node) cluster.bench.call(node, "increment", "c", "1");
  cluster.run(1s);
}

// How many different writes increments have found: as many as there were, if none was lost.
std::size_t found(SwimCluster& cluster) {
  std::set<std::vector<WriteId>> all;
  for (OpId id = 0; id <= cluster.bench.last_operation(); ++id) all.insert(cluster.bench.seen(id));
  return all.size();
}

}  // namespace

TEST_CASE("increments at once find each other through the log, and one another's predecessor without it") {
  SwimCluster with(5, agreed());
  with.run(3s);
  increment_everywhere(with, 5);
  CHECK(found(with) == 5);
  SwimCluster without(5, {"phase=2A", "push_pull_interval=0s"});
  without.run(3s);
  increment_everywhere(without, 5);
  CHECK(found(without) < 5);
}

TEST_CASE("the log takes a failed node off the ring and out of the group, and a learner votes instead") {
  SwimCluster cluster(6, agreed());
  cluster.run(3s);
  CHECK(cluster.bench.metric("consensus_voters") == 3);
  cluster.bench.crash(0, DiskMode::kept);
  cluster.run(25s);
  CHECK(cluster.bench.metric("consensus_voters") == 3);  // of those that live
  CHECK(cluster.bench.metric("rings_proposed") >= 2);    // the first one, and one without the failed node
  CHECK(cluster.bench.agreed());
  cluster.bench.restart(0);
  cluster.run(10s);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("consensus_leaders") == 1);
}

TEST_CASE("the log changes the number of copies for all") {
  SwimCluster cluster(6, agreed({"new_replicas=5", "new_replicas_at=10s"}));
  cluster.run(3s);
  const WriteId before = cluster.write(0, "k");
  const auto puts = [&] { return cluster.bench.tally().sent.at("put"); };
  const std::size_t first = puts();
  CHECK(first >= 2);
  CHECK(first <= 3);  // R = 3, of which the node that is asked may be one
  cluster.run(15s);
  const std::size_t between = puts();
  const WriteId after = cluster.write(0, "k");
  CHECK(puts() - between >= 4);
  CHECK(after != before);
  for (NodeId node = 0; node < 6; ++node) CHECK(cluster.read(node, "k") == std::set<WriteId>{after});
}

TEST_CASE("a cluster that comes up with all disks lost begins again from a snapshot: entries, log and ring") {
  SwimCluster cluster(4, agreed({"backup_interval=5s"}));
  cluster.run(3s);
  const WriteId plain = cluster.write(1, "k");
  const WriteId critical = cluster.bench.call(2, "increment", "c", "1");
  cluster.run(4s);
  CHECK(cluster.bench.metric("backups_taken") == 1);
  const WriteId late = cluster.write(1, "late");
  for (NodeId node = 0; node < 4; ++node) cluster.bench.crash(node, DiskMode::lost);
  for (NodeId node = 0; node < 4; ++node) cluster.bench.restart(node);
  cluster.run(10s);
  CHECK(cluster.bench.metric("backups_restored") == 4);
  CHECK(cluster.read(3, "k") == std::set<WriteId>{plain});
  CHECK(cluster.read(3, "late").empty());
  cluster.bench.invoke(0, "read", OperationKind::read, "c", "");
  cluster.run(1s);
  CHECK(cluster.bench.seen(cluster.bench.last_operation()) == std::vector<WriteId>{critical});
  CHECK(cluster.bench.agreed());
  CHECK(late > critical);
  for (int turn = 0; turn < 2; ++turn)  // sessions of their own: nothing is taken for what was before
    for (NodeId node = 0; node < 4; ++node) {
      const double repeated = cluster.bench.metric("consensus_repeated_commands");
      cluster.bench.call(node, "increment", "d", "1");
      cluster.run(1s);
      CHECK(cluster.bench.outcome(cluster.bench.last_operation()) == Outcome::ok);
      CHECK(cluster.bench.metric("consensus_repeated_commands") == repeated);
    }
}
