// What "Multi-Node Broadcast Implementation Analysis" says about the present state, and what it asks for, claim by
// claim.
#include <catch2/catch.hpp>

#include "protocols/delta-gossip/info.hpp"
#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {
namespace {

const Words present = {"payload=full", "storage=memory"};

const EdgeList ring5{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}};

}  // namespace

// --- Correctness Issues

TEST_CASE("nodes continuously receive and re-process the same gossip messages (Correctness Issues 1)") {
  Cluster full(4, present);
  full.write(0);
  full.rounds(5);
  REQUIRE(full.bench.agreed());
  const std::size_t redundant = full.bench.tally().redundant;
  full.rounds(10);
  CHECK(full.bench.tally().redundant == redundant + 10 * 4 * 3);
  CHECK(full.sent("ack") == 0);

  Cluster delta(4, bare + Words{"rumour=off"});
  delta.write(0);
  delta.rounds(5);
  REQUIRE(delta.bench.agreed());
  const std::size_t sent = delta.sent();
  delta.rounds(10);
  CHECK(delta.sent() == sent);
}

TEST_CASE("sends ALL messages to ALL peers every 100ms (Correctness Issues 2)") {
  for (const std::uint32_t n : {2U, 5U}) {
    Cluster cluster(n, present);
    for (int i = 0; i < 7; ++i) cluster.write(static_cast<NodeId>(i) % n);
    cluster.rounds(3);
    const double before = cluster.bench.metric("elements_sent");
    cluster.rounds(10);
    CHECK(cluster.sent("full_state") == 13 * n * (n - 1));
    CHECK(cluster.bench.metric("elements_sent") - before == 10 * 7 * n * (n - 1));
  }
}

TEST_CASE("network traffic of full states grows with writes times peers, that of deltas with writes alone (Issues 2)") {
  // Bytes a node and second where every node writes once a second, all to all: messages of n values to n - 1 peers.
  const auto bytes_per_node = [](const Words& words, std::uint32_t n) {
    Cluster cluster(n, words);
    for (NodeId node = 0; node < n; ++node) cluster.write(node);
    cluster.rounds(10);
    CHECK(cluster.bench.agreed());
    return static_cast<double>(cluster.bench.tally().bytes) / n;
  };
  const double full = bytes_per_node(present, 20) / bytes_per_node(present, 5);
  const Words tree = bare + Words{"rumour=off", "fanout=1"};
  const double delta = bytes_per_node(tree, 20) / bytes_per_node(tree, 5);
  CHECK(full > 12);
  CHECK(delta < 8);
}

TEST_CASE("the peer list is fixed after initialization: no resilience to node failures (Correctness Issues 3)") {
  for (const bool dynamic : {false, true}) {
    // On a ring, two failed nodes cut off the one between them.
    Cluster cluster(
        5, {"storage=memory", "fanout=0", "anti_entropy_interval=0s", dynamic ? "overlay=dynamic" : "overlay=static"},
        1, ring5);
    cluster.bench.crash(1, DiskMode::kept);
    cluster.bench.crash(3, DiskMode::kept);
    cluster.write(2);  // who tries to tell its neighbours finds out that they have failed
    cluster.write(0);
    cluster.rounds(60);
    const WriteId late = cluster.write(0);
    cluster.rounds(60);
    CHECK(cluster.bench.metric("failures_detected") >= 2);
    CHECK((cluster.bench.metric("neighbours_replaced") > 0) == dynamic);
    CHECK(cluster.bench.agreed() == dynamic);
    CHECK(cluster.holds(2, late) == dynamic);
  }
}

TEST_CASE("lost messages with no recovery (Correctness Issues 4), and with acknowledgements and retries") {
  for (const bool acknowledged : {false, true}) {
    Cluster cluster(2, bare + Words{"rumour=off", acknowledged ? "acknowledgements=true" : "acknowledgements=false"});
    const WriteId write = cluster.write(0);
    cluster.bench.advance(100ms);
    cluster.bench.drop({});
    cluster.rounds(30);
    CHECK(cluster.holds(1, write) == acknowledged);
    CHECK(cluster.bench.metric("retries") == (acknowledged ? 1 : 0));
  }
}

// --- Production-Level Improvements

