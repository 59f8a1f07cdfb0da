// Memory, disk, security, network and clocks: what a parameter turns on, and what it costs.
#include <catch2/catch.hpp>

#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {

// --- memory (Production-Level Improvements 7)

TEST_CASE("unbounded growth of message storage, and a time-to-live that ends it (Improvements 7)") {
  for (const bool limited : {false, true}) {
    Cluster cluster(3, {"storage=memory", "fanout=0", limited ? "ttl=1s" : "ttl=0s"});
    for (int i = 0; i < 100; ++i) {
      cluster.write(static_cast<NodeId>(i % 3));
      cluster.rounds(1);
    }
    CHECK(cluster.bench.metric("state_high_water") == Approx(limited ? 11 : 100).margin(limited ? 1 : 0));
    cluster.rounds(20);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("expired") == (limited ? 300 : 0));
  }
}

TEST_CASE("who hears late of a value that is past its time-to-live does not keep it") {
  // 1 writes something younger than what it gets late: the older one goes first all the same.
  Cluster cluster(2, bare + Words{"ttl=3s", "anti_entropy_interval=1s", "max_attempts=1"});
  const std::vector<Filter> cut{{.from = 0, .to = {}, .kind = ""}, {.from = 1, .to = {}, .kind = ""}};
  cluster.write(0);
  cluster.rounds_without(15, cut);
  cluster.write(1);
  cluster.rounds_without(3, cut);
  cluster.rounds(11, 110ms);  // at 3.01 s
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("expired") == 2);
  cluster.rounds(20);
  CHECK(cluster.bench.metric("expired") == 4);
}

TEST_CASE("dropped values are not asked for again, with ranges of ids either") {
  for (const char* digest : {"digest=version-vector", "digest=ranges"}) {
    Cluster cluster(3, bare + Words{"ttl=500ms", "anti_entropy_interval=1s", "max_attempts=1", digest});
    for (int i = 0; i < 10; ++i) {
      cluster.write(static_cast<NodeId>(i % 3));
      cluster.rounds_without(1, {{.from = 0, .to = {}, .kind = "gossip"}});
    }
    cluster.rounds(60);
    CHECK(cluster.bench.agreed());
    const std::size_t repairs = cluster.sent("repair");
    CHECK(repairs > 0);
    cluster.rounds(60);
    CHECK(cluster.sent("repair") == repairs);
  }
}

TEST_CASE("memory limits: a full node rejects writes, or evicts the value that arrived first (Improvements 7)") {
  Cluster reject(2, bare + Words{"memory_limit=3"});
  Cluster evict(2, bare + Words{"memory_limit=3", "memory_full=evict"});
  for (OpId op = 0; op < 8; ++op) {
    reject.write(0);
    evict.write(0);
    CHECK(reject.bench.outcome(op) == (op < 3 ? Outcome::ok : Outcome::rejected));
    CHECK(evict.bench.outcome(op) == Outcome::ok);
  }
  reject.rounds(5);
  evict.rounds(5);
  CHECK(reject.bench.metric("rejected_full") == 5);
  CHECK(reject.bench.metric("state_high_water") == 3);
  CHECK(evict.bench.metric("evicted") >= 5);
  CHECK(evict.bench.agreed());
  reject.bench.read(1, "");
  evict.bench.read(1, "");
  CHECK(reject.said("ok w0 w1 w2\n") == 1);
  CHECK(evict.said("ok w5 w6 w7\n") == 1);
}

TEST_CASE("a node that comes back from its disk keeps its memory limit, and drops what has expired meanwhile") {
  Cluster cluster(1, {"memory_limit=3", "ttl=2s"});
  for (int i = 0; i < 6; ++i) {
    cluster.write(0);
    cluster.bench.advance(700ms);
  }
  cluster.bench.crash(0, DiskMode::kept);
  cluster.bench.restart(0);
  cluster.bench.read(0, "");
  CHECK(cluster.said("ok w4 w5\n") == 1);  // written at 2.8 s and 3.5 s, and it is 4.2 s
  CHECK(cluster.bench.metric("evicted") == 0);
}

