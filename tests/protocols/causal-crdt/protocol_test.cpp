// The claims of "Broadcast Model for Distributed CRDTs" (Minidote), each by its section, and what cures its limits.
#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "protocols/causal-crdt/info.hpp"
#include "sim/core/random.hpp"
#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

struct Cluster : ProtocolBench {
  std::uint32_t nodes;
  Cluster(std::uint32_t n, const Words& words, std::uint64_t seed = 1)
      : ProtocolBench("causal-crdt", n, words, seed), nodes(n) {}

  NodeId any_node(RandomStream& random) const { return static_cast<NodeId>(random.below(nodes)); }

  // A random update of one of a few objects of all types.
  void update(RandomStream& random, NodeId node) {
    const auto& info = crdt::types()[random.below(crdt::types().size())];
    const std::string method(info.methods[random.below(info.methods.size())]);
    bench.call(node, method, "bucket/" + std::string(info.name) + "/x", std::to_string(random.below(4)));
  }

  // Delivers what is in flight in random order, with time standing still.
  void shuffle_deliver(RandomStream& random, std::size_t at_most = static_cast<std::size_t>(-1)) {
    for (std::size_t i = 0; i < at_most && bench.in_flight() > 0; ++i) {
      Filter filter;
      filter.from = any_node(random);
      filter.to = any_node(random);
      filter.at_most = 1;
      filter.newest_first = random.chance(0.5);
      bench.deliver(filter);
    }
  }

  // Time goes on and everything arrives.
  void calm_down(int rounds = 20) {
    for (int i = 0; i < rounds; ++i) {
      bench.settle();
      bench.advance(500ms);
    }
    bench.settle();
  }
};

// Updates, losses, repeats and overtaking by datagram; then a calm time.
void trouble(Cluster& cluster, RandomStream& random, int updates, double loss) {
  for (int i = 0; i < updates; ++i) {
    cluster.update(random, cluster.any_node(random));
    for (int step = 0; step < 4; ++step) {
      Filter filter;
      filter.from = cluster.any_node(random);
      filter.to = cluster.any_node(random);
      filter.at_most = 1;
      filter.newest_first = random.chance(0.5);
      filter.kind = "effect_datagram";
      if (random.chance(loss)) cluster.bench.drop(filter);
      if (random.chance(0.2)) cluster.bench.duplicate(filter);
      cluster.bench.deliver(filter);
    }
  }
}

}  // namespace

TEST_CASE("Broadcast Protocol, Operation Flow: one update is one effect and one acknowledgement for each other node") {
  for (std::uint32_t n = 1; n <= 6; ++n) {
    Cluster cluster(n, {});
    cluster.bench.call(0, "increment", "bucket/pn-counter/c", "1");
    CHECK(cluster.bench.outcome(0) == Outcome::ok);  // before any other node knows
    CHECK(cluster.bench.applied(0).size() == 1);
    cluster.bench.settle();
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("effects_sent") == n - 1);
    if (n == 1) continue;
    CHECK(cluster.bench.tally().sent.at("effect") == n - 1);
    CHECK(cluster.bench.tally().sent.at("acknowledgement") == n - 1);
  }
}

TEST_CASE(
    "Consistency Guarantees, Eventual Convergence: in any order of arrival, with repeats, replicas become equal") {
  RandomStream random(1, "orders");
  for (int round = 0; round < 60; ++round) {
    const Words words = round % 3 == 0   ? Words{}
                        : round % 3 == 1 ? Words{"transport=datagram"}
                                         : Words{"transport=datagram", "clock_encoding=delta"};
    Cluster cluster(4, words, static_cast<std::uint64_t>(round));
    for (int i = 0; i < 25; ++i) {
      cluster.update(random, cluster.any_node(random));
      if (round % 3 != 0)
        cluster.bench.duplicate({.from = cluster.any_node(random), .to = {}, .kind = "", .at_most = 1});
      cluster.shuffle_deliver(random, 6);
    }
    cluster.shuffle_deliver(random);
    CHECK(cluster.bench.agreed());
    for (NodeId node = 0; node < 4; ++node) CHECK(cluster.bench.applied(node).size() == 25);
    CHECK(cluster.bench.metric("effects_blocked") == 0);
  }
}

