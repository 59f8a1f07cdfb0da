// The replicated cache on the bench ("Phase 2A: Replication-Aware Persistence", "Phase 2C: Partition Tolerance").
#include <catch2/catch.hpp>
#include <sstream>

#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

using Words = std::vector<std::string>;
using namespace std::chrono_literals;

struct Cluster : ProtocolBench {
  Cluster(std::uint32_t nodes, const Words& words) : ProtocolBench("swim-cache", nodes, words) {}
  std::size_t holders(WriteId write, std::uint32_t nodes) const {
    std::size_t count = 0;
    for (NodeId node = 0; node < nodes; ++node) count += bench.applied(node).count(write);
    return count;
  }
};

}  // namespace

TEST_CASE("a write through any node comes to exactly R owners and is read through any other") {
  for (const char* replicas : {"1", "2", "3", "5"}) {
    Cluster cluster(6, {std::string("replicas=") + replicas, "write_quorum=1", "read_quorum=1"});
    for (NodeId node = 0; node < 6; ++node) {
      const WriteId write = cluster.bench.write(node, "key" + std::to_string(node), "v");
      cluster.bench.settle();
      CHECK(cluster.holders(write, 6) == static_cast<std::size_t>(std::stoi(replicas)));
      cluster.bench.read((node + 1) % 6, "key" + std::to_string(node));
      cluster.bench.settle();
    }
    CHECK(cluster.bench.metric("hits") == 6);
    CHECK(cluster.bench.metric("misses") == 0);
    CHECK(cluster.bench.metric("wrong_owner") == 0);
  }
}

TEST_CASE("a write waits for W owners and fails without them") {
  Cluster cluster(3, {"replicas=3", "write_quorum=3"});
  cluster.bench.crash(2, DiskMode::kept);
  cluster.bench.write(0, "k", "v");
  cluster.bench.settle();
  cluster.bench.advance(1100ms);
  CHECK(cluster.bench.outcome(0) == Outcome::failed);
  CHECK(cluster.bench.metric("no_quorum") == 1);
  CHECK(cluster.bench.metric("hints_kept") == 1);
}

TEST_CASE("a read of a key that nobody wrote is a miss") {
  Cluster cluster(3, {});
  cluster.bench.read(1, "nothing");
  cluster.bench.settle();
  CHECK(cluster.bench.metric("misses") == 1);
}

TEST_CASE("a bounded cache evicts the least recently used entry") {
  Cluster cluster(1, {"replicas=1", "write_quorum=1", "read_quorum=1", "max_entries=2"});
  for (const char* key : {"a", "b"}) cluster.bench.write(0, key, "v");
  cluster.bench.read(0, "a");
  cluster.bench.write(0, "c", "v");
  cluster.bench.read(0, "a");
  cluster.bench.read(0, "b");
  CHECK(cluster.bench.metric("evicted") == 1);
  CHECK(cluster.bench.metric("hits") == 2);
  CHECK(cluster.bench.metric("misses") == 1);
}

TEST_CASE("an entry expires after its time-to-live") {
  Cluster cluster(1, {"replicas=1", "write_quorum=1", "read_quorum=1", "ttl=2s"});
  cluster.bench.write(0, "a", "v");
  cluster.bench.advance(1s);
  cluster.bench.read(0, "a");
  cluster.bench.advance(1s);
  cluster.bench.read(0, "a");
  CHECK(cluster.bench.metric("hits") == 1);
  CHECK(cluster.bench.metric("misses") == 1);
  CHECK(cluster.bench.metric("expired") == 1);
}

TEST_CASE("the append-only file brings a node's entries back; without it they are gone") {
  for (const bool file : {true, false}) {
    Cluster cluster(1,
                    {"replicas=1", "write_quorum=1", "read_quorum=1", file ? "persistence=aof" : "persistence=memory"});
    cluster.bench.write(0, "a", "1");
    cluster.bench.write(0, "a", "2");
    cluster.bench.crash(0, DiskMode::unsynced_lost);
    cluster.bench.restart(0);
    CHECK(cluster.bench.applied(0) == (file ? std::set<WriteId>{1} : std::set<WriteId>{}));
  }
}

TEST_CASE("read repair sends the newest version to an owner that lacks it, unless it is off") {
  for (const bool repairs : {true, false}) {
    Cluster cluster(3, {"replicas=3", "write_quorum=1", "hinted_handoff=false", "anti_entropy_interval=0s",
                        repairs ? "read_repair=true" : "read_repair=false"});
    cluster.bench.break_connections(0, 2, ConnectionError::timed_out);
    const WriteId write = cluster.bench.write(0, "k", "v");
    cluster.bench.deliver({.from = 0, .to = 1, .kind = ""});
    cluster.bench.deliver({.from = 0, .to = 1, .kind = ""});
    CHECK(cluster.holders(write, 3) == 2);
    cluster.bench.break_connections(0, 2, ConnectionError::timed_out);
    cluster.bench.read(1, "k");
    cluster.bench.settle();
    CHECK(cluster.holders(write, 3) == (repairs ? 3 : 2));
    CHECK((cluster.bench.metric("read_repairs") >= 1) == repairs);
  }
}

TEST_CASE(
    "stamps of one coordinator are unique and ascend: of writes in one instant, or with a clock set back, the last "
    "wins") {
  Cluster cluster(3, {"conflict=wall-clock"});
  WriteId last = 0;
  for (int i = 0; i < 10; ++i) last = cluster.bench.write(0, "k", "v" + std::to_string(i));
  cluster.bench.settle();
  cluster.bench.read(1, "k");
  cluster.bench.settle();
  CHECK(cluster.bench.seen(cluster.bench.last_operation()) == std::vector<WriteId>{last});
  cluster.bench.advance(10s);
  cluster.bench.write(0, "k", "after ten seconds");
  cluster.bench.settle();
  cluster.bench.skew(0, -5s);
  last = cluster.bench.write(0, "k", "with a clock set back");
  cluster.bench.settle();
  cluster.bench.read(2, "k");
  cluster.bench.settle();
  CHECK(cluster.bench.seen(cluster.bench.last_operation()) == std::vector<WriteId>{last});
}

TEST_CASE("the phases of the document: one copy; three with quorums; and hints for an owner that is away") {
  for (const auto& [phase, copies, hints] :
       {std::tuple("phase=1", 1U, 0), std::tuple("phase=2A", 3U, 0), std::tuple("phase=2C", 3U, 1)}) {
    Cluster cluster(3, {phase});
    const WriteId write = cluster.bench.write(0, "k", "v");
    cluster.bench.settle();
    CHECK(cluster.holders(write, 3) == copies);
    cluster.bench.crash(2, DiskMode::kept);
    if (copies == 1) continue;
    cluster.bench.write(0, "k", "w");
    cluster.bench.settle();
    cluster.bench.advance(1100ms);
    CHECK(cluster.bench.metric("hints_kept") == hints);
  }
}

}  // namespace hearsay::bench
