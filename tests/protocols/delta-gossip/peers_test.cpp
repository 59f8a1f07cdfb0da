// What a node knows of its peers, and when it forgets them.
#include "protocols/delta-gossip/peers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::gossip {
namespace {

using namespace std::chrono_literals;

const Time long_after{1h};

bool nothing_matters(const Peer&) { return false; }

// One of whose messages another copy may come until long after `heard`.
Peer& add_sender(Peers& peers, NodeId id, Time heard) {
  Peer& peer = peers.add(id, 0);
  peer.heard = heard;
  peer.received.insert(1);
  return peer;
}

}  // namespace

TEST_CASE("a peer is found until it is forgotten, and every one that is left is visited") {
  const Params params;
  Peers peers(params);
  CHECK(peers.find(3) == nullptr);
  for (NodeId id = 100; id > 0; --id) add_sender(peers, id, id == 3 || id == 8 ? long_after : Time{});
  CHECK(peers.find(3)->id == 3);
  peers.forget(long_after, nothing_matters);
  CHECK(peers.find(4) == nullptr);
  std::vector<NodeId> order;
  peers.each([&order](const Peer& peer) { order.push_back(peer.id); });
  std::ranges::sort(order);
  CHECK(order == std::vector<NodeId>{3, 8});
  CHECK(peers.find(3)->heard == long_after);
  CHECK(peers.find(8)->received.contains(1));
}

TEST_CASE(
    "peers that eager forwarding owes something are visited in the order of first contact, whoever is forgotten") {
  Params params;
  params.eager = true;
  Peers peers(params);
  for (NodeId id = 100; id > 0; --id) {
    add_sender(peers, id, id % 7 == 0 ? long_after : Time{});
    if (id % 2 == 0) peers.find(id)->extras()->backlog.push_back(id);
  }
  for (const NodeId id : {100U, 98U, 50U}) peers.find(id)->extras()->backlog.clear();
  peers.forget(long_after, nothing_matters);
  CHECK(peers.find(1) == nullptr);
  peers.add(1, 0).extras()->backlog.push_back(1);
  std::vector<NodeId> order;
  for (const Peer* peer : peers.with_backlog()) order.push_back(peer->id);
  std::vector<NodeId> expected;
  for (NodeId id = 96; id > 0; id -= 2)
    if (id != 50) expected.push_back(id);
  expected.push_back(1);
  CHECK(order == expected);
}

TEST_CASE("a peer is sent no value again that is on its way, in however many messages") {
  RandomStream random(1, "awaited");
  Peer peer;
  CHECK(peer.awaited() == nullptr);
  peer.side = std::make_unique<Peer::Side>();
  std::map<MessageNumber, std::vector<Index>> model;
  for (MessageNumber number = 1; number <= 300; ++number) {
    std::vector<Index> values;  // no two messages on their way have one in common
    for (Index i = 0; i < 1 + random.below(5); ++i) values.push_back(16 * number + 3 * i);
    peer.side->put(number, {{}, values, {}, 0, 1, false});
    model[number] = values;
    while (!model.empty() && random.chance(0.6)) {
      const auto done = std::next(model.begin(), static_cast<std::ptrdiff_t>(random.below(model.size())));
      REQUIRE(peer.side->take(done->first).values == done->second);
      model.erase(done);
    }
    REQUIRE(peer.has_outstanding() == !model.empty());
    if (!random.chance(0.5)) continue;  // nobody asks
    REQUIRE((peer.awaited() == nullptr) == model.empty());
    std::set<Index> all;
    for (const auto& [sent, its] : model) all.insert(its.begin(), its.end());
    for (Index index = 0; index < 16 * 302; ++index) REQUIRE(peer.awaits(index) == all.contains(index));
  }
}

TEST_CASE("peers that matter are kept: those that may repeat a message, silent ones, and for another reason") {
  const Params params;
  Peers peers(params);
  add_sender(peers, 0, long_after - params.retry_delay);
  peers.add(1, 0).unanswered = 1;
  peers.add(2, 0).known.insert(5);
  peers.add(3, 0).heard = long_after;  // of acknowledgements alone
  add_sender(peers, 4, Time{});
  peers.forget(long_after, [](const Peer& peer) { return peer.known.contains(5); });
  for (NodeId id = 0; id < 3; ++id) CHECK(peers.find(id) != nullptr);
  for (NodeId id = 3; id < 5; ++id) CHECK(peers.find(id) == nullptr);
}

TEST_CASE("heartbeats ask when a peer was heard from: it is not forgotten soon after") {
  Params params;
  params.failure_detection = Detection::heartbeats;
  Peers peers(params);
  peers.add(0, 0).heard = long_after;
  peers.forget(long_after, nothing_matters);
  CHECK(peers.find(0) != nullptr);
}

TEST_CASE("a peer is not forgotten before the last repetition of its messages is over") {
  Params params;
  params.retry_delay = 1s;
  params.retry_max_delay = 10s;
  params.max_attempts = 3;
  Peers peers(params);
  add_sender(peers, 0, Time(5s));
  peers.forget(Time(35s), nothing_matters);
  CHECK(peers.find(0) != nullptr);
  peers.forget(Time(36s), nothing_matters);
  CHECK(peers.find(0) == nullptr);
}

TEST_CASE("a peer whose repetitions could outlast any run is never forgotten") {
  Params params;
  params.retry_max_delay = forever / 2;
  params.max_attempts = 5;
  Peers peers(params);
  add_sender(peers, 0, Time{});
  peers.forget(Time(std::chrono::years(200)), nothing_matters);
  CHECK(peers.find(0) != nullptr);
}

TEST_CASE("flow control that has learnt something of a peer keeps it") {
  Params params;
  params.rate_limit = 0.001;
  params.breaker_failures = 2;
  Peers peers(params);
  peers.add(0, 0).extras()->backlog.push_back(1);
  peers.add(1, 0).extras()->breaker->failed();
  peers.find(1)->extras()->breaker->failed();
  peers.add(2, 0).extras()->rate_limit->take(long_after);
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

TEST_CASE("a node forgets peers only once it knows many, and then has room for a quarter more, or 64") {
  const Params params;
  Peers peers(params);
  NodeId next = 0;
  const auto rest_until_many = [&] {
    NodeId added = 0;
    for (; !peers.are_many(); ++added) add_sender(peers, next++, long_after);
    return added;
  };
  CHECK(rest_until_many() == 64);
  peers.forget(long_after, nothing_matters);
  CHECK(rest_until_many() == 64);
  while (next < 400) add_sender(peers, next++, long_after);
  peers.forget(long_after, nothing_matters);
  CHECK(rest_until_many() == 100);
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