TEST_CASE("the log on the disk is rewritten once most of it is dropped values, and loses nothing by it") {
  Cluster cluster(1, {"memory_limit=3", "memory_full=evict"});
  for (int i = 0; i < 500; ++i) cluster.write(0);
  cluster.bench.crash(0, DiskMode::unsynced_lost);
  cluster.bench.restart(0);
  cluster.bench.read(0, "");
  CHECK(cluster.said("ok w497 w498 w499\n") == 1);
}

TEST_CASE("fifo: a value that was dropped everywhere holds back none of those that its writer wrote after it") {
  Cluster cluster(2, bare + Words{"ordering=fifo", "ttl=1s", "max_attempts=1", "anti_entropy_interval=5s"});
  cluster.write(0);
  cluster.rounds_without(8, {{.from = {}, .to = 1, .kind = ""}});
  cluster.rounds(4);  // it has expired
  const WriteId next = cluster.write(0);
  cluster.rounds(1);
  CHECK_FALSE(cluster.holds(1, next));
  cluster.bench.crash(0, DiskMode::kept);  // what it remembers of its own is gone: it begins a new stream
  cluster.bench.restart(0);
  const WriteId last = cluster.write(0);
  cluster.rounds(2);
  CHECK(cluster.holds(1, last));

  Cluster other(2, bare + Words{"ordering=fifo", "ttl=1s", "max_attempts=1", "anti_entropy_interval=200ms"});
  other.write(0);
  other.rounds_without(12, {{.from = {}, .to = 1, .kind = ""}});
  const WriteId shown = other.write(0);
  other.rounds(5);
  CHECK(other.holds(1, shown));
}

TEST_CASE("a value is synced to disk before any message acknowledges it") {
  for (const char* spread : {"spread=push", "spread=push-pull", "echo=true"}) {
    Cluster cluster(4,
                    Words{"fanout=0", spread} + (spread == std::string("echo=true") ? Words{"eager=true"} : Words{}));
    for (int i = 0; i < 20; ++i) {
      cluster.write(static_cast<NodeId>(i % 4));
      cluster.rounds(1, 30ms);
    }
    std::istringstream lines(cluster.transcript.str());
    std::map<char, bool> synced;  // by node, the third character of what a node does
    std::size_t acknowledged = 0;
    for (std::string text; std::getline(lines, text);) {
      if (!text.starts_with("  ")) continue;
      if (text.find(" applied ") != std::string::npos) synced[text[2]] = false;
      if (text.find(" syncs ") != std::string::npos) synced[text[2]] = true;
      if (text.find(" sends ") == std::string::npos || text.find("ack ") == std::string::npos) continue;
      ++acknowledged;
      INFO(spread << text);
      CHECK(synced[text[2]]);
    }
    CHECK(acknowledged > 20);
  }
}

// --- security (Production-Level Improvements 6)

TEST_CASE("message signing and verification (Improvements 6): forgeries are dropped and counted, or else believed") {
  for (const bool sign : {false, true}) {
    Cluster cluster(3, {"storage=memory", "fanout=0", "forged=50%", sign ? "sign=true" : "sign=false"});
    for (int i = 0; i < 30; ++i) {
      cluster.bench.write(static_cast<NodeId>(i % 3), "k", "a value that somebody changes");
      cluster.rounds(1);
    }
    cluster.rounds(100);
    CHECK(cluster.bench.agreed() == sign);
    CHECK((cluster.bench.metric("forged_dropped") > 0) == sign);
    CHECK((cluster.bench.metric("forged_accepted") > 0) == !sign);
  }
}

