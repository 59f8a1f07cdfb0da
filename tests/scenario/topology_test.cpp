// Overlays: connected, symmetric, with the degrees they promise.
#include "sim/scenario/topology.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace hearsay;

namespace {

Overlay build(const std::string& name, ParameterValues values, std::uint32_t nodes, std::uint64_t seed = 1) {
  const TopologyInfo* info = find_topology(name);
  for (const auto& parameter : info->parameters)
    if (!std::holds_alternative<std::monostate>(parameter.default_value))
      values.try_emplace(parameter.name, parameter.default_value);
  RandomStream random(seed, "topology");
  return info->build(values, nodes, random);
}

std::size_t edges(const Overlay& overlay) {
  std::size_t ends = 0;
  for (const auto& list : overlay.neighbours) ends += list.size();
  return ends / 2;
}

bool connected(const Overlay& overlay) {
  std::set<NodeId> reached{0};
  std::vector<NodeId> open{0};
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    for (const NodeId other : overlay.neighbours[node])
      if (reached.insert(other).second) open.push_back(other);
  }
  return reached.size() == overlay.neighbours.size();
}

// Ascending, symmetric, without loops or repetitions.
bool well_formed(const Overlay& overlay) {
  for (NodeId i = 0; i < overlay.neighbours.size(); ++i) {
    const auto& list = overlay.neighbours[i];
    if (std::adjacent_find(list.begin(), list.end(), [](NodeId a, NodeId b) { return a >= b; }) != list.end())
      return false;
    for (const NodeId other : list) {
      if (other == i || other >= overlay.neighbours.size()) return false;
      const auto& back = overlay.neighbours[other];
      if (!std::binary_search(back.begin(), back.end(), i)) return false;
    }
  }
  return true;
}

Value count(std::int64_t k) { return k; }

}  // namespace

TEST_CASE("full is not spelt out") {
  const auto overlay = build("full", {}, 1000);
  CHECK(overlay.full);
  CHECK(overlay.neighbours.empty());
}

TEST_CASE("plain topologies are connected and well formed for every size") {
  for (std::uint32_t nodes = 1; nodes <= 30; ++nodes)
    for (const char* name : {"ring", "line", "grid"}) {
      const auto overlay = build(name, {}, nodes);
      INFO(name << " of " << nodes);
      CHECK(overlay.neighbours.size() == nodes);
      CHECK(well_formed(overlay));
      CHECK(connected(overlay));
    }
}

TEST_CASE("line, ring and tree have the edges that they should") {
  CHECK(edges(build("line", {}, 10)) == 9);
  CHECK(edges(build("ring", {}, 10)) == 10);
  CHECK(edges(build("ring", {}, 2)) == 1);
  for (const std::int64_t degree : {1, 2, 3, 4, 100}) {
    const auto tree = build("tree", {{"degree", count(degree)}}, 25);
    CHECK(edges(tree) == 24);
    CHECK(connected(tree));
  }
  CHECK(build("tree", {{"degree", count(4)}}, 25).neighbours[0] == std::vector<NodeId>{1, 2, 3, 4});
}

TEST_CASE("a grid has rows of the square root, rounded up") {
  const auto square = build("grid", {}, 25);
  CHECK(edges(square) == 40);
  CHECK(square.neighbours[12] == std::vector<NodeId>{7, 11, 13, 17});
  const auto five = build("grid", {}, 5);  // three columns: 0 1 2 / 3 4
  CHECK(five.neighbours[0] == std::vector<NodeId>{1, 3});
  CHECK(five.neighbours[2] == std::vector<NodeId>{1});
  CHECK(five.neighbours[4] == std::vector<NodeId>{1, 3});
}

TEST_CASE("every node of a regular overlay has its degree") {
  for (const auto& [degree, nodes] : {std::pair{2, 7u}, {4, 10u}, {3, 10u}, {5, 12u}, {1, 2u}, {9, 10u}, {6, 7u}}) {
    const auto overlay = build("k-regular", {{"degree", count(degree)}}, nodes);
    INFO(degree << " of " << nodes);
    CHECK(well_formed(overlay));
    CHECK(connected(overlay));
    for (const auto& list : overlay.neighbours) CHECK(list.size() == static_cast<std::size_t>(degree));
  }
}

