// The event bus beyond the document: Serf's two clocks, limits, coalescing, acknowledgements, subscriptions.
#include <catch2/catch.hpp>

#include "tests/protocols/swim-cache/cluster.hpp"

namespace hearsay::bench {

using namespace std::chrono_literals;

TEST_CASE("queries have a clock and a buffer of their own and push no events out") {
  SwimCluster cluster(4, {"health_interval=100ms", "event_buffer=16", "query_buffer=16", "replay_on_join=true"});
  for (int i = 0; i < 10; ++i) cluster.bench.write(1, "b" + std::to_string(i), "v");
  cluster.run(10s);
  CHECK(cluster.bench.metric("queries") > 90);
  const NodeId joiner = cluster.bench.join();
  cluster.run(1s);
  CHECK(cluster.bench.applied(joiner).size() == 10);
}

TEST_CASE("what comes with a full state is not gossiped on") {
  SwimCluster cluster(3, {"replay_on_join=true", "push_pull_interval=0s", "anti_entropy_interval=0s"});
  cluster.bench.write(0, "b0", "v");
  cluster.run(5s);
  const double repeated = cluster.bench.metric("events_repeated");
  const NodeId joiner = cluster.bench.join();
  cluster.run(5s);
  CHECK(cluster.bench.applied(joiner).size() == 1);
  CHECK(cluster.bench.metric("events_repeated") == repeated + 0);
}

TEST_CASE("an event larger than the limit is refused, one at the limit is published") {
  SwimCluster cluster(3, {"user_event_size_limit=100B"});
  cluster.bench.write(0, "b0", "v", 30);
  cluster.bench.write(0, "b1", "v", 99);
  cluster.run(3s);
  CHECK(cluster.bench.outcome(0) == Outcome::ok);
  CHECK(cluster.bench.outcome(1) == Outcome::rejected);
  CHECK(cluster.bench.metric("events_too_large") == 1);
  CHECK(cluster.bench.applied(2).size() == 1);
}

TEST_CASE("a query larger than the limit is not asked, an answer larger than the limit is not sent") {
  SwimCluster large_query(3, {"health_interval=2s", "query_size_limit=100B"});
  large_query.run(7s);
  CHECK(large_query.bench.metric("queries") == 0);
  CHECK(large_query.bench.metric("queries_too_large") >= 3);
  SwimCluster large_answer(3, {"health_interval=4s", "answer_size=100B", "query_response_size_limit=100B"});
  large_answer.run(7s);
  CHECK(large_answer.bench.metric("queries") >= 1);
  CHECK(large_answer.bench.metric("query_answers") == large_answer.bench.metric("queries"));  // its own
  CHECK(large_answer.bench.metric("answers_too_large") >= 2);
}

TEST_CASE("each node that a query is for acknowledges it, once") {
  SwimCluster cluster(6, {"health_interval=8s", "query_acks=true", "groups=2", "health_group=1", "relay_factor=1"});
  cluster.run(15s);
  const double queries = cluster.bench.metric("queries");
  REQUIRE(queries >= 1);
  CHECK(cluster.bench.metric("query_acks") == 3 * queries);
  CHECK(cluster.bench.metric("query_answers") == 3 * queries);
  CHECK(cluster.bench.metric("answers_repeated") == 6 * queries);
}

TEST_CASE("events that may be coalesced: of those within the period the latest alone comes to subscribers") {
  SwimCluster cluster(3, {"user_coalesce_period=3s", "user_quiescent_period=1s"});
  cluster.run(500ms);
  for (int i = 0; i < 5; ++i) cluster.bench.write(0, "b" + std::to_string(i), "v");
  cluster.run(500ms);
  CHECK(cluster.bench.applied(2).empty());
  cluster.run(3s);
  CHECK(cluster.bench.applied(2) == std::set<WriteId>{4});
  CHECK(cluster.bench.metric("events_coalesced") == 3 * 4);
  CHECK(cluster.bench.agreed());
  cluster.bench.write(1, "b5", "v");
  cluster.run(2s);
  CHECK(cluster.bench.applied(0) == std::set<WriteId>{4, 5});
}

TEST_CASE("a steady stream of events is handed on once a period, not only when it is quiet") {
  SwimCluster cluster(2, {"user_coalesce_period=3s", "user_quiescent_period=1s"});
  for (int i = 0; i < 16; ++i) {
    cluster.bench.write(0, "b" + std::to_string(i), "v");
    cluster.run(500ms);
  }
  CHECK(cluster.bench.applied(0).size() == 2);  // after 3 s and after 6 or 6.5 s
}

TEST_CASE("changes of members that are undone within the period do not reach the ring") {
  for (const bool coalesces : {false, true}) {
    std::vector<std::string> words = {"gossip_to_the_dead=60s"};
    if (coalesces) words = {"coalesce_period=60s", "quiescent_period=30s"};
    SwimCluster cluster(3, words);
    cluster.run(1s);
    cluster.bench.crash(2, DiskMode::kept);
    cluster.run(20s);
    CHECK((cluster.bench.metric("ring_changes") > 0) == !coalesces);
    cluster.bench.restart(2);
    const double before = cluster.bench.metric("ring_changes");
    cluster.run(45s);
    if (coalesces) CHECK(cluster.bench.metric("members_coalesced") >= 2);
    CHECK((cluster.bench.metric("ring_changes") == before + (coalesces ? 2 : 4)));  // the restarted one's own ring
  }
}

TEST_CASE("nodes outside the subscribing group pass events on without getting them") {
  SwimCluster cluster(6, {"groups=2", "subscriber_group=1"});
  cluster.bench.write(0, "b0", "v");
  cluster.run(5s);
  for (NodeId node = 0; node < 6; ++node) CHECK(cluster.bench.applied(node).size() == node % 2);
  CHECK(cluster.bench.metric("events_delivered") == 3);
  CHECK(cluster.bench.metric("events_without_subscriber") == 3);
  CHECK(cluster.bench.agreed());
}

TEST_CASE("the lowest member forces failed ones out after a while") {
  SwimCluster cluster(4, {"force_leave_after=10s", "prune=true", "reconnect_interval=5s"});
  cluster.run(1s);
  cluster.bench.crash(3, DiskMode::kept);
  cluster.run(40s);
  CHECK(cluster.bench.metric("forced_departures") == 1);
  CHECK(cluster.bench.metric("members_forgotten") == 3);
}

TEST_CASE(
    "a node that restarts with a snapshot joins through members that it knew and hears what it has missed, once") {
  for (const bool snapshot : {true, false}) {
    SwimCluster cluster(5, {snapshot ? "snapshot=true" : "snapshot=false"});
    cluster.bench.write(0, "b0", "v");
    cluster.run(3s);
    REQUIRE(cluster.bench.applied(4).size() == 1);
    cluster.bench.crash(4, DiskMode::kept);
    cluster.run(1s);
    cluster.bench.write(0, "b1", "v");
    cluster.run(3s);
    cluster.bench.restart(4);
    cluster.run(5s);
    CHECK(cluster.bench.applied(4) == (snapshot ? std::set<WriteId>{1} : std::set<WriteId>{}));
    CHECK(cluster.bench.metric("rejoins_from_snapshot") == (snapshot ? 1 : 0));
  }
}

TEST_CASE("a snapshot names those that were alive last; one of them that is down is not the end") {
  SwimCluster cluster(4, {"snapshot=true", "stream_timeout=2s"});
  cluster.run(1s);
  cluster.bench.crash(3, DiskMode::kept);
  cluster.bench.crash(1, DiskMode::kept);
  cluster.bench.crash(0, DiskMode::kept);
  cluster.run(1s);
  cluster.bench.restart(3);
  cluster.run(16s);
  CHECK(cluster.bench.metric("rejoins_from_snapshot") >= 1);
  CHECK(cluster.bench.metric("rejoins_from_snapshot") <= 3);
  CHECK(cluster.bench.metric("push_pulls") >= 1);
}

}  // namespace hearsay::bench
