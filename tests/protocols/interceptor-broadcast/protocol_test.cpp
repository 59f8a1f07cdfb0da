#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/interceptor-broadcast/info.hpp"
#include "sim/core/random.hpp"
#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

using Words = std::vector<std::string>;

struct Cluster : ProtocolBench {
  Cluster(std::uint32_t nodes, const Words& words, std::uint64_t seed = 1)
      : ProtocolBench("interceptor-broadcast", nodes, words, seed) {}
};

// Delivers in random order until nothing moves, with time standing still.
void shuffle_deliver(Bench& bench, RandomStream& random, std::uint32_t nodes) {
  while (bench.in_flight() > 0) {
    Filter filter;
    filter.from = static_cast<NodeId>(random.below(nodes));
    filter.to = static_cast<NodeId>(random.below(nodes));
    filter.at_most = 1;
    filter.newest_first = random.chance(0.5);
    bench.deliver(filter);
  }
}

}  // namespace

TEST_CASE("one write on N servers takes N(N-1) requests and as many responses, N-1 of them news") {
  for (std::uint32_t n = 2; n <= 8; ++n) {
    for (const Words& words : {Words{}, Words{"ordering=causal"}, Words{"dedup_cache=lru"}, Words{"consistency=all"}}) {
      Cluster cluster(n, words);
      cluster.bench.write(0, "mykey", "myvalue");
      cluster.bench.settle();
      const Tally& tally = cluster.bench.tally();
      INFO(n);
      CHECK(tally.sent.at("write_request") == n * (n - 1));
      CHECK(tally.sent.at("write_response") == n * (n - 1));
      CHECK(tally.redundant == (n - 1) * (n - 1));
      CHECK(cluster.bench.agreed());
      CHECK(cluster.bench.outcome(0) == Outcome::ok);
      CHECK(cluster.bench.metric("calls_succeeded") == n * (n - 1));
    }
  }
}

TEST_CASE("a server alone acknowledges its writes at every consistency level") {
  for (const Words& words : {Words{}, Words{"consistency=quorum"}, Words{"consistency=all"}}) {
    Cluster cluster(1, words);
    cluster.bench.write(0, "k", "v");
    cluster.bench.write(0, "k", "v");
    CHECK(cluster.bench.outcome(0) == Outcome::ok);
    CHECK(cluster.bench.outcome(1) == Outcome::ok);
    CHECK(cluster.bench.in_flight() == 0);
  }
}

TEST_CASE("whatever order messages take, distinct keys converge and each write is applied everywhere") {
  RandomStream random(1, "orders");
  for (int round = 0; round < 50; ++round) {
    const Words words = round % 2 == 0 ? Words{} : Words{"ordering=causal"};
    Cluster cluster(4, words);
    for (int i = 0; i < 6; ++i) {
      cluster.bench.write(static_cast<NodeId>(random.below(4)), "key" + std::to_string(i), "v");
      cluster.bench.deliver({.from = {}, .to = static_cast<NodeId>(random.below(4)), .kind = "", .at_most = 2});
    }
    shuffle_deliver(cluster.bench, random, 4);
    CHECK(cluster.bench.agreed());
    for (NodeId node = 0; node < 4; ++node) CHECK(cluster.bench.applied(node).size() == 6);
    CHECK(cluster.bench.tally().sent.at("write_request") == 6 * 12);
  }
}

TEST_CASE("timestamps make concurrent writes of one key agree in every order of delivery; arrival order does not") {
  RandomStream random(2, "orders");
  int apart = 0;
  for (int round = 0; round < 50; ++round) {
    for (const char* conflict : {"conflict=timestamp", "conflict=arrival"}) {
      Cluster cluster(4, {conflict});
      for (NodeId node = 0; node < 4; ++node) cluster.bench.write(node, "k", "value" + std::to_string(node));
      shuffle_deliver(cluster.bench, random, 4);
      if (std::string(conflict) == "conflict=timestamp")
        CHECK(cluster.bench.agreed());
      else
        apart += cluster.bench.agreed() ? 0 : 1;
    }
  }
  CHECK(apart > 25);
}

