#include "sim/scenario/topology.hpp"

#include <algorithm>
#include <set>

namespace hearsay {
namespace {

using Neighbours = std::vector<std::vector<NodeId>>;

struct NoParameters {};

struct TreeParameters {
  std::uint32_t degree = 0;
};

struct RegularParameters {
  std::uint32_t degree = 0;
};

struct RandomParameters {
  std::uint32_t picks = 0;
};

struct SmallWorldParameters {
  std::uint32_t k = 0;
  double p = 0.1;
};

struct EdgesParameters {
  EdgeList edges;
};

constexpr Bounds degrees{1, 1e6};

void connect(Neighbours& neighbours, NodeId a, NodeId b) {
  neighbours[a].push_back(b);
  neighbours[b].push_back(a);
}

// Sorts, drops repetitions.
Overlay finish(Neighbours neighbours) {
  for (auto& list : neighbours) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return {false, std::move(neighbours)};
}

Overlay build_line(std::uint32_t nodes) {
  Neighbours neighbours(nodes);
  for (NodeId i = 0; i + 1 < nodes; ++i) connect(neighbours, i, i + 1);
  return finish(std::move(neighbours));
}

Overlay build_ring(std::uint32_t nodes) {
  Neighbours neighbours(nodes);
  for (NodeId i = 0; i + 1 < nodes; ++i) connect(neighbours, i, i + 1);
  if (nodes > 2) connect(neighbours, nodes - 1, 0);
  return finish(std::move(neighbours));
}

// Row-major in rows of ceil(sqrt(nodes)); the last row may be short (Maelstrom's `grid`).
Overlay build_grid(std::uint32_t nodes) {
  std::uint32_t width = 1;
  while (static_cast<std::uint64_t>(width) * width < nodes) ++width;
  Neighbours neighbours(nodes);
  for (NodeId i = 0; i < nodes; ++i) {
    if ((i + 1) % width != 0 && i + 1 < nodes) connect(neighbours, i, i + 1);
    if (i + width < nodes) connect(neighbours, i, i + width);
  }
  return finish(std::move(neighbours));
}

Overlay build_tree(const TreeParameters& tree, std::uint32_t nodes) {
  Neighbours neighbours(nodes);
  for (NodeId i = 1; i < nodes; ++i) connect(neighbours, i, (i - 1) / tree.degree);
  return finish(std::move(neighbours));
}

std::string fewer_than(std::uint32_t nodes) {
  return "a node has " + std::to_string(nodes - 1) + " others in a cluster of " + std::to_string(nodes);
}

void check_regular(const RegularParameters& regular, std::uint32_t nodes) {
  if (regular.degree >= nodes) throw ParameterError("degree", "the degree is too large; " + fewer_than(nodes));
  if (regular.degree % 2 == 1 && nodes % 2 == 1)
    throw ParameterError(
        "degree", "no overlay of odd degree exists on an odd number of nodes; use an even degree or one node more");
  if (regular.degree == 1 && nodes > 2)
    throw ParameterError("degree", "an overlay of degree 1 is not connected; use a degree of at least 2");
}

// Circulant: degree/2 next ones on both sides of a ring; an odd degree adds the node opposite.
Overlay build_regular(const RegularParameters& regular, std::uint32_t nodes) {
  Neighbours neighbours(nodes);
  for (NodeId i = 0; i < nodes; ++i) {
    for (std::uint32_t step = 1; step <= regular.degree / 2; ++step) connect(neighbours, i, (i + step) % nodes);
    if (regular.degree % 2 == 1) connect(neighbours, i, (i + nodes / 2) % nodes);
  }
  return finish(std::move(neighbours));
}

NodeId other_than(NodeId self, std::uint32_t nodes, RandomStream& random) {
  const auto pick = static_cast<NodeId>(random.below(nodes - 1));
  return pick < self ? pick : pick + 1;
}

void check_random(const RandomParameters& overlay, std::uint32_t nodes) {
  if (overlay.picks >= nodes) throw ParameterError("picks", "too many neighbours to pick; " + fewer_than(nodes));
}

// Each node picks `picks` distinct others. The first pick is the next node on a random ring through all of them, which
// makes the overlay connected; the rest are uniform. Links go both ways, so that the mean degree is near 2 * picks.
Overlay build_random(const RandomParameters& overlay, std::uint32_t nodes, RandomStream& random) {
  std::vector<NodeId> ring(nodes);
  for (NodeId i = 0; i < nodes; ++i) ring[i] = i;
  random.shuffle_front(ring, ring.size());
  Neighbours neighbours(nodes);
  for (std::uint32_t i = 0; i < nodes; ++i) {
    const NodeId self = ring[i];
    std::set<NodeId> picked{ring[(i + 1) % nodes]};
    while (picked.size() < overlay.picks) picked.insert(other_than(self, nodes, random));
    for (const NodeId other : picked) connect(neighbours, self, other);
  }
  return finish(std::move(neighbours));
}

void check_small_world(const SmallWorldParameters& world, std::uint32_t nodes) {
  if (world.k % 2 == 1)
    throw ParameterError("k", "an odd number of ring neighbours; `k` is even: half of them on each side");
  if (world.k >= nodes) throw ParameterError("k", "too many ring neighbours; " + fewer_than(nodes));
}

// The node that represents `node`'s component; shortens paths as it goes.
NodeId representative(std::vector<NodeId>& parent, NodeId node) {
  while (parent[node] != node) node = parent[node] = parent[parent[node]];
  return node;
}

// Watts and Strogatz (1998): a ring lattice, each edge of which moves its far end to a random node with probability p.
// Where that leaves several components, one link from each to the next component makes the overlay connected.
Overlay build_small_world(const SmallWorldParameters& world, std::uint32_t nodes, RandomStream& random) {
  std::vector<std::set<NodeId>> links(nodes);
  const auto link = [&](NodeId a, NodeId b) {
    links[a].insert(b);
    links[b].insert(a);
  };
  for (NodeId i = 0; i < nodes; ++i)
    for (std::uint32_t step = 1; step <= world.k / 2; ++step) link(i, (i + step) % nodes);
  for (std::uint32_t step = 1; step <= world.k / 2; ++step) {
    for (NodeId i = 0; i < nodes; ++i) {
      const NodeId old = (i + step) % nodes;
      if (!random.chance(world.p) || links[i].size() + 1 >= nodes || !links[i].contains(old)) continue;
      NodeId fresh = other_than(i, nodes, random);
      while (links[i].contains(fresh)) fresh = other_than(i, nodes, random);
      links[i].erase(old);
      links[old].erase(i);
      link(i, fresh);
    }
  }
  std::vector<NodeId> parent(nodes);
  for (NodeId i = 0; i < nodes; ++i) parent[i] = i;
  for (NodeId i = 0; i < nodes; ++i)
    for (const NodeId other : links[i]) parent[representative(parent, i)] = representative(parent, other);
  for (NodeId i = 0; i + 1 < nodes; ++i) {
    const NodeId a = representative(parent, i), b = representative(parent, i + 1);
    if (a == b) continue;
    link(i, i + 1);
    parent[a] = b;
  }
  Neighbours neighbours;
  for (const auto& set : links) neighbours.emplace_back(set.begin(), set.end());
  return finish(std::move(neighbours));
}

void check_edges(const EdgesParameters& given, std::uint32_t nodes) {
  std::set<EdgeList::value_type> seen;
  for (const auto& [a, b] : given.edges) {
    const std::string text = "[" + std::to_string(a) + ", " + std::to_string(b) + "]";
    if (a >= nodes || b >= nodes)
      throw ParameterError("edges", "the edge " + text + " names a node that does not exist; " + "the nodes are 0.." +
                                        std::to_string(nodes - 1));
    if (a == b) throw ParameterError("edges", "the edge " + text + " joins a node to itself; name two nodes");
    if (!seen.emplace(std::min(a, b), std::max(a, b)).second)
      throw ParameterError("edges", "the edge " + text + " is given twice; edges have no direction, keep one");
  }
}

Overlay build_edges(const EdgesParameters& given, std::uint32_t nodes) {
  Neighbours neighbours(nodes);
  for (const auto& [a, b] : given.edges) connect(neighbours, a, b);
  return finish(std::move(neighbours));
}

// Wraps typed check and build functions; P is what `table` builds.
template <class P, class Check, class Build>
TopologyInfo declare(std::string name, std::string summary, std::string shorthand, const ParameterTable<P>& table,
                     Check check, Build build) {
  TopologyInfo info;
  info.name = std::move(name);
  info.summary = std::move(summary);
  info.shorthand = std::move(shorthand);
  info.parameters = table.parameters();
  info.check = [table, check](const ParameterValues& values, std::uint32_t nodes) {
    check(table.build(values), nodes);
  };
  info.build = [table, check, build](const ParameterValues& values, std::uint32_t nodes, RandomStream& random) {
    const P parameters = table.build(values);
    check(parameters, nodes);
    return build(parameters, nodes, random);
  };
  return info;
}

TopologyInfo declare_plain(std::string name, std::string summary, Overlay (*build)(std::uint32_t)) {
  return declare(
      std::move(name), std::move(summary), "", ParameterTable<NoParameters>(),
      [](const NoParameters&, std::uint32_t) {},
      [build](const NoParameters&, std::uint32_t nodes, RandomStream&) { return build(nodes); });
}

Overlay build_full(std::uint32_t) { return {true, {}}; }

TopologyInfo declare_tree() {
  auto table = ParameterTable<TreeParameters>()
                   .add("degree", ValueType::integer, &TreeParameters::degree, degrees, "children of each node")
                   .required();
  return declare(
      "tree", "a tree: the parent of node i is (i-1)/degree", "degree", table,
      [](const TreeParameters&, std::uint32_t) {},
      [](const TreeParameters& p, std::uint32_t nodes, RandomStream&) { return build_tree(p, nodes); });
}

TopologyInfo declare_regular() {
  auto table = ParameterTable<RegularParameters>()
                   .add("degree", ValueType::integer, &RegularParameters::degree, degrees, "neighbours of each node")
                   .required();
  return declare(
      "k-regular", "each node is linked to the `degree` nearest on a ring", "degree", table, check_regular,
      [](const RegularParameters& p, std::uint32_t nodes, RandomStream&) { return build_regular(p, nodes); });
}

TopologyInfo declare_random() {
  auto table = ParameterTable<RandomParameters>()
                   .add("picks", ValueType::integer, &RandomParameters::picks, degrees,
                        "others that each node picks; links go both ways, so that the mean degree is near twice that")
                   .required();
  return declare("random", "each node picks this many others, the first along a random ring through all nodes", "picks",
                 table, check_random, build_random);
}

TopologyInfo declare_small_world() {
  auto table = ParameterTable<SmallWorldParameters>()
                   .add("k", ValueType::integer, &SmallWorldParameters::k, {2, 1e6}, "ring neighbours, an even number")
                   .required()
                   .add("p", ValueType::share, &SmallWorldParameters::p, {0, 1}, "share of links that are moved",
                        "Watts and Strogatz 1998");
  return declare("small-world", "a ring lattice with a share of its links moved to random nodes, kept connected", "k",
                 table, check_small_world, build_small_world);
}

TopologyInfo declare_edges() {
  auto table =
      ParameterTable<EdgesParameters>()
          .add("edges", ValueType::edge_list, &EdgesParameters::edges, any_bounds, "the links, as pairs of nodes")
          .required();
  return declare("edges", "the links as listed", "edges", table, check_edges,
                 [](const EdgesParameters& p, std::uint32_t nodes, RandomStream&) { return build_edges(p, nodes); });
}

}  // namespace

std::span<const TopologyInfo> topologies() {
  static const std::vector<TopologyInfo> all{
      declare_plain("full", "every node is everybody's neighbour", build_full),
      declare_plain("ring", "each node is linked to the next, the last to the first", build_ring),
      declare_plain("line", "each node is linked to the next", build_line),
      declare_plain("grid", "rows of ceil(sqrt(nodes)), linked to the right and below", build_grid),
      declare_tree(),
      declare_regular(),
      declare_random(),
      declare_small_world(),
      declare_edges(),
  };
  return all;
}

const TopologyInfo* find_topology(std::string_view name) {
  for (const auto& info : topologies())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hearsay
