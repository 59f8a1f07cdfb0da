// The agent's own timers: metadata that is renewed, and an oracle in place of failure detection.
#include <catch2/catch.hpp>

#include "tests/protocols/swim-cache/cluster.hpp"

namespace hearsay::bench {

using namespace std::chrono_literals;

TEST_CASE("each member renews its metadata once per interval, from a random part of the first on") {
  SwimCluster cluster(4, {"metadata_interval=5s"});
  cluster.run(5s);
  CHECK(cluster.bench.metric("metadata_changes") == 4);
  cluster.run(15s);
  CHECK(cluster.bench.metric("metadata_changes") == 16);
}

TEST_CASE("a member that leaves does not renew its metadata any more") {
  SwimCluster cluster(2, {"metadata_interval=100ms"});
  cluster.run(2s);
  const double before = cluster.bench.metric("metadata_changes");
  cluster.bench.leave(1);
  cluster.run(400ms);
  CHECK(cluster.bench.metric("metadata_changes") - before == 4);  // of the other one
}

TEST_CASE(
    "with an oracle a node that is down is off all rings after the oracle's interval, and on them when it is up") {
  SwimCluster cluster(6, {"membership=oracle", "oracle_interval=200ms"});
  cluster.run(1s);
  CHECK(cluster.bench.metric("ring_changes") == 0);
  cluster.bench.crash(4, DiskMode::kept);
  cluster.run(250ms);
  CHECK(cluster.bench.metric("ring_changes") == 5);
  CHECK(cluster.bench.agreed());
  cluster.bench.restart(4);
  CHECK_FALSE(cluster.bench.agreed());
  cluster.run(250ms);
  CHECK(cluster.bench.agreed());
}

}  // namespace hearsay::bench