TEST_CASE("a signature takes bytes in every message, and processor time at both ends") {
  std::size_t bytes[2];
  for (const bool sign : {false, true}) {
    const Words dear{"sign=true", "signature_size=100B", "sign_cpu=1ms", "verify_cpu=3ms"};
    Cluster cluster(2, bare + (sign ? dear : Words{}));
    cluster.write(0);
    cluster.rounds(3);
    REQUIRE(cluster.sent() == 2);
    bytes[sign ? 1 : 0] = cluster.bench.tally().bytes;
    CHECK(cluster.said("computes 1ms") == (sign ? 2 : 0));
    CHECK(cluster.said("computes 3ms") == (sign ? 2 : 0));
  }
  CHECK(bytes[1] == bytes[0] + 2 * 100);
}

TEST_CASE("corrupt messages are recognised by checksum or signature; without both, garbage is believed") {
  for (const auto& [words, believed] :
       {std::pair(Words{}, false), std::pair(Words{"checksum=false", "sign=true"}, false),
        std::pair(Words{"checksum=false"}, true)}) {
    Cluster cluster(2, bare + words);
    cluster.bench.write(0, "k", "value");
    cluster.bench.advance(100ms);
    cluster.bench.corrupt({.from = 0, .to = 1, .kind = ""}, 0x0000'0005'0000'0000);
    cluster.rounds(20);
    CHECK(cluster.bench.agreed() == !believed);
    CHECK(cluster.said("discards a corrupt message") == (believed ? 0 : 1));
  }
}

TEST_CASE("membership by a shared list (Improvements 6): messages of others are dropped and counted") {
  Cluster cluster(2, bare + Words{"membership=list"});
  cluster.bench.join();
  cluster.write(2);
  cluster.rounds(10);
  CHECK(cluster.bench.applied(0).empty());
  CHECK(cluster.bench.applied(1).empty());
  CHECK(cluster.bench.metric("unauthorised_dropped") > 0);
  CHECK(cluster.bench.metric("peers_discovered") == 0);
}

TEST_CASE("input validation (Improvements 6): larger values are rejected") {
  Cluster cluster(2, bare + Words{"max_value_size=10B"});
  cluster.bench.write(0, "k", "v", 10);
  cluster.bench.write(0, "k", "v", 11);
  CHECK(cluster.bench.outcome(0) == Outcome::ok);
  CHECK(cluster.bench.outcome(1) == Outcome::rejected);
  CHECK(cluster.bench.metric("invalid_rejected") == 1);
}

// --- network (Production-Level Improvements 8)

TEST_CASE("message compression for large payloads (Improvements 8): fewer bytes, for processor time at both ends") {
  std::size_t bytes[2];
  for (const bool compress : {false, true}) {
    const Words packed{"compression=25%", "compression_cpu=1ms"};
    Cluster cluster(2, flooding + Words{"acknowledgements=false"} + (compress ? packed : Words{}));
    cluster.bench.write(0, "k", "v", 4096);
    cluster.bench.settle();
    REQUIRE(cluster.sent() == 1);
    bytes[compress ? 1 : 0] = cluster.bench.tally().bytes;
    CHECK(cluster.said("0 computes") == (compress ? 1 : 0));
    CHECK(cluster.said("1 computes") == (compress ? 1 : 0));
  }
  // 13 bytes of headers; the body is 5 bytes, and 14 with each value.
  CHECK(bytes[0] == 13 + 5 + 14 + 4096);
  CHECK(bytes[1] == 13 + (5 + 14 + 4096 + 3) / 4);
}

TEST_CASE("batch message sending to reduce network overhead (Improvements 8): a window gathers what is forwarded") {
  std::size_t messages[2];
  for (const bool window : {false, true}) {
    Cluster cluster(4, flooding + Words{"acknowledgements=false", window ? "batch_window=50ms" : "batch_window=0s"}, 1,
                    {{0, 1}, {1, 2}, {2, 3}});
    for (int i = 0; i < 20; ++i) {
      cluster.write(0);
      cluster.rounds(1, 10ms);
    }
    cluster.rounds(20);
    CHECK(cluster.bench.agreed());
    messages[window ? 1 : 0] = cluster.sent("gossip");
  }
  CHECK(messages[0] == 20 * 3);
  CHECK(messages[1] == 4 * 3);
}

TEST_CASE("connection pooling and reuse (Improvements 8): one connection per pair, or one per message") {
  for (const bool pooled : {true, false}) {
    Cluster cluster(
        3, flooding + Words{"acknowledgements=false", pooled ? "transport=stream" : "transport=stream-per-message"});
    for (int i = 0; i < 10; ++i) {
      cluster.write(0);
      cluster.rounds(1);
    }
    CHECK(cluster.bench.agreed());
    CHECK(cluster.said(" dials ") == (pooled ? 4 : 40));  // 1 and 2 tell each other at the same time
  }
}

TEST_CASE("pacing: after a message to each of m neighbours, eager forwarding pauses m times as long") {
  Cluster cluster(4, flooding + Words{"acknowledgements=false", "pacing=10ms"}, 1, {{0, 1}, {0, 2}, {0, 3}});
  cluster.write(0);
  CHECK(cluster.bench.in_flight() == 3);
  cluster.write(0);
  cluster.bench.advance(29ms);
  CHECK(cluster.bench.in_flight() == 3);
  cluster.bench.advance(1ms);
  CHECK(cluster.bench.in_flight() == 6);
}

TEST_CASE("acknowledgements that wait travel with the next message to the peer") {
  Cluster cluster(2, bare + Words{"spread=push", "ack_delay=200ms", "synchronous=true"});
  for (int i = 0; i < 20; ++i) {
    cluster.write(static_cast<NodeId>(i % 2));
    cluster.rounds(1);
  }
  cluster.rounds(10);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.sent("gossip") == 20);
  CHECK(cluster.sent("ack") <= 2);
  CHECK(cluster.bench.metric("retries") == 0);
}

