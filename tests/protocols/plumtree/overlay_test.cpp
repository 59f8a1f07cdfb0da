// The overlay of `bootstrap: standing`: permutations, and cycles through all servers that every node computes alike.
#include "protocols/plumtree/overlay.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <set>

namespace hearsay::plumtree {
namespace {

// What Context::peers() has: ascending from `first` on, the highest followed by the lowest, without `self`.
std::vector<NodeId> peers_of(NodeId self, std::vector<NodeId> servers, std::size_t first) {
  std::rotate(servers.begin(), servers.begin() + static_cast<std::ptrdiff_t>(first % servers.size()), servers.end());
  std::erase(servers, self);
  return servers;
}

std::map<NodeId, std::set<NodeId>> overlay(const std::vector<NodeId>& servers, std::uint32_t cycles,
                                           std::uint64_t seed) {
  std::map<NodeId, std::set<NodeId>> links;
  for (const NodeId self : servers)
    for (const NodeId peer : standing_neighbours(self, peers_of(self, servers, self % 7), cycles, seed))
      links[self].insert(peer);
  return links;
}

std::size_t reached(const std::map<NodeId, std::set<NodeId>>& links, NodeId from) {
  std::set<NodeId> seen{from};
  std::vector<NodeId> open{from};
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    for (const NodeId next : links.at(node))
      if (seen.insert(next).second) open.push_back(next);
  }
  return seen.size();
}

}  // namespace

TEST_CASE("a permutation has each value once, and position_of is its inverse") {
  for (const std::uint32_t size : {1U, 2U, 3U, 4U, 5U, 17U, 64U, 65U, 1000U}) {
    const Permutation order(size, 7);
    std::set<std::uint32_t> values;
    for (std::uint32_t i = 0; i < size; ++i) {
      CHECK(order.at(i) < size);
      values.insert(order.at(i));
      CHECK(order.position_of(order.at(i)) == i);
    }
    CHECK(values.size() == size);
  }
}

TEST_CASE("links are mutual, two per cycle and node, and connect all servers, some of them absent or not") {
  for (const NodeId count : {2U, 3U, 7U, 50U, 300U}) {
    std::vector<NodeId> servers(count);
    std::iota(servers.begin(), servers.end(), 0U);
    for (const bool gaps : {false, true}) {
      if (gaps)
        for (NodeId& id : servers) id = id * 3 + 2;
      for (const std::uint32_t cycles : {1U, 2U, 4U}) {
        const auto links = overlay(servers, cycles, 1);
        for (const auto& [node, peers] : links) {
          CHECK(peers.size() <= 2 * static_cast<std::size_t>(cycles));
          for (const NodeId peer : peers) CHECK(links.at(peer).contains(node));
        }
        CHECK(reached(links, servers.front()) == count);
        if (cycles == 1 && count > 2)
          for (const auto& [node, peers] : links) CHECK(peers.size() == 2);
      }
    }
  }
}

TEST_CASE("another seed gives another overlay, and a node alone has no neighbour") {
  std::vector<NodeId> servers(100);
  std::iota(servers.begin(), servers.end(), 0U);
  CHECK(overlay(servers, 2, 1) == overlay(servers, 2, 1));
  CHECK(overlay(servers, 2, 1) != overlay(servers, 2, 2));
  CHECK(standing_neighbours(3, {}, 2, 1).empty());
}

}  // namespace hearsay::plumtree
