// Deleted keys and how long they are remembered, and values that expire.
#include <catch2/catch.hpp>

#include "tests/protocols/swim-cache/cluster.hpp"

namespace hearsay::bench {
namespace {

using namespace std::chrono_literals;
using Writes = std::set<WriteId>;

}  // namespace

TEST_CASE("a deleted key is a miss everywhere, whichever node is asked") {
  SwimCluster cluster(5, {});
  cluster.write(0, "k");
  const WriteId erased = cluster.erase(3, "k");
  for (NodeId node = 0; node < 5; ++node) CHECK(cluster.read(node, "k") == Writes{erased});
  CHECK(cluster.bench.metric("misses") == 5);
  CHECK(cluster.bench.metric("hits") == 0);
}

TEST_CASE("a deletion is forgotten after tombstone_ttl, on every owner, and never without one") {
  for (const bool forgets : {true, false}) {
    SwimCluster cluster(3, {forgets ? "tombstone_ttl=10s" : "tombstone_ttl=0s"});
    cluster.write(0, "k");
    cluster.erase(0, "k");
    cluster.run(9s);
    CHECK(cluster.bench.metric("tombstones_reclaimed") == 0);
    cluster.run(3s);
    CHECK(cluster.bench.metric("tombstones_reclaimed") == (forgets ? 3 : 0));
    CHECK(cluster.read(1, "k") == (forgets ? Writes{} : Writes{1}));
  }
}

TEST_CASE("a key that was deleted and written again stays") {
  for (const char* conflict : {"conflict=hybrid-time", "conflict=siblings"}) {
    SwimCluster cluster(3, {"tombstone_ttl=5s", conflict});
    cluster.write(0, "k");
    cluster.read(0, "k");
    cluster.erase(0, "k");
    cluster.read(0, "k");
    const WriteId again = cluster.write(0, "k");
    cluster.run(12s);
    CHECK(cluster.read(1, "k") == Writes{again});
  }
}

// Cassandra's gc_grace_seconds: the trade-off that every store with tombstones has.
TEST_CASE(
    "an owner that was away for longer than tombstone_ttl brings a deleted value back; one away for less does not") {
  for (const char* conflict : {"conflict=hybrid-time", "conflict=siblings"})
    for (const bool longer : {true, false}) {
      SwimCluster cluster(3, {longer ? "tombstone_ttl=5s" : "tombstone_ttl=120s", conflict, "hint_interval=60s"});
      const WriteId written = cluster.write(0, "k");
      cluster.run(1s);
      cluster.bench.crash(2, DiskMode::kept);
      cluster.read(0, "k");
      const WriteId erased = cluster.erase(0, "k");
      cluster.run(30s);
      cluster.bench.restart(2);
      cluster.run(30s);
      for (NodeId node = 0; node < 3; ++node)
        CHECK(cluster.read(node, "k") == (longer ? Writes{written} : Writes{erased}));
    }
}

TEST_CASE("the file does not bring a deletion back whose time is over") {
  SwimCluster cluster(1, {"tombstone_ttl=5s", "replicas=1", "write_quorum=1", "read_quorum=1"});
  cluster.write(0, "k");
  cluster.erase(0, "k");
  cluster.bench.crash(0, DiskMode::kept);
  cluster.bench.advance(10s);
  cluster.bench.restart(0);
  cluster.run(1s);
  CHECK(cluster.read(0, "k").empty());
  CHECK(cluster.bench.metric("tombstones_reclaimed") == 1);
}

TEST_CASE("with siblings each value expires by itself, and a value whose time is over is not replaced by anybody") {
  SwimCluster cluster(1, {"ttl=5s", "conflict=siblings", "replicas=1", "write_quorum=1", "read_quorum=1"});
  cluster.write(0, "k");
  cluster.bench.advance(3s);
  cluster.bench.client();
  cluster.write(0, "k");
  CHECK(cluster.read(0, "k") == Writes{0, 1});
  const SessionPtr reader = cluster.bench.carried();
  cluster.bench.advance(3s);  // the first one's time is over, but nobody has looked
  cluster.bench.client(reader);
  cluster.write(0, "k");
  CHECK(cluster.transcript.str().find("replaced w1 by w2") != std::string::npos);
  CHECK(cluster.transcript.str().find("replaced w0") == std::string::npos);
  CHECK(cluster.read(0, "k") == Writes{2});
}

}  // namespace hearsay::bench