// --- incarnations, neighbours that leave, clocks

TEST_CASE("what a restarted node writes is new, whatever became of its disk") {
  for (const DiskMode mode : {DiskMode::kept, DiskMode::unsynced_lost, DiskMode::lost}) {
    Cluster cluster(3, {"fanout=0", "anti_entropy_interval=1s"});
    for (int life = 0; life < 5; ++life) {
      cluster.write(1);
      cluster.rounds(30);
      cluster.bench.crash(1, mode);
      cluster.rounds(2);
      cluster.bench.restart(1);
    }
    cluster.rounds(60);
    CHECK(cluster.bench.agreed());
    for (NodeId node = 0; node < 3; ++node) CHECK(cluster.bench.applied(node).size() == 5);
  }
}

TEST_CASE("when a node leaves, its neighbours stay connected and none of them takes it for a neighbour again") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Cluster cluster(5, {"storage=memory", "fanout=0", "anti_entropy_interval=0s"}, seed,
                    {{0, 1}, {1, 2}, {2, 3}, {3, 4}});
    const WriteId last = cluster.write(2);
    cluster.bench.leave(2);
    cluster.bench.settle();
    const std::size_t to_it = cluster.said("sends 2:");
    const WriteId later = cluster.write(0);
    cluster.rounds(60);
    CHECK(cluster.bench.agreed());
    for (const NodeId node : {0, 1, 3, 4}) {
      CHECK(cluster.holds(node, last));
      CHECK(cluster.holds(node, later));
    }
    CHECK(cluster.said("sends 2:") == to_it);
  }
}

TEST_CASE("clocks that are wrong by hours change neither what is agreed on nor any count") {
  Cluster cluster(3, {"storage=memory", "fanout=0", "synchronous=true", "breaker_failures=3", "rate_limit=20/s"});
  cluster.bench.skew(1, 3600s);
  cluster.bench.skew(2, -3600s);
  for (int i = 0; i < 12; ++i) {
    cluster.write(static_cast<NodeId>(i % 3));
    cluster.rounds(3);
  }
  cluster.rounds(50);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("last_useful_round") < 1e6);
}

TEST_CASE("every metric has a description") {
  for (const auto& metric : gossip::metric_table()) CHECK(metric.meaning.size() > 10);
}

}  // namespace hearsay::bench
