// Message counts, hops, rumours and delta groups, against closed forms and the definitions of the papers.
#include <catch2/catch.hpp>
#include <cmath>
#include <queue>

#include "sim/core/random.hpp"
#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {
namespace {

EdgeList full(NodeId n) {
  EdgeList edges;
  for (NodeId a = 0; a < n; ++a)
    for (NodeId b = a + 1; b < n; ++b) edges.emplace_back(a, b);
  return edges;
}

EdgeList line(NodeId n) {
  EdgeList edges;
  for (NodeId a = 1; a < n; ++a) edges.emplace_back(a - 1, a);
  return edges;
}

EdgeList tree(NodeId n, NodeId arity) {
  EdgeList edges;
  for (NodeId a = 1; a < n; ++a) edges.emplace_back((a - 1) / arity, a);
  return edges;
}

// Row by row, as wide as it is high, the last row perhaps not full.
EdgeList grid(NodeId n) {
  const auto width = static_cast<NodeId>(std::ceil(std::sqrt(n)));
  EdgeList edges;
  for (NodeId a = 0; a < n; ++a) {
    if (a % width + 1 < width && a + 1 < n) edges.emplace_back(a, a + 1);
    if (a + width < n) edges.emplace_back(a, a + width);
  }
  return edges;
}

struct Shape {
  std::string name;
  NodeId nodes;
  EdgeList edges;
  std::size_t without_echo, with_echo;
};

// Sum of degrees - (n - 1), and the sum of degrees.
const std::vector<Shape> shapes{{"grid", 25, grid(25), 56, 80},    {"line", 25, line(25), 24, 48},
                                {"tree", 25, tree(25, 4), 24, 48}, {"full", 25, full(25), 576, 600},
                                {"small grid", 5, grid(5), 6, 10}, {"two", 2, line(2), 1, 2}};

std::uint32_t eccentricity(const Shape& shape, NodeId from) {
  std::map<NodeId, std::uint32_t> distance{{from, 0}};
  std::queue<NodeId> waiting({from});
  for (; !waiting.empty(); waiting.pop())
    for (const auto& [a, b] : shape.edges)
      for (const auto& [near, far] : {std::pair(a, b), std::pair(b, a)})
        if (near == waiting.front() && distance.try_emplace(far, distance[near] + 1).second) waiting.push(far);
  return std::max_element(distance.begin(), distance.end(), [](auto& x, auto& y) { return x.second < y.second; })
      ->second;
}

// By the acknowledgements that reached node 0: whether each told somebody something new.
std::vector<bool> contacts_of_writer(const Cluster& cluster) {
  std::vector<bool> necessary;
  std::istringstream lines(cluster.transcript.str());
  for (std::string text; std::getline(lines, text);)
    if (text.find("-> 0 ack") != std::string::npos) necessary.push_back(text.find("known") == std::string::npos);
  return necessary;
}

}  // namespace

TEST_CASE("flooding takes the sum of degrees - (n-1) messages a broadcast, and the sum of degrees with echo") {
  for (const Shape& shape : shapes) {
    for (const bool echo : {false, true}) {
      Cluster cluster(shape.nodes, flooding + Words{"acknowledgements=false", echo ? "echo=true" : "echo=false"}, 1,
                      shape.edges);
      INFO(shape.name);
      for (std::size_t writes = 1; writes <= 3; ++writes) {
        cluster.write(static_cast<NodeId>(writes * 7 % shape.nodes));
        cluster.bench.settle();
        CHECK(cluster.sent("gossip") == writes * (echo ? shape.with_echo : shape.without_echo));
        CHECK(cluster.bench.metric("elements_sent") == static_cast<double>(cluster.sent("gossip")));
      }
      CHECK(cluster.bench.agreed());
    }
  }
}

TEST_CASE("the relative message redundancy of a flood is m/(n-1) - 1, and 0 on a tree") {
  for (const Shape& shape : shapes) {
    Cluster cluster(shape.nodes, flooding + Words{"acknowledgements=false"}, 1, shape.edges);
    cluster.write(0);
    cluster.bench.settle();
    INFO(shape.name);
    CHECK(cluster.bench.metric("relative_message_redundancy") ==
          Approx(static_cast<double>(shape.without_echo) / (shape.nodes - 1) - 1).margin(1e-12));
  }
}

