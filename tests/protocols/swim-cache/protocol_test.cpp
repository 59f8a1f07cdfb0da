// The claims of the document about the whole, on the bench.
#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/swim-cache/info.hpp"
#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

using Words = std::vector<std::string>;
using namespace std::chrono_literals;

struct Cluster : ProtocolBench {
  Cluster(std::uint32_t nodes, const Words& words) : ProtocolBench("swim-cache", nodes, words) {}
  void run(Duration time) {
    for (Duration passed{}; passed < time; passed += 50ms) {
      bench.advance(50ms);
      bench.settle();
    }
  }
};

}  // namespace

TEST_CASE("Event-Driven Architecture: an event that any node publishes comes to all, once each") {
  for (const char* membership : {"membership=swim", "membership=oracle"}) {
    Cluster cluster(10, {membership});
    cluster.run(500ms);
    for (NodeId node = 0; node < 10; ++node) {
      const std::string number = std::to_string(node);
      cluster.bench.write(node, "b" + number, number);
    }
    cluster.run(10s);
    for (NodeId node = 0; node < 10; ++node) CHECK(cluster.bench.applied(node).size() == 10);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("events_delivered") == 100);
  }
}

TEST_CASE("Health status aggregation: a query collects the answers of the nodes that gossip reaches in time") {
  Cluster cluster(8, {"health_interval=10s"});
  cluster.run(25s);
  CHECK(cluster.bench.metric("queries") >= 2);
  CHECK(cluster.bench.metric("query_answers") >= 0.9 * 8 * cluster.bench.metric("queries"));
  CHECK(cluster.bench.metric("unhealthy_answers") == 0);
}

TEST_CASE("Automatic cluster joining via seed nodes: a joiner is in every ring, and hears of earlier events") {
  for (const bool replay : {true, false}) {
    Cluster cluster(4, {replay ? "replay_on_join=true" : "replay_on_join=false"});
    cluster.bench.write(0, "b0", "0");
    cluster.run(3s);
    const NodeId joiner = cluster.bench.join();
    cluster.run(5s);
    CHECK(cluster.bench.applied(joiner).size() == (replay ? 1U : 0U));
    CHECK(cluster.bench.agreed() == replay);
  }
}

TEST_CASE("Automatic rebalancing on topology changes: a joiner gets the entries that it owns, no more are moved") {
  Cluster cluster(5, {"replicas=2", "write_quorum=2"});
  for (int i = 0; i < 60; ++i) cluster.bench.write(static_cast<NodeId>(i % 5), "key" + std::to_string(i), "v");
  cluster.bench.settle();
  const NodeId joiner = cluster.bench.join();
  cluster.run(12s);
  CHECK(cluster.bench.applied(joiner).size() > 8);  // 60 x 2 / 6 = 20 on average
  CHECK(cluster.bench.applied(joiner).size() < 35);
  CHECK(cluster.bench.metric("keys_moved") == cluster.bench.metric("keys_moved_needed"));
  for (int i = 0; i < 60; ++i) cluster.bench.read(static_cast<NodeId>(i % 6), "key" + std::to_string(i));
  cluster.bench.settle();
  CHECK(cluster.bench.metric("hits") == 60);
}

TEST_CASE("Serf's failure detection and departure take members out of every ring") {
  for (const bool leaves : {true, false}) {
    Cluster cluster(6, {});
    cluster.run(2s);
    if (leaves)
      cluster.bench.leave(4);
    else
      cluster.bench.crash(4, DiskMode::kept);
    cluster.run(40s);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("ring_changes") == 5);
    CHECK((cluster.bench.metric("suspicions") == 0) == leaves);
  }
}

}  // namespace hearsay::bench