TEST_CASE("Consistency Guarantees, Availability: a node that reaches nobody serves its clients") {
  Cluster cluster(3, {});
  for (int i = 0; i < 5; ++i) {
    cluster.bench.write(0, "k" + std::to_string(i), "v");
    cluster.bench.advance(2s);
    CHECK(cluster.bench.outcome(static_cast<OpId>(i)) == Outcome::ok);
  }
}

TEST_CASE("Fault Tolerance Model, Node Crashes: whatever was acknowledged is there after the restart") {
  RandomStream random(2, "crashes");
  for (int round = 0; round < 40; ++round) {
    const bool snapshots = round % 2 == 0;
    Cluster cluster(3, {snapshots ? "snapshot_every=3" : "snapshot_every=0"}, static_cast<std::uint64_t>(round));
    for (int i = 0; i < 15; ++i) {
      cluster.update(random, cluster.any_node(random));
      cluster.shuffle_deliver(random, 4);
    }
    const auto before = cluster.bench.applied(0);
    cluster.bench.crash(0, round % 4 < 2 ? DiskMode::kept : DiskMode::unsynced_lost);
    cluster.bench.restart(0);
    CHECK(cluster.bench.applied(0) == before);
    cluster.bench.crash(0, DiskMode::lost);
    cluster.bench.restart(0);
    CHECK(cluster.bench.applied(0).empty());
  }
}

TEST_CASE("without syncing the log a crash loses what came after the last snapshot") {
  Cluster cluster(1, {"wal_sync=false", "snapshot_every=4"});
  for (int i = 0; i < 6; ++i) cluster.bench.write(0, "k" + std::to_string(i), std::to_string(i));
  cluster.bench.crash(0, DiskMode::unsynced_lost);
  cluster.bench.restart(0);
  CHECK(cluster.bench.applied(0).size() == 4);
}

TEST_CASE("Message Loss: what the link gives up is lost for good, and blocks its origin and all that depends on it") {
  RandomStream random(3, "loss");
  int apart = 0;
  for (int round = 0; round < 20; ++round) {
    for (const bool cured : {false, true}) {
      Words words{"transport=datagram", "link_retries=0"};
      if (cured) words.push_back("anti_entropy=1s");
      Cluster cluster(3, words, static_cast<std::uint64_t>(round));
      trouble(cluster, random, 30, 0.1);
      cluster.calm_down();
      if (cured) {
        CHECK(cluster.bench.agreed());
        CHECK(cluster.bench.metric("effects_blocked") == 0);
      } else {
        apart += cluster.bench.agreed() ? 0 : 1;
        if (!cluster.bench.agreed()) CHECK(cluster.bench.metric("effects_given_up") > 0);
      }
    }
  }
  CHECK(apart > 15);
}

TEST_CASE("Link Layer: retries overcome transient failures") {
  RandomStream random(4, "transient");
  for (int round = 0; round < 20; ++round) {
    Cluster cluster(3, {"transport=datagram", "link_retries=10"}, static_cast<std::uint64_t>(round));
    trouble(cluster, random, 20, 0.3);
    cluster.calm_down(60);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("effects_given_up") == 0);
    CHECK(cluster.bench.metric("link_retries") > 0);
  }
}

TEST_CASE("anti-entropy heals every order of delivery, also none, for types that need no order") {
  RandomStream random(5, "no order");
  for (int round = 0; round < 20; ++round) {
    Cluster cluster(3, {"transport=datagram", "link_retries=0", "ordering=none", "anti_entropy=1s"},
                    static_cast<std::uint64_t>(round));
    for (int i = 0; i < 20; ++i) {
      cluster.bench.call(cluster.any_node(random), "increment", "bucket/pn-counter/c", "1");
      cluster.bench.drop({.from = cluster.any_node(random), .to = {}, .kind = "effect_datagram", .at_most = 1});
    }
    cluster.calm_down();
    CHECK(cluster.bench.agreed());
    for (NodeId node = 0; node < 3; ++node) CHECK(cluster.bench.applied(node).size() == 20);
  }
}