TEST_CASE("hops of a flood are distances in the overlay") {
  for (const Shape& shape : shapes) {
    for (const NodeId writer : {NodeId{0}, shape.nodes / 2}) {
      Cluster cluster(shape.nodes, flooding + Words{"acknowledgements=false"}, 1, shape.edges);
      cluster.write(writer);
      cluster.bench.settle();
      INFO(shape.name << " from " << writer);
      CHECK(cluster.bench.metric("last_delivery_hop") == eccentricity(shape, writer));
    }
  }
}

TEST_CASE("acknowledged flooding adds one acknowledgement a message and forwards no more often") {
  for (const Shape& shape : shapes) {
    Cluster cluster(shape.nodes, flooding, 1, shape.edges);
    cluster.write(0);
    cluster.bench.settle();
    INFO(shape.name);
    CHECK(cluster.sent("gossip") == shape.without_echo);
    CHECK(cluster.sent("ack") == shape.without_echo);
    cluster.rounds(50);
    CHECK(cluster.bench.metric("retries") == 0);
  }
}

TEST_CASE("eager forwarding to f random neighbours sends at most f messages a node") {
  for (const std::uint32_t f : {1U, 2U, 4U}) {
    Cluster cluster(12, flooding + Words{"acknowledgements=false", "eager_fanout=" + std::to_string(f)});
    cluster.write(0);
    cluster.bench.settle();
    const auto reached = static_cast<std::size_t>(cluster.bench.metric("elements_useful")) + 1;
    CHECK(cluster.sent("gossip") <= f * reached);
    CHECK(cluster.sent("gossip") >= (f - 1) * reached);  // the one that it came from may be drawn, and is left out
  }
}

TEST_CASE("a value that has travelled max_hops is not pushed on") {
  for (const char* by : {"eager", "rounds"}) {
    const Words words = by == std::string("eager") ? flooding : bare;
    Cluster cluster(8, words + Words{"max_hops=3"}, 1, line(8));
    const WriteId write = cluster.write(0);
    cluster.bench.settle();
    cluster.rounds(20);
    for (NodeId node = 0; node < 8; ++node) CHECK(cluster.holds(node, write) == (node <= 3));
  }
}

TEST_CASE("fan-out: a round contacts at most f neighbours, and only those that are not known to hold everything") {
  for (const std::uint32_t f : {1U, 3U}) {
    Cluster cluster(10, bare + Words{"fanout=" + std::to_string(f), "rumour=off", "synchronous=true"});
    cluster.write(0);
    for (std::size_t round = 1; round <= 40; ++round) {
      const std::size_t before = cluster.sent("gossip");
      const auto spreaders = static_cast<std::size_t>(cluster.bench.metric("elements_useful")) + 1;
      cluster.rounds(1);
      CHECK(cluster.sent("gossip") - before <= f * spreaders);
    }
    CHECK(cluster.bench.agreed());
    const std::size_t total = cluster.sent();
    cluster.rounds(20);
    CHECK(cluster.sent() == total);
  }
}

TEST_CASE("without memory each contact is a message, also to those that are known to hold the value") {
  Cluster cluster(10, bare + Words{"fanout=1", "rumour=off", "synchronous=true", "remember_peers=false"});
  cluster.write(0);
  cluster.rounds(40);
  CHECK(cluster.bench.agreed());
  const std::size_t total = cluster.sent("gossip");
  cluster.rounds(20);
  CHECK(cluster.sent("gossip") == total + 20 * 10);
}

TEST_CASE("without memory the unnecessary contact by which interest is lost is sent as well") {
  for (const std::uint32_t nodes : {10U, 100U}) {  // few neighbours, and many
    Cluster cluster(nodes, bare + Words{"fanout=1", "rumour_k=1", "remember_peers=false"});
    cluster.write(0);
    cluster.rounds(60);
    const double useful = cluster.bench.metric("elements_useful");
    CHECK(cluster.bench.metric("interest_lost") == useful + 1);
    CHECK(cluster.bench.metric("elements_sent") == useful + (useful + 1));
  }
}