TEST_CASE("retries beat a loss that the document's calls do not") {
  RandomStream random(3, "loss");
  int lost_without = 0;
  for (int round = 0; round < 20; ++round) {
    for (const bool retrying : {false, true}) {
      Cluster cluster(3, {"transport=datagram", retrying ? "retries=50" : "retries=0"},
                      static_cast<std::uint64_t>(round));
      cluster.bench.write(0, "k", "v");
      for (int step = 0; step < 120; ++step) {
        while (cluster.bench.in_flight() > 0) {
          if (random.chance(0.6))
            cluster.bench.drop({.from = {}, .to = {}, .kind = "", .at_most = 1});
          else
            cluster.bench.deliver({.from = {}, .to = {}, .kind = "", .at_most = 1});
        }
        cluster.bench.advance(std::chrono::seconds(1));
      }
      if (retrying)
        CHECK(cluster.bench.agreed());
      else
        lost_without += cluster.bench.agreed() ? 0 : 1;
    }
  }
  CHECK(lost_without > 5);
}

TEST_CASE("evictions start storms again: more requests than N(N-1) a write") {
  RandomStream random(4, "evictions");
  Cluster small(4, {"cache_size=2", "cache_evict=2"});
  for (int i = 0; i < 10; ++i) small.bench.write(static_cast<NodeId>(i % 4), "key" + std::to_string(i), "v");
  for (int i = 0; i < 2000; ++i)
    small.bench.deliver(
        {.from = {}, .to = {}, .kind = "write_request", .at_most = 1, .newest_first = random.chance(0.5)});
  CHECK(small.bench.tally().sent.at("write_request") > 10 * 12);
  CHECK(small.bench.metric("re_broadcasts") > 0);
  CHECK(small.bench.metric("hash_evictions") > 0);
}

TEST_CASE("a call that is refused is not repeated, though one that is lost is") {
  for (const bool refused : {false, true}) {
    Cluster cluster(2, {"chain=[rate_limit,broadcast]", "rate_limit=1/s", "retries=3", "transport=datagram"});
    for (int i = 0; i < 3; ++i) cluster.bench.write(1, "a", "1");  // more than 1 may let pass
    cluster.bench.drop({});
    cluster.bench.write(0, "b", "2");
    if (refused) {
      cluster.bench.deliver({.from = 0, .to = 1, .kind = "write_request_datagram"});
      cluster.bench.deliver({.from = 1, .to = 0, .kind = "write_response_datagram"});
    }
    for (int i = 0; i < 60; ++i) {
      cluster.bench.advance(std::chrono::seconds(1));
      cluster.bench.drop({});
    }
    std::size_t sent = 0;
    const std::string text = cluster.transcript.str(), words = "0 sends 1: write_request";
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++sent;
    INFO(text);
    CHECK(sent == (refused ? 1 : 4));
  }
}

TEST_CASE("what waited for an earlier write is on the disk once it is let through without that") {
  Cluster cluster(2, {"ordering=causal", "storage=disk", "causal_wait=1s", "transport=datagram"});
  cluster.bench.write(0, "a", "1");
  cluster.bench.drop({});
  const WriteId later = cluster.bench.write(0, "b", "2");
  cluster.bench.settle();
  REQUIRE_FALSE(cluster.bench.applied(1).contains(later));
  cluster.bench.advance(std::chrono::seconds(1));
  REQUIRE(cluster.bench.applied(1).contains(later));
  cluster.bench.crash(1, DiskMode::unsynced_lost);
  cluster.bench.restart(1);
  cluster.bench.read(1, "b");
  CHECK(cluster.bench.seen(cluster.bench.last_operation()) == std::vector<WriteId>{later});
}

TEST_CASE("the same seed and script give the same transcript") {
  const auto run = [] {
    Cluster cluster(4, {"transport=datagram", "retries=3", "cache_size=2", "cache_evict=1"});
    for (int i = 0; i < 5; ++i) {
      cluster.bench.write(static_cast<NodeId>(i % 4), "key" + std::to_string(i), "v");
      cluster.bench.drop({.from = 1, .to = {}, .kind = ""});
      cluster.bench.deliver({.from = 0, .to = {}, .kind = ""});
      cluster.bench.advance(std::chrono::seconds(2));
    }
    return cluster.transcript.str();
  };
  CHECK(run() == run());
}

}  // namespace hearsay::bench