TEST_CASE("Design Limitations, No Bootstrap Protocol: a node that joins stays apart; with bootstrap it agrees") {
  RandomStream random(6, "join");
  for (int round = 0; round < 20; ++round) {
    for (const bool cured : {false, true}) {
      Cluster cluster(3, cured ? Words{"bootstrap=true"} : Words{}, static_cast<std::uint64_t>(round));
      for (int i = 0; i < 10; ++i) {
        cluster.update(random, cluster.any_node(random));
        cluster.shuffle_deliver(random, 4);
      }
      cluster.bench.join();
      cluster.nodes = 4;
      for (int i = 0; i < 10; ++i) {  // under load, at the new node too
        cluster.update(random, cluster.any_node(random));
        cluster.shuffle_deliver(random, 4);
      }
      cluster.calm_down(4);
      CHECK(cluster.bench.agreed() == cured);
      if (cured) CHECK(cluster.bench.applied(3).size() == 20);
    }
  }
}

TEST_CASE("a member whose part of the log is truncated elsewhere gets a whole state when bootstrap is on") {
  Cluster cluster(2, {"bootstrap=true", "anti_entropy=1s", "log_truncation=true", "snapshot_every=2"});
  for (int i = 0; i < 6; ++i) {
    cluster.bench.write(0, "k" + std::to_string(i), std::to_string(i));
    cluster.calm_down(3);
  }
  CHECK(cluster.bench.metric("log_truncated") > 0);
  const NodeId late = cluster.bench.join();
  cluster.calm_down(6);
  cluster.bench.crash(late, DiskMode::lost);
  cluster.bench.restart(late);
  cluster.calm_down(6);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.applied(late).size() == 6);
  CHECK(cluster.bench.metric("bootstraps") == 2);
}

TEST_CASE("a member that lost what it had told others of, and they have truncated, takes over a state") {
  Cluster cluster(2,
                  {"bootstrap=true", "anti_entropy=1s", "log_truncation=true", "snapshot_every=2", "wal_sync=false"});
  for (int i = 0; i < 3; ++i) {
    cluster.bench.write(0, "k", std::to_string(i));
    cluster.calm_down(3);
  }
  cluster.bench.crash(1, DiskMode::unsynced_lost);  // the third was in no snapshot
  cluster.bench.write(0, "k", "3");                 // and is in no log now
  cluster.calm_down(2);
  cluster.bench.restart(1);
  cluster.calm_down(20);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("bootstraps") == 0);  // it was no new member
}

TEST_CASE("a replica without a state gives none to others: where all have lost theirs, they wait") {
  Cluster cluster(2, {"bootstrap=true"});
  cluster.bench.write(0, "k", "v");
  cluster.calm_down(2);
  for (const NodeId node : {0, 1}) cluster.bench.crash(node, DiskMode::lost);
  for (const NodeId node : {0, 1}) cluster.bench.restart(node);
  cluster.calm_down(20);
  CHECK(cluster.bench.tally().sent.count("snapshot") == 0);
  CHECK(cluster.bench.metric("bootstraps") == 0);
}

TEST_CASE("causal stability keeps logs short: only what somebody may lack stays") {
  for (const bool truncates : {false, true}) {
    Cluster cluster(
        3, {"anti_entropy=1s", "snapshot_every=4", truncates ? "log_truncation=true" : "log_truncation=false"});
    for (int i = 0; i < 60; ++i) {
      cluster.bench.write(static_cast<NodeId>(i % 3), "k" + std::to_string(i), std::to_string(i));
      cluster.bench.settle();
      cluster.bench.advance(500ms);
      cluster.bench.settle();
    }
    CHECK(cluster.bench.agreed());
    if (truncates)
      CHECK(cluster.bench.metric("log_high_water") <= 12);
    else
      CHECK(cluster.bench.metric("log_high_water") == 60);
  }
}