TEST_CASE("regular overlays that do not exist are refused") {
  CHECK_THROWS_AS(build("k-regular", {{"degree", count(3)}}, 7), ParameterError);
  CHECK_THROWS_AS(build("k-regular", {{"degree", count(10)}}, 10), ParameterError);
  CHECK_THROWS_AS(build("k-regular", {{"degree", count(1)}}, 4), ParameterError);
}

TEST_CASE("random overlays are connected and each node has at least what it picks") {
  for (const std::int64_t picks : {1, 2, 6})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto overlay = build("random", {{"picks", count(picks)}}, 50, seed);
      CHECK(well_formed(overlay));
      CHECK(connected(overlay));
      CHECK(edges(overlay) <= static_cast<std::size_t>(50 * picks));
      for (const auto& list : overlay.neighbours) CHECK(list.size() >= static_cast<std::size_t>(picks));
    }
  CHECK(build("random", {{"picks", count(3)}}, 30, 1).neighbours ==
        build("random", {{"picks", count(3)}}, 30, 1).neighbours);
  CHECK(build("random", {{"picks", count(3)}}, 30, 1).neighbours !=
        build("random", {{"picks", count(3)}}, 30, 2).neighbours);
  CHECK(edges(build("random", {{"picks", count(4)}}, 5)) == 10);
  CHECK_THROWS_AS(build("random", {{"picks", count(5)}}, 5), ParameterError);
}

TEST_CASE("a small world without moved links is the ring lattice") {
  const auto lattice = build("small-world", {{"k", count(4)}, {"p", 0.0}}, 20);
  CHECK(lattice.neighbours == build("k-regular", {{"degree", count(4)}}, 20).neighbours);
}

TEST_CASE("with p = 1 a small world moves nearly all links of the lattice, the nearest as the farthest") {
  for (const std::int64_t k : {2, 4, 6}) {
    const auto world = build("small-world", {{"k", count(k)}, {"p", 1.0}}, 200);
    std::vector<int> kept(static_cast<std::size_t>(k / 2) + 1);
    for (NodeId a = 0; a < 200; ++a)
      for (NodeId step = 1; step <= k / 2; ++step) {
        const auto& now = world.neighbours[a];
        kept[step] += std::count(now.begin(), now.end(), (a + step) % 200) > 0 ? 1 : 0;
      }
    for (std::size_t step = 1; step < kept.size(); ++step) CHECK(kept[step] < 20);  // of 200
  }
}

TEST_CASE("a small world stays connected and keeps its number of links up to the repairs") {
  for (const double p : {0.1, 0.5, 1.0})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto world = build("small-world", {{"k", count(4)}, {"p", p}}, 60, seed);
      CHECK(well_formed(world));
      CHECK(connected(world));
      CHECK(edges(world) >= 120);
      CHECK(edges(world) <= 125);
      CHECK(connected(build("small-world", {{"k", count(2)}, {"p", p}}, 60, seed)));
    }
  CHECK_THROWS_AS(build("small-world", {{"k", count(3)}}, 10), ParameterError);
  CHECK_THROWS_AS(build("small-world", {{"k", count(10)}}, 10), ParameterError);
}

TEST_CASE("listed edges go both ways and impossible ones are refused") {
  const auto overlay = build("edges", {{"edges", EdgeList{{1, 0}, {1, 2}}}}, 4);
  CHECK(overlay.neighbours == std::vector<std::vector<NodeId>>{{1}, {0, 2}, {1}, {}});
  CHECK_THROWS_AS(build("edges", {{"edges", EdgeList{{0, 4}}}}, 4), ParameterError);
  CHECK_THROWS_AS(build("edges", {{"edges", EdgeList{{2, 2}}}}, 4), ParameterError);
  CHECK_THROWS_AS(build("edges", {{"edges", EdgeList{{0, 1}, {1, 0}}}}, 4), ParameterError);
}
