// Message counts of Plumtree against closed forms: a stable tree takes n - 1 payloads, and each link that is not in it
// one announcement a broadcast, or two that cross.
#include <catch2/catch.hpp>

#include "tests/protocols/plumtree/cluster.hpp"

namespace hearsay::bench {
namespace {

const Words quiet{"shuffle_interval=1000s"};

}  // namespace

TEST_CASE("after the first broadcast each takes n - 1 payloads, from whatever node, and the eager links are a tree") {
  for (const std::uint32_t nodes : {2U, 5U, 20U, 100U, 400U}) {
    PlumtreeCluster cluster(nodes, quiet);
    cluster.broadcast(0);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("eager_links") == 2 * (nodes - 1));
    for (const NodeId writer : {0U, nodes / 2, nodes - 1}) {
      const std::size_t before = cluster.sent("gossip"), pruned = cluster.sent("prune");
      cluster.broadcast(writer);
      CHECK(cluster.bench.agreed());
      CHECK(cluster.sent("gossip") - before == nodes - 1);
      CHECK(cluster.sent("prune") == pruned);
      CHECK(cluster.sent("graft") == 0);
    }
  }
}

TEST_CASE("the first broadcast floods: one payload per direction of a link, except to where it came from") {
  for (const std::uint32_t nodes : {5U, 20U, 100U}) {
    PlumtreeCluster cluster(nodes, quiet);
    const auto ends = static_cast<std::size_t>(cluster.bench.metric("active_links"));
    cluster.broadcast(0);
    CHECK(cluster.sent("gossip") == ends - (nodes - 1));
    CHECK(cluster.sent("prune") == ends - 2 * (nodes - 1));
    CHECK(cluster.bench.metric("relative_message_redundancy") ==
          Approx(static_cast<double>(ends - 2 * (nodes - 1)) / (nodes - 1)));
  }
}

TEST_CASE("a lazy link carries one announcement a broadcast, or two that cross") {
  PlumtreeCluster cluster(100, quiet);
  cluster.broadcast(0);
  const auto lazy_ends =
      static_cast<std::size_t>(cluster.bench.metric("active_links") - cluster.bench.metric("eager_links"));
  const auto before = static_cast<std::size_t>(cluster.bench.metric("announcements"));
  cluster.broadcast(0);
  const auto announced = static_cast<std::size_t>(cluster.bench.metric("announcements")) - before;
  CHECK(announced >= lazy_ends / 2);
  CHECK(announced <= lazy_ends);
}

TEST_CASE("hops along the tree are those of the first broadcast, which the flood made shortest") {
  PlumtreeCluster cluster(100, quiet), flood(100, {"shuffle_interval=1000s", "tree=false"});
  for (PlumtreeCluster* one : {&cluster, &flood}) {
    one->broadcast(3);
    one->broadcast(3);
  }
  CHECK(cluster.bench.metric("mean_hops") == flood.bench.metric("mean_hops"));
  CHECK(cluster.bench.metric("last_delivery_hop") == flood.bench.metric("last_delivery_hop"));
}

TEST_CASE("an optimisation threshold shortens a tree that serves writers far from its root") {
  const auto last_hop = [](const Words& words) {
    PlumtreeCluster cluster(200, words);
    for (int i = 0; i < 8; ++i) cluster.broadcast(i % 2 == 0 ? 0 : 111);
    CHECK(cluster.bench.agreed());
    return cluster.bench.metric("mean_hops");
  };
  CHECK(last_hop({"shuffle_interval=1000s"}) >= last_hop({"shuffle_interval=1000s", "optimisation_threshold=2"}));
}

TEST_CASE("a broken tree is repaired by grafts: the broadcast under way and those after it reach everyone") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    PlumtreeCluster cluster(60, quiet, seed);
    cluster.broadcast(0);
    for (const NodeId dead : {7U, 19U, 23U, 42U}) cluster.kill(dead);
    cluster.broadcast(0);
    cluster.run(100ms, 20);
    CHECK(cluster.bench.agreed());
    cluster.broadcast(1);
    cluster.run(100ms, 20);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("isolated") == 0);
  }
}

}  // namespace hearsay::bench