TEST_CASE("Performance Characteristics: an effect's clock grows by 16 bytes with each member that has written") {
  for (std::uint32_t n = 2; n <= 8; ++n) {
    Cluster cluster(n, {});
    for (NodeId node = 0; node < n; ++node) {
      cluster.bench.write(node, "k" + std::to_string(node), std::to_string(node));
      cluster.bench.settle();
    }
    // The i-th writer knows i others: 16 (1 + 0), 16 (1 + 1), ...
    CHECK(cluster.bench.metric("clock_bytes_per_effect") == Approx(16.0 * (n + 1) / 2));
  }
}

TEST_CASE("Performance Characteristics: a read is served by its own node, without a message") {
  Cluster cluster(4, {});
  cluster.bench.call(0, "add", "bucket/aw-set/s", "x");
  cluster.bench.settle();
  const auto sent = cluster.bench.tally().sent;
  for (NodeId node = 0; node < 4; ++node) cluster.bench.read(node, "bucket/aw-set/s");
  CHECK(cluster.bench.tally().sent == sent);
  for (OpId read = 1; read <= 4; ++read) CHECK(cluster.bench.outcome(read) == Outcome::ok);
}

TEST_CASE(
    "Node Crashes: what the link had still to deliver is lost with the process; anti-entropy sends it from the log") {
  for (const bool cured : {false, true}) {
    Cluster cluster(2, cured ? Words{"anti_entropy=1s"} : Words{});
    cluster.bench.write(0, "k", "v");
    cluster.bench.crash(0, DiskMode::kept);
    cluster.bench.restart(0);
    cluster.calm_down();
    CHECK(cluster.bench.agreed() == cured);
    CHECK(cluster.bench.applied(0).size() == 1);
  }
}

TEST_CASE("delta clocks are never longer than full ones, and order as strictly") {
  RandomStream random(7, "delta");
  double full = 0, delta = 0;
  for (int round = 0; round < 20; ++round) {
    for (const bool short_clocks : {false, true}) {
      RandomStream same(static_cast<std::uint64_t>(round), "same");
      Cluster cluster(4, {short_clocks ? "clock_encoding=delta" : "clock_encoding=full", "transport=datagram"});
      for (int i = 0; i < 40; ++i) {
        cluster.update(same, cluster.any_node(same));
        cluster.shuffle_deliver(same, 6);
      }
      cluster.shuffle_deliver(same);
      CHECK(cluster.bench.agreed());
      (short_clocks ? delta : full) += cluster.bench.metric("clock_bytes");
    }
  }
  CHECK(delta < 0.8 * full);
}

TEST_CASE(
    "a session's clock makes a client wait for its own writes wherever it goes; without it it reads stale state") {
  for (const bool carries : {false, true}) {
    Cluster cluster(2, {carries ? "session_clocks=true" : "session_clocks=false"});
    cluster.bench.write(0, "k", "v");
    cluster.bench.read(1, "");
    const bool answered = cluster.transcript.str().find("answers op1 ok\n") != std::string::npos;
    CHECK(answered != carries);
    cluster.bench.settle();
    CHECK(cluster.bench.outcome(1) == Outcome::ok);
    CHECK((cluster.transcript.str().find("answers op1 ok w0") != std::string::npos) == carries);
  }
}

TEST_CASE("the same seed and script give the same transcript") {
  const auto run = [] {
    RandomStream random(8, "same");
    Cluster cluster(3, {"transport=datagram", "anti_entropy=1s", "snapshot_every=5"});
    trouble(cluster, random, 20, 0.2);
    cluster.bench.crash(1, DiskMode::kept);
    cluster.bench.restart(1);
    cluster.calm_down(4);
    return cluster.transcript.str();
  };
  CHECK(run() == run());
}

}  // namespace hearsay::bench