TEST_CASE("without memory a pull is answered although the asker is known to hold the value") {
  Cluster cluster(2, bare + Words{"fanout=1", "spread=pull", "rumour_k=3", "remember_peers=false"});
  cluster.write(0);
  cluster.rounds(20);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("elements_sent") > 2);
  Cluster remembers(2, bare + Words{"fanout=1", "spread=pull", "rumour_k=3"});
  remembers.write(0);
  remembers.rounds(20);
  CHECK(remembers.bench.metric("elements_sent") == 1);
}

// --- rumour mongering (Demers et al. 1987, section 1.4)

TEST_CASE("blind, counter k: every spreader contacts k neighbours, whether they held the value or not") {
  for (const std::uint32_t k : {1U, 2U, 4U}) {
    Cluster cluster(30, bare + Words{"rumour=blind", "fanout=1", "synchronous=true", "acknowledgements=false",
                                     "rumour_k=" + std::to_string(k)});
    cluster.write(0);
    cluster.rounds(60);
    const double reached = cluster.bench.metric("elements_useful") + 1;
    CHECK(cluster.bench.metric("interest_lost") == reached);
    CHECK(cluster.bench.metric("elements_sent") == k * reached);
  }
}

TEST_CASE("blind, coin 1/k: a spreader contacts k neighbours on average") {
  double sent = 0, reached = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Cluster cluster(40,
                    bare + Words{"rumour=blind", "rumour_stop=coin", "rumour_k=3", "fanout=1", "synchronous=true",
                                 "acknowledgements=false"},
                    seed);
    cluster.write(0);
    cluster.rounds(60);
    sent += cluster.bench.metric("elements_sent");
    reached += cluster.bench.metric("interest_lost");
  }
  // Geometric with mean 3 and deviation sqrt(6), over some 1500 spreaders: 0.19 is three standard errors.
  CHECK(reached > 1000);
  CHECK(sent / reached == Approx(3).margin(0.2));
}

TEST_CASE(
    "feedback, counter: interest is lost after k unnecessary contacts in a row, a useful one sets the count back") {
  int resets = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    // What others send to 0 is lost, so that it learns from the acknowledgements alone who holds the value.
    Cluster cluster(24, bare + Words{"fanout=1", "rumour_k=2", "synchronous=true", "max_attempts=1"}, seed);
    cluster.write(0);
    for (int round = 0; round < 40; ++round) cluster.rounds_without(1, {{.from = {}, .to = 0, .kind = "gossip"}});
    const std::vector<bool> necessary = contacts_of_writer(cluster);
    REQUIRE(necessary.size() >= 3);
    for (std::size_t i = 0; i + 2 < necessary.size(); ++i) CHECK((necessary[i] || necessary[i + 1]));
    CHECK_FALSE(necessary[necessary.size() - 1]);
    CHECK_FALSE(necessary[necessary.size() - 2]);
    for (std::size_t i = 0; i + 1 < necessary.size(); ++i) resets += !necessary[i] && necessary[i + 1] ? 1 : 0;
  }
  CHECK(resets > 5);
}

TEST_CASE("feedback, coin 1/k: a spreader stops after k unnecessary contacts on average, necessary ones do not count") {
  double unnecessary = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Cluster cluster(
        40, bare + Words{"fanout=1", "rumour_k=3", "rumour_stop=coin", "synchronous=true", "max_attempts=1"}, seed);
    cluster.write(0);
    for (int round = 0; round < 40; ++round) cluster.rounds_without(1, {{.from = {}, .to = 0, .kind = "gossip"}});
    const std::vector<bool> necessary = contacts_of_writer(cluster);
    CHECK_FALSE(necessary.back());
    unnecessary += static_cast<double>(std::count(necessary.begin(), necessary.end(), false));
  }
  CHECK(unnecessary / 100 == Approx(3).margin(0.75));  // three standard errors of a geometric variable
}

