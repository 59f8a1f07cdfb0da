// `conflict: siblings` ("Phase 2A, conflict resolution"): concurrent writes stand side by side until somebody who has
// read them writes (Preguiça et al. 2010).
#include <catch2/catch.hpp>

#include "protocols/swim-cache/entry.hpp"
#include "sim/core/random.hpp"
#include "tests/protocols/swim-cache/cluster.hpp"

namespace hearsay::bench {
namespace {

using namespace std::chrono_literals;
using Writes = std::set<WriteId>;
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("writes of clients that have not read stand side by side; the last writer would win instead") {
  for (const char* conflict : {"conflict=siblings", "conflict=hybrid-time", "conflict=wall-clock"}) {
    SwimCluster cluster(5, {conflict});
    for (NodeId node = 0; node < 4; ++node) {
      cluster.bench.client();
      cluster.write(node, "k");
      cluster.bench.advance(1ms);
    }
    const bool siblings = std::string(conflict) == "conflict=siblings";
    CHECK(cluster.read(4, "k") == (siblings ? Writes{0, 1, 2, 3} : Writes{3}));
    CHECK(cluster.bench.metric("siblings_high_water") == (siblings ? 4 : 1));
    CHECK(cluster.bench.metric("siblings_read") == (siblings ? 4 : 0));
    CHECK(cluster.bench.metric("reads_of_more") == (siblings ? 1 : 0));
  }
}

TEST_CASE("a write replaces what its client had read, and no more") {
  SwimCluster cluster(4, {"conflict=siblings"});
  cluster.bench.client();
  cluster.write(0, "k");
  cluster.bench.client();
  cluster.write(1, "k");
  CHECK(cluster.read(2, "k") == Writes{0, 1});
  const SessionPtr reader = cluster.bench.carried();
  cluster.bench.client();
  cluster.write(3, "k");  // concurrent with what the reader will write
  cluster.bench.client(reader);
  cluster.write(2, "k");
  CHECK(cluster.read(0, "k") == Writes{2, 3});
  cluster.write(0, "k");
  for (NodeId node = 0; node < 4; ++node) CHECK(cluster.read(node, "k") == Writes{4});
}

// With plain version vectors, which name servers but no single writes, each of these would either swallow the other
// client's write or never go away.
TEST_CASE("two clients that take turns through one server never see more than two siblings") {
  SwimCluster cluster(1, {"conflict=siblings", "replicas=1", "write_quorum=1", "read_quorum=1"});
  cluster.write(0, "k");
  SessionPtr clients[2];
  for (auto& client : clients) {
    cluster.bench.client();
    cluster.read(0, "k");
    client = cluster.bench.carried();
  }
  for (int turn = 0; turn < 20; ++turn) {
    auto& client = clients[turn % 2];
    cluster.bench.client(client);
    cluster.write(0, "k");  // knows all but what the other has written since
    cluster.read(0, "k");
    client = cluster.bench.carried();
  }
  CHECK(cluster.bench.metric("siblings_high_water") == 2);
}

TEST_CASE("a node that owns the key coordinates the write; another one hands it on") {
  SwimCluster cluster(6, {"conflict=siblings"});
  for (NodeId node = 0; node < 6; ++node) {
    cluster.bench.client();
    cluster.write(node, "k");
  }
  CHECK(cluster.bench.metric("updates_forwarded") == 3);
  CHECK(cluster.bench.metric("wrong_owner") == 0);
  for (OpId operation = 0; operation < 6; ++operation) CHECK(cluster.bench.outcome(operation) == Outcome::ok);
}

TEST_CASE("a delete replaces what its client had read; without context, what its coordinator holds") {
  for (const bool reads : {true, false}) {
    SwimCluster cluster(3, {"conflict=siblings"});
    cluster.write(0, "k");
    cluster.bench.client();
    if (reads) cluster.read(1, "k");
    const SessionPtr deleter = cluster.bench.carried();
    cluster.bench.client();
    cluster.write(2, "k");
    cluster.bench.client(deleter);
    cluster.erase(1, "k");
    CHECK(cluster.read(0, "k") == (reads ? Writes{1, 2} : Writes{2}));
    CHECK(cluster.bench.metric("hits") == (reads ? 2 : 0));
    CHECK(cluster.bench.metric("misses") == (reads ? 0 : 1));
  }
}

TEST_CASE("hints, read repair, comparison and handover each bring siblings together") {
  const Words base = {"conflict=siblings", "replicas=3", "write_quorum=1", "read_quorum=1"};
  const std::vector<std::pair<const char*, Words>> ways = {
      {"hints", {"read_repair=false", "anti_entropy_interval=0s", "handover=false"}},
      {"read repair", {"hinted_handoff=false", "anti_entropy_interval=0s", "handover=false"}},
      {"comparison", {"hinted_handoff=false", "read_repair=false", "handover=false"}}};
  for (const auto& [name, words] : ways) {
    INFO(name);
    Words all = base;
    all.insert(all.end(), words.begin(), words.end());
    if (name == std::string("read repair")) all[3] = "read_quorum=3";
    SwimCluster cluster(3, all);
    // Each node takes a write that it cannot tell the others.
    for (NodeId node = 0; node < 3; ++node) {
      cluster.bench.client();
      for (NodeId other = 0; other < 3; ++other)
        if (other != node) cluster.bench.break_connections(node, other, ConnectionError::timed_out);
      cluster.bench.write(node, "k", "v");
      for (NodeId other = 0; other < 3; ++other)
        if (other != node) cluster.bench.break_connections(node, other, ConnectionError::timed_out);
    }
    cluster.run(30s);
    if (name == std::string("read repair")) cluster.read(0, "k");
    for (NodeId node = 0; node < 3; ++node) CHECK(cluster.bench.applied(node) == Writes{0, 1, 2});
    CHECK(cluster.read(1, "k") == Writes{0, 1, 2});
  }
}

TEST_CASE("a joiner gets all siblings of the keys that it owns") {
  SwimCluster cluster(3, {"conflict=siblings", "anti_entropy_interval=0s", "read_quorum=3"});
  for (int i = 0; i < 20; ++i)
    for (const NodeId node : {0U, 1U}) {
      cluster.bench.client();
      cluster.write(node, "key" + std::to_string(i));
    }
  cluster.bench.join();
  cluster.run(12s);
  for (WriteId i = 0; i < 20; ++i) CHECK(cluster.read(3, "key" + std::to_string(i)) == Writes{2 * i, 2 * i + 1});
  CHECK(cluster.bench.metric("keys_moved") == cluster.bench.metric("keys_moved_needed"));
}

TEST_CASE("the append-only file brings siblings back with their vectors, and a restarted node gives new dots") {
  SwimCluster cluster(1, {"conflict=siblings", "replicas=1", "write_quorum=1", "read_quorum=1"});
  cluster.write(0, "k");
  CHECK(cluster.read(0, "k") == Writes{0});
  const SessionPtr reader = cluster.bench.carried();
  cluster.bench.client();
  cluster.write(0, "k");
  cluster.bench.crash(0, DiskMode::unsynced_lost);
  cluster.bench.restart(0);
  cluster.bench.client();
  cluster.write(0, "k");
  CHECK(cluster.read(0, "k") == Writes{0, 1, 2});
  cluster.bench.client(reader);
  cluster.write(0, "k");
  CHECK(cluster.read(0, "k") == Writes{1, 2, 3});
}

TEST_CASE("version vectors count on the wire") {
  swim::Entry entry;
  entry.key = "k";
  entry.value = "value";
  entry.size = 5;
  const auto bytes = [&] { return swim::wire_size(swim::Siblings{std::make_shared<const swim::Entry>(entry)}); };
  CHECK(bytes() == 1 + 5 + 16 + 1);
  entry.version.dotted.dot = {7, 1};
  CHECK(bytes() == 1 + 5 + 12 + 1);
  entry.version.dotted.past.raise(7, 1);
  entry.version.dotted.past.raise(8, 3);
  CHECK(bytes() == 1 + 5 + 36 + 1);
}

// What must stand at the end follows from what clients had read alone, whatever came in which order where.
TEST_CASE("random histories: at the end every node shows exactly the writes that nobody knew who wrote later") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    INFO("seed " << seed);
    SwimCluster cluster(5, {"conflict=siblings", "request_timeout=100s", "anti_entropy_interval=2s"}, seed);
    RandomStream random(seed, "test");
    std::vector<SessionPtr> sessions(4);
    std::vector<Writes> known(4), followed;  // by client; by write: what its author knew
    for (int step = 0; step < 60; ++step) {
      if (step == 20) cluster.bench.join();
      if (step == 40) {
        cluster.bench.settle();  // what it was asked for is done
        cluster.bench.leave(2);
      }
      const auto client = static_cast<std::size_t>(random.below(4));
      const NodeId nodes[] = {0, 1, 3, 4, 2};
      const NodeId node = nodes[random.below(step < 40 ? 5 : 4)];
      cluster.bench.client(sessions[client]);
      if (random.chance(0.5)) {
        for (const WriteId write : cluster.read(node, "k")) known[client].insert(write);
        sessions[client] = cluster.bench.carried();
        continue;
      }
      followed.push_back(known[client]);
      cluster.bench.write(node, "k", "v");
      const auto to = static_cast<NodeId>(random.below(5));
      if (random.chance(0.5)) cluster.bench.deliver({.from = std::nullopt, .to = to, .kind = ""});
      if (random.chance(0.2)) cluster.run(200ms);
    }
    cluster.run(20s);
    Writes expected;
    for (WriteId write = 0; write < followed.size(); ++write) expected.insert(write);
    for (const Writes& writes : followed)
      for (const WriteId write : writes) expected.erase(write);
    cluster.bench.client();
    for (const NodeId node : {0U, 1U, 3U, 4U, 5U}) CHECK(cluster.read(node, "k") == expected);
  }
}

}  // namespace hearsay::bench
