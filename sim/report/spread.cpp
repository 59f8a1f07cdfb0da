#include "sim/report/spread.hpp"

#include <algorithm>

namespace hearsay {

SpreadTree::SpreadTree(const Spread& spread, std::uint32_t nodes) {
  std::vector<std::uint32_t> latest(nodes, none);  // by node: the vertex of its latest arrival
  vertices_.push_back({none, 0, none, none, none, false});
  for (std::uint32_t i = 0; i < spread.arrivals.size(); ++i) {
    const Arrival& arrival = spread.arrivals[i];
    std::uint32_t vertex = root;
    if (arrival.node == spread.origin && vertices_[root].arrival == none) {
      vertices_[root].arrival = i;
    } else {
      const std::uint32_t parent = parent_of(spread, arrival, latest);
      vertex = static_cast<std::uint32_t>(vertices_.size());
      vertices_.push_back({i, hop_below(parent, arrival), parent, none, none, latest[arrival.node] != none});
    }
    latest[arrival.node] = vertex;
    count(vertex);
  }
  link();
}

std::uint32_t SpreadTree::parent_of(const Spread& spread, const Arrival& arrival,
                                    const std::vector<std::uint32_t>& latest) const {
  if (arrival.way == Arrival::Way::recovered) return latest[arrival.node];
  if (arrival.way == Arrival::Way::alone) return none;
  return arrival.from == spread.origin && latest[arrival.from] == none ? root : latest[arrival.from];
}

std::uint32_t SpreadTree::hop_below(std::uint32_t parent, const Arrival& arrival) const {
  const std::uint32_t hop = parent == none ? none : vertices_[parent].hop;
  return hop != none && arrival.way == Arrival::Way::message ? hop + 1 : hop;
}

void SpreadTree::count(std::uint32_t vertex) {
  const Vertex& v = vertices_[vertex];
  if (v.again) {
    ++again_;
    return;
  }
  if (v.hop != none) depth_ = std::max(depth_, v.hop);
  ++reached_;
  last_ = vertex;
}

// Backwards, so that siblings stand in order of time; vertices without a parent are siblings of the root.
void SpreadTree::link() {
  for (auto vertex = static_cast<std::uint32_t>(vertices_.size() - 1); vertex > root; --vertex) {
    const std::uint32_t parent = vertices_[vertex].parent;
    std::uint32_t& before = parent == none ? vertices_[root].next_sibling : vertices_[parent].first_child;
    vertices_[vertex].next_sibling = before;
    before = vertex;
  }
}

}  // namespace hearsay