TEST_CASE(
    "feedback is judged on the state before the round: two that tell a node in one round were both useful to it") {
  for (const bool synchronous : {true, false}) {
    Cluster cluster(4, bare + Words{"rumour_k=1", synchronous ? "synchronous=true" : "synchronous=false"}, 1,
                    {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
    cluster.write(0);
    for (int step = 0; step < 60; ++step) cluster.rounds(1, 10ms);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.said("3 gossip 0:1=v") - cluster.said("redundant") >= 1);
    CHECK(cluster.bench.metric("interest_lost") == (synchronous ? 0 : 1));
  }
}

TEST_CASE("pull: a node that nobody lacks loses interest after rumour_k rounds in which all who asked held the value") {
  for (const std::uint32_t k : {1U, 3U}) {
    // 2 knows that 1 holds the value, because 1 has sent it; 1 asks every round. 3 is there and never asks in time.
    Cluster cluster(4, bare + Words{"spread=pull", "synchronous=true", "rumour_k=" + std::to_string(k)}, 1,
                    {{0, 1}, {1, 2}, {2, 3}});
    cluster.write(0);
    const std::vector<Filter> deaf{{.from = 3, .to = {}, .kind = ""}};
    cluster.rounds_without(2, deaf);
    CHECK(cluster.bench.metric("elements_useful") == 2);
    cluster.rounds_without(static_cast<int>(k), deaf);
    CHECK(cluster.bench.metric("interest_lost") == 0);
    cluster.rounds_without(1, deaf);
    CHECK(cluster.bench.metric("interest_lost") == 1);
  }
}

TEST_CASE("pull: a round in which one of those who asked lacked the value sets the count back") {
  Cluster cluster(4, bare + Words{"spread=pull", "synchronous=true", "rumour_k=2"}, 1, {{0, 1}, {1, 2}, {1, 3}});
  const Filter two{.from = 2, .to = {}, .kind = ""};
  const Filter three{.from = 3, .to = {}, .kind = ""};
  cluster.write(0);
  cluster.rounds_without(2, {two, three});  // 1 is told, then asked by 0 in vain: one
  cluster.rounds_without(1, {three});       // asked by 0 and 2, and 2 lacks it: none
  CHECK(cluster.bench.metric("elements_useful") == 2);
  cluster.rounds_without(2, {three});  // asked by 0 and 2 in vain: two
  CHECK(cluster.bench.metric("interest_lost") == 0);
  cluster.rounds_without(1, {three});  // which the next round finds
  CHECK(cluster.bench.metric("interest_lost") == 1);
}

TEST_CASE("without rumours a value is spread until every neighbour is known to hold it: residue 0") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Cluster cluster(20, bare + Words{"rumour=off", "fanout=1", "synchronous=true"}, seed);
    cluster.write(0);
    cluster.rounds(60);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("interest_lost") == 0);
  }
}

// --- delta groups (Enes et al. 2019, algorithm 1), one addition a node and synchronous rounds

TEST_CASE("delta groups on a tree: (n-1) elements per addition, without avoidance of back-propagation twice that") {
  for (const bool avoid : {true, false}) {
    Cluster cluster(15,
                    bare + Words{"delta_groups=true", "acknowledgements=false", "synchronous=true",
                                 avoid ? "avoid_back_propagation=true" : "avoid_back_propagation=false"},
                    1, tree(15, 2));
    for (int addition = 0; addition < 5; ++addition) {
      for (NodeId node = 0; node < 15; ++node) cluster.write(node);
      cluster.rounds(1);
    }
    cluster.rounds(12);
    CHECK(cluster.bench.agreed());
    CHECK(cluster.bench.metric("elements_sent") == 5 * 15 * (avoid ? 14 : 28));
    CHECK(cluster.bench.in_flight() == 0);
  }
}

TEST_CASE("delta groups with removal of redundancy alone: each node sends each delta to every neighbour once") {
  const EdgeList edges = grid(16);  // 48 directed edges
  Cluster cluster(
      16,
      bare + Words{"delta_groups=true", "acknowledgements=false", "synchronous=true", "avoid_back_propagation=false"},
      1, edges);
  for (NodeId node = 0; node < 16; ++node) cluster.write(node);
  cluster.rounds(12);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("elements_sent") == 16 * 48);
}