TEST_CASE("send only new/unseen messages in gossip rounds (Improvements 1): each value once to each peer") {
  Cluster cluster(2, bare + Words{"rumour=off"});
  for (int i = 0; i < 50; ++i) {
    cluster.write(static_cast<NodeId>(i % 2));
    cluster.rounds(1, 37ms);
  }
  cluster.rounds(5);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("elements_sent") == 50);
  CHECK(cluster.bench.metric("elements_redundant") == 0);
}

TEST_CASE("anti-entropy sessions for eventual consistency (Improvements 1): what nobody pushes any more is repaired") {
  for (const char* digest : {"digest=version-vector", "digest=ranges"}) {
    Cluster cluster(3, bare + Words{"max_attempts=1", "anti_entropy_interval=1s", digest});
    for (int i = 0; i < 40; ++i) {
      cluster.write(static_cast<NodeId>(i % 3));
      cluster.bench.advance(20ms);
      cluster.bench.drop({.from = 0, .to = {}, .kind = "gossip"});
      cluster.bench.drop({.from = {}, .to = 1, .kind = "gossip"});
      cluster.bench.deliver({});
    }
    CHECK_FALSE(cluster.bench.agreed());
    cluster.rounds(80);
    CHECK(cluster.bench.agreed());
    for (NodeId node = 0; node < 3; ++node) CHECK(cluster.bench.applied(node).size() == 40);
    CHECK(cluster.bench.metric("elements_repaired") > 0);
  }
}

TEST_CASE("detect node failures, and take back who returns (Improvements 2)") {
  Cluster cluster(4, {"storage=memory", "fanout=0", "failure_detection=heartbeats"}, 1,
                  {{0, 1}, {1, 2}, {2, 3}, {3, 0}});
  cluster.rounds(20);
  CHECK(cluster.bench.metric("failures_detected") == 0);
  cluster.bench.crash(1, DiskMode::kept);
  cluster.rounds(80);
  CHECK(cluster.bench.metric("failures_detected") == 2);
  CHECK(cluster.said("holds 1 dead") == 2);
  cluster.bench.restart(1);
  cluster.rounds(30);
  CHECK(cluster.said("holds 1 alive") == 2);
  CHECK(cluster.bench.metric("neighbours_returned") == 2);
  const WriteId write = cluster.write(1);
  cluster.rounds(10);
  for (NodeId node = 0; node < 4; ++node) CHECK(cluster.holds(node, write));
}

TEST_CASE("of many failed neighbours 16 are probed at a time, and in the long run each") {
  Cluster cluster(21, {"storage=memory", "fanout=0", "anti_entropy_interval=0s", "failure_after=1"});
  const std::vector<Filter> cut{{.from = 0, .to = {}, .kind = ""}};
  cluster.write(0);
  cluster.rounds_without(10, cut);  // nobody has acknowledged it
  CHECK(cluster.said("0 holds ") == 20);
  CHECK(cluster.sent("hello") == 0);
  cluster.rounds_without(10, cut);
  CHECK(cluster.sent("hello") == 16);
  cluster.rounds_without(300, cut);
  for (NodeId node = 1; node <= 20; ++node)
    CHECK(cluster.said("0 sends " + std::to_string(node) + ": hello are you there?") > 0);
}

TEST_CASE("dynamic peer discovery (Improvements 2): who joins gets what there was, and what comes later") {
  Cluster cluster(3, {"fanout=0", "anti_entropy_interval=0s"});
  const WriteId before = cluster.write(0);
  cluster.rounds(10);
  const NodeId late = cluster.bench.join();
  cluster.bench.settle();
  const WriteId after = cluster.write(1);
  cluster.rounds(10);
  CHECK(cluster.holds(late, before));
  CHECK(cluster.holds(late, after));
  CHECK(cluster.bench.metric("peers_discovered") == 3);
}

TEST_CASE(
    "graceful handling of network partitions (Improvements 2): both halves agree again by the sessions that end it") {
  Cluster cluster(4, {"storage=memory", "fanout=0", "anti_entropy_interval=0s"});
  const std::vector<Filter> cut = [] {
    std::vector<Filter> filters;
    for (const NodeId a : {0, 1})
      for (const NodeId b : {2, 3}) {
        filters.push_back({.from = a, .to = b, .kind = ""});
        filters.push_back({.from = b, .to = a, .kind = ""});
      }
    return filters;
  }();
  for (NodeId node = 0; node < 4; ++node) cluster.write(node);
  cluster.rounds_without(100, cut);
  cluster.write(0);
  cluster.write(3);
  cluster.rounds_without(100, cut);
  CHECK_FALSE(cluster.bench.agreed());
  CHECK(cluster.bench.metric("failures_detected") > 0);
  cluster.rounds(30);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.applied(0).size() == 6);
}

