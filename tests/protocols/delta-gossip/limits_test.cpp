// What becomes of values that a limit, an open breaker or a digest keeps from being sent.
#include <catch2/catch.hpp>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {

TEST_CASE("what a digest shows its sender to hold is not pushed to it any more, all of it") {
  Cluster cluster(2, bare + Words{"synchronous=true", "interval=30s", "anti_entropy_interval=10s"});
  for (int i = 0; i < 40; ++i) cluster.write(0);
  cluster.rounds(29, 1s);
  REQUIRE(cluster.bench.applied(1).size() == 40);
  cluster.rounds(10, 1s);
  CHECK(cluster.sent("gossip") == 0);
}

TEST_CASE("fan-out 0 is all neighbours, however many") {
  Cluster cluster(80, bare + Words{"synchronous=true"});
  const WriteId write = cluster.write(0);
  cluster.rounds(1);
  for (NodeId node = 0; node < 80; ++node) CHECK(cluster.holds(node, write));
}

TEST_CASE("values past their time-to-live leave the buffer, delivered or not") {
  Cluster cluster(2, bare + Words{"rumour=off", "ttl=1s", "buffer_limit=3"});
  const std::vector<Filter> cut{{.from = {}, .to = 1, .kind = ""}};
  for (OpId op = 0; op < 4; ++op) {
    cluster.write(0);
    CHECK(cluster.bench.outcome(op) == (op < 3 ? Outcome::ok : Outcome::rejected));
  }
  cluster.rounds_without(12, cut);
  cluster.write(0);
  CHECK(cluster.bench.outcome(4) == Outcome::ok);
}

TEST_CASE("acknowledgements that travel with values leave these less room in a message") {
  // A message has 13 bytes of headers and 5 of body; each value takes 14 and itself.
  Cluster cluster(2, bare + Words{"synchronous=true", "rumour=off", "ack_delay=10s", "retry_delay=60s",
                                  "retry_max_delay=60s", "batch_bytes=86B"});
  cluster.write(0);
  cluster.rounds(1);
  for (int i = 0; i < 4; ++i) cluster.bench.write(1, "k", "v", 20);
  cluster.rounds(1);
  CHECK(cluster.said("1 sends 0: gossip") == 3);  // one value and what is owed, then two, then one
  CHECK(cluster.bench.applied(0).size() == 5);
}

TEST_CASE("full states: a peer that lost its memory is listened to from the start") {
  Cluster cluster(2, {"payload=full", "storage=memory"});
  for (int i = 0; i < 3; ++i) cluster.write(1);
  cluster.rounds(3);
  REQUIRE(cluster.bench.applied(0).size() == 3);
  cluster.bench.crash(1, DiskMode::kept);
  cluster.bench.restart(1);
  const WriteId fresh = cluster.write(1);
  cluster.rounds(5);
  CHECK(cluster.holds(0, fresh));
  CHECK(cluster.bench.agreed());
}

TEST_CASE("what the rate does not let through waits for a neighbour, and is dropped for a node drawn by chance") {
  for (const bool drawn : {false, true}) {
    Cluster cluster(2, flooding + Words{"rate_limit=1/s", drawn ? "eager_fanout=1" : "eager_fanout=0"});
    for (int i = 0; i < 3; ++i) cluster.write(0);
    cluster.rounds(50);
    CHECK(cluster.bench.applied(1).size() == (drawn ? 1 : 3));
  }
}

TEST_CASE("what an open breaker holds back is not sent once it closes") {
  Cluster cluster(2, flooding + Words{"breaker_failures=1", "max_attempts=1", "retry_delay=100ms", "breaker_reset=5s"});
  const WriteId lost = cluster.write(0);
  cluster.rounds_without(2, {{.from = {}, .to = 1, .kind = ""}});
  REQUIRE(cluster.bench.metric("breaker_openings") == 1);
  const WriteId held_back = cluster.write(0);
  cluster.rounds(60);
  const WriteId later = cluster.write(0);
  cluster.rounds(5);
  CHECK(cluster.holds(1, later));
  CHECK_FALSE(cluster.holds(1, held_back));
  CHECK_FALSE(cluster.holds(1, lost));
}

}  // namespace hearsay::bench