TEST_CASE("classic deltas pass on groups whole, and so send more than removal of redundancy does") {
  double sent[2];
  for (const bool remove : {false, true}) {
    Cluster cluster(
        16,
        bare + Words{"delta_groups=true", "acknowledgements=false", "synchronous=true", "avoid_back_propagation=false",
                     remove ? "remove_redundancy=true" : "remove_redundancy=false"},
        1, grid(16));
    for (int addition = 0; addition < 10; ++addition) {
      for (NodeId node = 0; node < 16; ++node) cluster.write(node);
      cluster.rounds(1);
    }
    cluster.rounds(40);
    CHECK(cluster.bench.agreed());
    sent[remove ? 1 : 0] = cluster.bench.metric("elements_sent");
  }
  CHECK(sent[1] == 10 * 16 * 48);
  CHECK(sent[0] > 2 * sent[1]);
}

TEST_CASE("Scuttlebutt sends each element once over each of the links that the version vectors show it to be lacking") {
  Cluster cluster(15, bare + Words{"spread=pull", "rumour=off", "synchronous=true"}, 1, tree(15, 2));
  for (NodeId node = 0; node < 15; ++node) cluster.write(node);
  cluster.rounds(12);
  CHECK(cluster.bench.agreed());
  CHECK(cluster.bench.metric("elements_sent") == 15 * 14);  // on a tree there is one way to each node
  CHECK(cluster.bench.metric("elements_redundant") == 0);
}

// --- messages of bounded size

namespace {

// 20 values of 10,000 B, which node 0 holds and its only peer lacks: the messages of one round that take them there,
// and the bytes of the largest if they are equal.
struct Round {
  std::size_t messages = 0, bytes = 0;
  bool operator==(const Round&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Round& round) {
  return out << round.messages << " messages, " << round.bytes << " B";
}

Round one_round(const Words& words) {
  Cluster cluster(2, bare + Words{"rumour=off"} + words);
  for (int i = 0; i < 20; ++i) cluster.bench.write(0, "k", "v", 10'000);
  cluster.bench.advance(100ms);
  const Round round{cluster.sent(), cluster.bench.tally().bytes};
  cluster.bench.settle();
  CHECK(cluster.bench.agreed());
  return round;
}

}  // namespace

TEST_CASE("a batch that no datagram carries goes in several; over streams it goes at once") {
  constexpr std::size_t values = 20 * 10'014;         // 14 B each besides
  CHECK(one_round({}) == Round{4, 4 * 18 + values});  // six in 65,507 B; 9 + 4 B of header and 5 B each message
  CHECK(one_round({"transport=stream"}) == Round{1, 18 + values});
  CHECK(one_round({"batch_bytes=20046B"}) == Round{10, 10 * 18 + values});
  CHECK(one_round({"batch_bytes=20045B"}) == Round{20, 20 * 18 + values});
  CHECK(one_round({"batch_bytes=64B"}) == Round{20, 20 * 18 + values});  // a value that does not fit travels alone
  CHECK(one_round({"compression=50%", "batch_bytes=20046B"}).messages == 5);
}

TEST_CASE("backlogs, delta groups and repairs are cut to messages that fit, all of them at once") {
  const auto messages = [](const Words& words, const std::string& kind) {
    Cluster cluster(2, words + Words{"batch_bytes=1400B"});
    for (int i = 0; i < 30; ++i) cluster.bench.write(0, "k", "v", 100);  // 114 B each: 12 in a message
    cluster.rounds(12);
    CHECK(cluster.bench.agreed());
    return cluster.sent(kind);
  };
  CHECK(messages(flooding + Words{"batch_window=50ms"}, "gossip") == 3);
  CHECK(messages(bare + Words{"delta_groups=true", "acknowledgements=false"}, "gossip") == 3);
  CHECK(messages({"storage=memory", "spread=none", "anti_entropy_interval=1s"}, "repair") == 3);
}

}  // namespace hearsay::bench