TEST_CASE("rate limiting (Improvements 3): a peer gets so many messages a second, in bursts of a second's worth") {
  for (const char* by : {"eager", "rounds"}) {
    const Words words = by == std::string("eager") ? flooding : bare + Words{"interval=10ms"};
    Cluster cluster(2, words + Words{"rate_limit=5/s"});
    for (int i = 0; i < 300; ++i) {
      cluster.write(0);
      cluster.rounds(1, 10ms);
    }
    INFO(by);
    CHECK(cluster.sent("gossip") <= 5 + 3 * 5);
    CHECK(cluster.sent("gossip") >= 3 * 5);
    CHECK(cluster.bench.metric("rate_limited") > 0);
    cluster.rounds(10);
    CHECK(cluster.bench.agreed());
  }
}

TEST_CASE("questions without values take nothing of a peer's rate") {
  Cluster cluster(2, bare + Words{"spread=push-pull", "rate_limit=1/s"});
  cluster.rounds(25);
  CHECK(cluster.sent("gossip") == 2 * 25);
  const WriteId write = cluster.write(0);
  cluster.rounds(1);
  CHECK(cluster.holds(1, write));
}

TEST_CASE("adaptive batch sizes (Improvements 3): by 16 up with each timely acknowledgement, halved without one") {
  Cluster cluster(2, bare + Words{"adaptive_batch=true", "batch_limit=100", "synchronous=true"});
  const auto largest_of = [&cluster](int writes) {
    for (int i = 0; i < writes; ++i) cluster.write(0);
    const double before = cluster.bench.metric("elements_sent");
    cluster.rounds(1);
    return cluster.bench.metric("elements_sent") - before;
  };
  CHECK(largest_of(1000) == 16);
  for (const double expected : {32, 48, 64, 80, 96, 100, 100}) CHECK(largest_of(0) == expected);
  cluster.bench.advance(100ms);
  cluster.bench.drop({});
  cluster.bench.advance(500ms);  // the first wait is over: 100 were not acknowledged in time
  cluster.bench.drop({});
  CHECK(cluster.said("sends 1: gossip") > 8);
}

TEST_CASE("a fixed 100 ms interval, or one that adapts: shorter with news, longer without (Improvements 3)") {
  const auto digests = [](const Words& words, bool news) {
    Cluster cluster(2, bare + Words{"spread=pull", "rumour=off", "interval_min=50ms", "interval_max=1s"} + words);
    for (int step = 0; step < 1000; ++step) {
      if (news) cluster.write(static_cast<NodeId>(step % 2));
      cluster.rounds(1, 10ms);
    }
    return cluster.sent("digest");
  };
  CHECK(digests({}, true) == 2 * 100);
  CHECK(digests({}, false) == 2 * 100);
  CHECK(digests({"adaptive_interval=true"}, true) == Approx(2 * 200).margin(4));
  CHECK(digests({"adaptive_interval=true"}, false) < 2 * 20);
}

TEST_CASE("circuit breaker for persistently failing peers (Improvements 3): what is not sent is repaired later") {
  double sent[2];
  for (const bool breaker : {false, true}) {
    Cluster cluster(3, bare + Words{"max_attempts=2", breaker ? "breaker_failures=3" : "breaker_failures=0",
                                    "anti_entropy_interval=2s"});
    for (int i = 0; i < 100; ++i) {
      cluster.write(0);
      cluster.rounds_without(1, {{.from = {}, .to = 2, .kind = ""}});
    }
    sent[breaker ? 1 : 0] = static_cast<double>(cluster.sent("gossip"));
    CHECK((cluster.bench.metric("breaker_openings") > 0) == breaker);
    cluster.rounds(200);
    CHECK(cluster.bench.agreed());
  }
  CHECK(sent[1] < 0.6 * sent[0]);
}

