// What a node knows of its peers, and when it forgets them.
#include "protocols/delta-gossip/peers.hpp"

#include <catch2/catch.hpp>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::gossip {
namespace {

using namespace std::chrono_literals;

const Time long_after{1h};

bool nothing_matters(const Peer&) { return false; }

}  // namespace

TEST_CASE("a peer is found until it is forgotten, and peers are visited in the order of first contact") {
  const Params params;
  Peers peers(params);
  CHECK(peers.find(3) == nullptr);
  for (NodeId id = 100; id > 0; --id) peers.add(id, 0);
  CHECK(peers.find(3)->id == 3);
  peers.find(3)->heard = peers.find(8)->heard = long_after;
  peers.forget(long_after, nothing_matters);
  CHECK(peers.find(4) == nullptr);
  std::vector<NodeId> order;
  peers.each([&order](const Peer& peer) { order.push_back(peer.id); });
  CHECK(order == std::vector<NodeId>{8, 3});
  CHECK(peers.find(3)->heard == long_after);
}

TEST_CASE("peers that matter are kept: heard of lately, with messages on their way, silent, or for another reason") {
  const Params params;
  Peers peers(params);
  peers.add(0, 0).heard = long_after - params.retry_delay;
  peers.add(1, 0).in_flight.insert(7);
  peers.add(2, 0).unanswered = 1;
  peers.add(3, 0).known.insert(5);
  peers.add(4, 0);
  peers.forget(long_after, [](const Peer& peer) { return peer.known.contains(5); });
  for (NodeId id = 0; id < 4; ++id) CHECK(peers.find(id) != nullptr);
  CHECK(peers.find(4) == nullptr);
}

TEST_CASE("a peer is not forgotten before the last repetition of a message to it is over") {
  Params params;
  params.retry_delay = 1s;
  params.retry_max_delay = 10s;
  params.max_attempts = 3;
  Peers peers(params);
  peers.add(0, 0).heard = Time(5s);
  peers.forget(Time(35s), nothing_matters);
  CHECK(peers.find(0) != nullptr);
  peers.forget(Time(36s), nothing_matters);
  CHECK(peers.find(0) == nullptr);
}

TEST_CASE("flow control that has learnt something of a peer keeps it") {
  Params params;
  params.rate_limit = 0.001;
  params.breaker_failures = 2;
  Peers peers(params);
  peers.add(0, 0).extras->backlog.push_back(1);
  peers.add(1, 0).extras->breaker->failed();
  peers.find(1)->extras->breaker->failed();
  peers.add(2, 0).extras->rate_limit->take(long_after);
  peers.add(3, 0);
  peers.forget(long_after, nothing_matters);
  for (NodeId id = 0; id < 3; ++id) CHECK(peers.find(id) != nullptr);
  CHECK(peers.find(3) == nullptr);
}

TEST_CASE("numbers of messages to a peer that was forgotten go on, so that none is taken for an old one") {
  const Params params;
  Peers peers(params);
  peers.add(0, 0).last_sent = 41;
  peers.add(1, 0).last_sent = 7;
  peers.forget(long_after, nothing_matters);
  CHECK(peers.add(1, 0).last_sent == 41);
}

TEST_CASE("a node forgets peers only once it knows many, and then has room for as many again") {
  const Params params;
  Peers peers(params);
  for (NodeId id = 0; id < 63; ++id) peers.add(id, 0).heard = long_after;
  CHECK_FALSE(peers.are_many());
  peers.add(63, 0).heard = long_after;
  CHECK(peers.are_many());
  peers.forget(long_after, nothing_matters);
  CHECK_FALSE(peers.are_many());
  for (NodeId id = 64; id < 127; ++id) peers.add(id, 0);
  CHECK_FALSE(peers.are_many());
  peers.add(127, 0);
  CHECK(peers.are_many());
}

}  // namespace hearsay::gossip

namespace hearsay::bench {

TEST_CASE("values written long after a node was last heard of reach it, though all have forgotten each other") {
  Cluster cluster(
      100, {"storage=memory", "anti_entropy_interval=0s", "rumour_k=12", "retry_max_delay=500ms", "max_attempts=2"});
  for (int write = 0; write < 20; ++write) cluster.write(static_cast<NodeId>(write));
  cluster.rounds(20);
  CHECK(cluster.bench.agreed());
  cluster.rounds(50);  // nobody has anything to say
  for (int write = 0; write < 20; ++write) cluster.write(static_cast<NodeId>(write));
  cluster.rounds(20);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("duplicates_suppressed") == 0);
}

}  // namespace hearsay::bench
