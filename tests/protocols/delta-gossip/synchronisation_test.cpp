// Data types and their synchronisation (Enes et al., ICDE 2019), against closed forms and each other.
#include <catch2/catch.hpp>
#include <set>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {
namespace {

const Words rounds_in_phase{"synchronous=true", "anti_entropy_on_reconnect=false", "failure_detection=none",
                            "anti_entropy_interval=0s"};

const std::vector<Words> algorithms{
    {"synchronisation=state", "fanout=0"},
    {"synchronisation=delta", "avoid_back_propagation=false", "remove_redundancy=false"},
    {"synchronisation=delta", "remove_redundancy=false"},
    {"synchronisation=delta", "avoid_back_propagation=false"},
    {"synchronisation=delta"},
    {"synchronisation=scuttlebutt", "fanout=0"},
    {"synchronisation=scuttlebutt-gc", "fanout=0"},
    {"synchronisation=operations"},
    {"synchronisation=digest", "fanout=0", "range_leaf=2", "range_branch=2"}};

const std::vector<Words> types{{"type=gset"},
                               {"type=gcounter"},
                               {"type=pncounter", "removes=30%"},
                               {"type=gmap", "keys=20", "update_share=50%"},
                               {"type=lww-map", "keys=7"},
                               {"type=or-set", "removes=40%"}};

// A tree of 15 nodes, and the mesh where each has four neighbours.
EdgeList tree() {
  EdgeList edges;
  for (NodeId a = 1; a < 15; ++a) edges.emplace_back((a - 1) / 2, a);
  return edges;
}
EdgeList mesh() {
  EdgeList edges;
  for (NodeId a = 0; a < 15; ++a)
    for (NodeId step = 1; step <= 2; ++step)
      edges.emplace_back(std::min(a, (a + step) % 15), std::max(a, (a + step) % 15));
  return edges;
}

// Every node writes once in each of `count` rounds.
void write_everywhere(Cluster& cluster, int count) {
  for (int i = 0; i < count; ++i) {
    for (NodeId node = 0; node < 15; ++node) cluster.write(node, "v" + std::to_string(i) + "/" + std::to_string(node));
    cluster.rounds(1);
  }
}

std::string words_of(const Words& words) {
  std::string text;
  for (const auto& word : words) text += word + " ";
  return text;
}

TEST_CASE("every type comes to agree by every synchronisation, on tree and mesh") {
  for (const Words& type : types)
    for (const Words& algorithm : algorithms)
      for (const EdgeList& edges : {tree(), mesh()}) {
        INFO(words_of(type + algorithm) << edges.size());
        Cluster cluster(15, type + algorithm + rounds_in_phase, 1, edges);
        write_everywhere(cluster, 4);
        CHECK(!cluster.bench.agreed());
        cluster.rounds(15);
        CHECK(cluster.bench.agreed());
        CHECK(cluster.bench.metric("elements_useful") > 0);
      }
}

double sent(const Words& words, const EdgeList& edges, int count = 4) {
  Cluster cluster(15, words + rounds_in_phase, 1, edges);
  write_everywhere(cluster, count);
  cluster.rounds(15);
  return cluster.bench.metric("elements_sent");
}

// A tree has 14 links. On the mesh each node has four neighbours: 60 transmissions, 14 of them needed. Of an operation
// whoever got it by two ways in one round sends it to neither, and a vector that shows it is not answered.
TEST_CASE("entries sent per update are those of the closed forms") {
  const double updates = 4 * 15;
  for (const auto& [type, entries] : {std::pair<Words, double>({"type=gset"}, 1),
                                      {{"type=gcounter"}, 1},
                                      {{"type=pncounter"}, 1},
                                      {{"type=gmap", "keys=60", "update_share=50%"}, 2}}) {
    INFO(words_of(type));
    const double unit = updates * entries;
    CHECK(sent(type + algorithms[2], tree()) == 14 * unit);  // BP
    CHECK(sent(type + algorithms[3], tree()) == 28 * unit);  // RR
    CHECK(sent(type + algorithms[4], tree()) == 14 * unit);
    CHECK(sent(type + algorithms[5], tree()) == 14 * unit);
    CHECK(sent(type + algorithms[6], tree()) == 14 * unit);
    CHECK(sent(type + algorithms[7], tree()) == 14 * unit);
    CHECK(sent(type + algorithms[3], mesh()) == 60 * unit);
    CHECK(sent(type + algorithms[4], mesh()) == 46 * unit);
    CHECK(sent(type + algorithms[5], mesh()) == 22 * unit);
    CHECK(sent(type + algorithms[6], mesh()) == 22 * unit);
    CHECK(sent(type + algorithms[7], mesh()) == 38 * unit);
    CHECK(sent(type + algorithms[1], mesh()) > 60 * unit);  // classic
  }
}

TEST_CASE("a whole state of n counters is n entries to each neighbour") {
  Cluster cluster(15, Words{"type=gcounter"} + algorithms[0] + rounds_in_phase, 1, tree());
  write_everywhere(cluster, 1);
  cluster.rounds(10);
  const double before = cluster.bench.metric("elements_sent");
  cluster.rounds(3);
  CHECK(cluster.bench.metric("elements_sent") - before == 3 * 28 * 15);
}

TEST_CASE("bytes are the paper's: 20 for a node's id, 8 for a number") {
  Cluster cluster(2, Words{"type=gcounter", "synchronisation=delta"} + rounds_in_phase, 1, {{0, 1}});
  cluster.write(0);
  cluster.rounds(2);
  CHECK(cluster.said("1 entries, metadata 0 B") == 2);  // sent and received
  CHECK(cluster.bench.metric("metadata_bytes") == 0);

  Cluster asking(2, Words{"type=gcounter", "synchronisation=scuttlebutt"} + rounds_in_phase, 1, {{0, 1}});
  asking.write(0);
  asking.rounds(1);
  CHECK(asking.bench.metric("metadata_bytes") == 28 + 0 + 28);  // two vectors, and the name of the update
}

TEST_CASE("Scuttlebutt keeps every update, and with deletion those that somebody may lack") {
  const auto stored = [](const Words& algorithm) {
    Cluster cluster(15, Words{"type=gcounter"} + algorithm + rounds_in_phase, 1, mesh());
    write_everywhere(cluster, 40);
    return cluster.bench.metric("entries_stored");
  };
  CHECK(stored(algorithms[5]) > 40 * 15 * 0.8);
  CHECK(stored(algorithms[6]) < 200);
}

TEST_CASE("states, vectors and digests make up for lost messages; deltas and operations do not") {
  for (const auto& [algorithm, repairs] : {std::pair(algorithms[0], true),
                                           {algorithms[4], false},
                                           {algorithms[5], true},
                                           {algorithms[6], true},
                                           {algorithms[7], false},
                                           {algorithms[8], true}}) {
    INFO(words_of(algorithm));
    Cluster cluster(2, Words{"type=gset"} + algorithm + rounds_in_phase, 1, {{0, 1}});
    cluster.write(0, "lost");
    cluster.rounds_without(1, {Filter{.from = 0, .to = 1, .kind = {}}});
    cluster.rounds(4);
    CHECK(cluster.bench.agreed() == repairs);
  }
}

TEST_CASE("an operation waits for what its writer had delivered, a delta does not") {
  const auto applied = [](const Words& algorithm) {
    Cluster cluster(3, Words{"type=gset"} + algorithm + rounds_in_phase, 1, {{0, 1}, {1, 2}, {0, 2}});
    cluster.write(0, "cause");
    cluster.rounds_without(1, {Filter{.from = 0, .to = 2, .kind = {}}});
    cluster.rounds_without(1, {Filter{.from = 1, .to = 2, .kind = {}}});
    const WriteId effect = cluster.write(1, "effect");
    cluster.rounds(1);
    return cluster.holds(2, effect);
  };
  CHECK(applied(algorithms[4]));
  CHECK(!applied(algorithms[7]));
}

TEST_CASE("a counter subtracts, a set removes, and what was replaced is not shown") {
  Cluster counter(2, Words{"type=pncounter", "removes=100%", "synchronisation=delta"} + rounds_in_phase, 1, {{0, 1}});
  counter.write(0);
  counter.write(0);
  counter.rounds(2);
  CHECK(counter.bench.agreed());
  CHECK(counter.bench.metric("state_high_water") == 1);  // the part that counts down

  Cluster set(2, Words{"type=or-set", "removes=100%", "synchronisation=delta"} + rounds_in_phase, 1, {{0, 1}});
  set.write(0, "x");  // nothing to remove: added
  set.rounds(2);
  set.write(1, "y");  // removes x
  set.rounds(2);
  CHECK(set.bench.agreed());
  CHECK(set.bench.metric("state_high_water") == 1);
}

TEST_CASE("of two writes of a register each node says which one won: who held the loser, and who hears of it later") {
  Cluster cluster(2, Words{"type=lww-map", "keys=1", "synchronisation=delta"} + rounds_in_phase, 1, {{0, 1}});
  const WriteId a = cluster.write(0), b = cluster.write(1);
  cluster.rounds(3);
  CHECK(cluster.bench.agreed());
  const auto said = [&cluster](WriteId loser, WriteId winner) {
    return cluster.said("replaced w" + std::to_string(loser) + " by w" + std::to_string(winner));
  };
  CHECK(std::set<std::size_t>{said(a, b), said(b, a)} == std::set<std::size_t>{0, 2});
}

TEST_CASE("a clock that is behind the start of the run loses against one that is right") {
  Cluster cluster(2, Words{"type=lww-map", "keys=1", "synchronisation=delta"} + rounds_in_phase, 1, {{0, 1}});
  cluster.bench.skew(1, -3600s);
  const WriteId behind = cluster.write(1), right = cluster.write(0);
  cluster.rounds(3);
  CHECK(cluster.said("replaced w" + std::to_string(behind) + " by w" + std::to_string(right)) == 2);
  CHECK(cluster.said("replaced w" + std::to_string(right) + " by") == 0);
}

TEST_CASE("what a node that leaves wrote last is handed over") {
  for (const Words& algorithm : algorithms) {
    INFO(words_of(algorithm));
    Cluster cluster(3, Words{"type=gset"} + algorithm + rounds_in_phase, 1, {{0, 1}, {1, 2}});
    const WriteId last = cluster.write(0, "last");
    cluster.bench.leave(0);
    cluster.bench.settle();
    cluster.rounds(3);
    CHECK(cluster.holds(2, last));
  }
}

}  // namespace
}  // namespace hearsay::bench