TEST_CASE(
    "back-pressure (Improvements 3): writes are rejected while the buffer is full, and none that was accepted is "
    "lost") {
  Cluster cluster(3, bare + Words{"rumour=off", "buffer_limit=5"});
  std::vector<WriteId> accepted;
  std::size_t rejected = 0;
  for (OpId op = 0; op < 40; ++op) {
    const WriteId write = cluster.write(0);
    if (cluster.bench.outcome(op) == Outcome::ok)
      accepted.push_back(write);
    else
      ++rejected;
    if (op % 10 == 9) cluster.rounds(1);
  }
  cluster.rounds(5);
  CHECK(accepted.size() == 4 * 5);
  CHECK(cluster.bench.metric("rejected_back_pressure") == rejected);
  CHECK(cluster.bench.metric("buffer_high_water") == 5);
  for (const WriteId write : accepted)
    for (NodeId node = 0; node < 3; ++node) CHECK(cluster.holds(node, write));
}

TEST_CASE("fire and forget holds nothing back: what was sent counts as held, and leaves the buffer") {
  for (const Words& words : {flooding, bare + Words{"rumour=off"}, bare + Words{"rumour=blind"}}) {
    Cluster cluster(3, words + Words{"acknowledgements=false", "buffer_limit=5"});
    for (OpId op = 0; op < 50; ++op) {
      cluster.write(0);
      cluster.rounds(3);
      CHECK(cluster.bench.outcome(op) == Outcome::ok);
    }
    CHECK(cluster.bench.agreed());
  }
}

TEST_CASE(
    "exponential backoff for retries (Improvements 5): each wait up to twice the one before, never above the limit") {
  Cluster cluster(2, bare + Words{"max_attempts=7", "retry_delay=1s", "retry_max_delay=4s"});
  cluster.write(0);
  std::vector<int> at;  // in steps of 10 ms
  for (int step = 0; step < 4000; ++step) {
    cluster.bench.advance(10ms);
    if (cluster.bench.in_flight() > 0) {
      at.push_back(step);
      cluster.bench.drop({});
    }
  }
  REQUIRE(at.size() == 7);
  CHECK(at[1] - at[0] == Approx(100).margin(1));
  const int longest[] = {0, 100, 200, 400, 400, 400, 400};
  for (std::size_t i = 2; i < at.size(); ++i) {
    CHECK(at[i] - at[i - 1] <= longest[i] + 1);
    CHECK(at[i] - at[i - 1] >= longest[i] / 2 - 1);
  }
  CHECK(cluster.bench.metric("retries") == 6);
  CHECK(cluster.bench.metric("given_up") == 1);
}

TEST_CASE("persistent storage during node restarts (Improvements 5), for each state of the disk") {
  for (const char* storage : {"storage=disk", "storage=memory"}) {
    for (const DiskMode mode : {DiskMode::kept, DiskMode::unsynced_lost, DiskMode::lost}) {
      Cluster cluster(1, {storage});
      const WriteId write = cluster.write(0);
      cluster.bench.crash(0, mode);
      cluster.bench.restart(0);
      CHECK(cluster.holds(0, write) == (storage == std::string("storage=disk") && mode != DiskMode::lost));
    }
  }
}

TEST_CASE("message ordering guarantees (Improvements 5): fifo shows each writer's values in the order of writing") {
  for (const bool fifo : {false, true}) {
    bool ordered = true;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      RandomStream random(seed, "orders");
      Cluster cluster(2, flooding + Words{fifo ? "ordering=fifo" : "ordering=none"}, seed);
      for (int i = 0; i < 10; ++i) cluster.write(0);
      while (cluster.bench.in_flight() > 0) {
        cluster.bench.deliver({.from = {}, .to = {}, .kind = "", .at_most = 1, .newest_first = random.chance(0.5)});
        const auto& applied = cluster.bench.applied(1);
        if (!applied.empty()) ordered &= *applied.rbegin() + 1 == applied.size();  // writes are numbered from 0
      }
      CHECK(cluster.bench.agreed());
    }
    CHECK(ordered == fifo);
  }
}

TEST_CASE("the same seed and script give the same transcript") {
  const auto run = [] {
    Cluster cluster(4, {"eager=true", "sign=true", "forged=20%", "failure_detection=heartbeats"});
    for (int i = 0; i < 20; ++i) {
      cluster.write(static_cast<NodeId>(i % 4));
      cluster.bench.advance(150ms);
      cluster.bench.drop({.from = 1, .to = {}, .kind = "gossip"});
      cluster.bench.deliver({});
    }
    return cluster.transcript.str();
  };
  CHECK(run() == run());
}

}  // namespace hearsay::bench
