// HyParView: views heal after crashes, joins and departures, and parameters that contradict each other are refused.
#include <catch2/catch.hpp>

#include "tests/protocols/plumtree/cluster.hpp"

namespace hearsay::bench {

TEST_CASE("most nodes die at once, and the others are connected again within two cycles") {
  for (const NodeId survivors : {90U, 50U, 20U}) {
    PlumtreeCluster cluster(100, {"shuffle_interval=1s", "neighbour_timeout=50ms"});  // crashed hosts are silent
    cluster.run(1s, 5);
    for (NodeId dead = survivors; dead < 100; ++dead) cluster.kill(dead);
    cluster.run(50ms, 40);
    CHECK(cluster.bench.metric("isolated") == 0);
    const std::size_t redundant = cluster.bench.tally().redundant;
    cluster.broadcast(0);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.tally().redundant > redundant);  // new links are eager until they are pruned
  }
}

TEST_CASE("active views are full except where parity forbids it, and never larger than they may be") {
  PlumtreeCluster cluster(80, {"shuffle_interval=1s"});
  cluster.run(1s, 10);
  CHECK(cluster.bench.metric("active_links") <= 80 * 5);
  CHECK(cluster.bench.metric("active_links") >= 80 * 5 * 0.95);
  CHECK(cluster.bench.metric("passive_links") <= 80 * 30);
  CHECK(cluster.bench.metric("passive_links") >= 80 * 29);
}

TEST_CASE("who joins, leaves or comes back gets the next broadcast") {
  PlumtreeCluster cluster(20, {"shuffle_interval=1s"});
  cluster.broadcast(0);
  const NodeId fresh = cluster.bench.join();
  cluster.bench.leave(4);
  cluster.kill(9);
  cluster.bench.restart(9);
  cluster.run(1s, 3);
  cluster.broadcast(fresh);
  cluster.broadcast(9);
  for (const NodeId node : {0U, 9U, fresh}) {
    CHECK(cluster.bench.applied(node).contains(1));
    CHECK(cluster.bench.applied(node).contains(2));
  }
  CHECK_FALSE(cluster.bench.applied(fresh).contains(0));  // the papers repair nothing that was before
}

TEST_CASE("with `exchange` they get what was before, too") {
  PlumtreeCluster cluster(20, {"shuffle_interval=1s", "exchange=true"});
  cluster.broadcast(0);
  const NodeId fresh = cluster.bench.join();
  cluster.kill(9);
  cluster.bench.restart(9);
  cluster.run(100ms, 30);
  CHECK(cluster.bench.applied(fresh).contains(0));
  CHECK(cluster.bench.applied(9).contains(0));
  CHECK(cluster.bench.agreed());
}

TEST_CASE("an overlay that forms by joins is as connected as one that stands") {
  PlumtreeCluster cluster(60, {"bootstrap=join", "join_within=5s", "shuffle_interval=1s"});
  cluster.run(1s, 15);
  CHECK(cluster.bench.metric("isolated") == 0);
  CHECK(cluster.bench.metric("active_links") >= 60 * 5 * 0.9);
  cluster.broadcast(0);
  CHECK(cluster.bench.agreed());
}

TEST_CASE("parameters that contradict each other are refused at the one to change") {
  CHECK(blamed("plumtree", {}).empty());
  CHECK(blamed("plumtree", {"prwl=7"}) == "prwl");
  CHECK(blamed("plumtree", {"prwl=6"}).empty());
  CHECK(blamed("plumtree", {"tree=false", "optimisation_threshold=3"}) == "optimisation_threshold");
  CHECK(blamed("plumtree", {"tree=true", "optimisation_threshold=3"}).empty());
}

TEST_CASE("links that are gone are counted as gone at once, eager ones too") {
  PlumtreeCluster cluster(2, {"shuffle_interval=1000s"});
  REQUIRE(cluster.bench.metric("eager_links") == 2);
  cluster.bench.break_connections(0, 1, ConnectionError::reset);
  CHECK(cluster.bench.metric("eager_links") == 0);
  CHECK(cluster.bench.metric("active_links") == 0);
}

TEST_CASE("a node that lost its neighbours joins again only if it has nobody left to ask") {
  PlumtreeCluster cluster(30, {"shuffle_interval=1000s"});
  for (NodeId other = 1; other < 30; ++other) cluster.bench.break_connections(0, other, ConnectionError::reset);
  cluster.bench.advance(50ms);  // what it asks of its passive view is still on its way
  CHECK(cluster.sent("join") == 0);
  CHECK(cluster.sent("neighbour") > 0);

  PlumtreeCluster pair(2, {"shuffle_interval=5ms"});
  pair.bench.break_connections(0, 1, ConnectionError::reset);
  pair.bench.advance(19ms);
  CHECK(pair.sent("join") == 0);
  pair.bench.advance(1ms);
  CHECK(pair.sent("join") == 2);
  pair.run(5ms, 10);
  CHECK(pair.bench.metric("active_links") == 2);
  CHECK(pair.sent("join") == 2);
}

TEST_CASE("a neighbour that closes the link lives: it stays known, and is asked again") {
  PlumtreeCluster cluster(4, {"shuffle_interval=1000s"});
  REQUIRE(cluster.bench.metric("active_links") == 12);
  cluster.bench.break_connections(0, 1, ConnectionError::closed);
  CHECK(cluster.bench.metric("active_links") == 10);
  cluster.run(10ms, 5);
  CHECK(cluster.bench.metric("active_links") == 12);
}

TEST_CASE("who refuses a connection becomes no link") {
  PlumtreeCluster cluster(20, {"shuffle_interval=1s", "neighbour_timeout=50ms"});
  for (const NodeId dead : {3U, 4U, 5U}) cluster.kill(dead);
  for (int i = 0; i < 20; ++i) {
    for (const NodeId dead : {3U, 4U, 5U})
      for (NodeId other = 0; other < 20; ++other)
        cluster.bench.break_connections(other, dead, ConnectionError::refused);
    cluster.run(50ms, 1);
  }
  CHECK(cluster.bench.metric("eager_links") == cluster.bench.metric("active_links"));
}

TEST_CASE("a node with room asks as many servers in a cycle as its passive view could hold, one at least") {
  PlumtreeCluster cluster(
      3, {"shuffle_interval=1s", "passive_view=1", "shuffle_ttl=1", "shuffle_active=0", "shuffle_passive=0"});
  cluster.bench.break_connections(0, 1, ConnectionError::reset);
  CHECK(cluster.bench.metric("active_links") == 4);
  cluster.run(100ms, 25);
  CHECK(cluster.bench.metric("active_links") == 6);
}

}  // namespace hearsay::bench
