#include "protocols/common/range_set.hpp"

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

// Scattering is a bijection, so no two keys have equal priority.
std::uint64_t priority(RangeSet::Key key) { return scatter(key); }

}  // namespace

bool RangeSet::insert(Key key, std::uint32_t index) {
  if (find(key)) return false;
  const Link fresh = allocate(key, index);
  Link* at = &root_;
  while (*at != none && priority(nodes_[*at].key) > priority(key)) {
    Node& node = nodes_[*at];
    ++node.count;
    node.sum += scatter(key);
    at = key < node.key ? &node.left : &node.right;
  }
  split(*at, key, nodes_[fresh].left, nodes_[fresh].right);
  *at = fresh;
  refresh(fresh);
  return true;
}

bool RangeSet::erase(Key key) {
  if (!find(key)) return false;
  Link* at = &root_;
  while (nodes_[*at].key != key) {
    Node& node = nodes_[*at];
    --node.count;
    node.sum -= scatter(key);
    at = key < node.key ? &node.left : &node.right;
  }
  const Link gone = *at;
  *at = merge(nodes_[gone].left, nodes_[gone].right);
  free_.push_back(gone);
  return true;
}

std::optional<std::uint32_t> RangeSet::find(Key key) const {
  Link at = root_;
  while (at != none && nodes_[at].key != key) at = key < nodes_[at].key ? nodes_[at].left : nodes_[at].right;
  if (at == none) return std::nullopt;
  return nodes_[at].index;
}

Fingerprint RangeSet::fingerprint(Key first, Key last) const {
  if (first > last) return {};
  const Fingerprint high = last == highest ? of(root_) : below(last + 1);
  const Fingerprint low = below(first);
  return {high.sum - low.sum, high.count - low.count};
}

std::vector<RangeSet::Key> RangeSet::keys(Key first, Key last) const {
  std::vector<Key> found;
  std::vector<Link> path;  // nodes of the range whose key and right side are still to come
  Link at = root_;
  while (at != none || !path.empty()) {
    for (; at != none; at = nodes_[at].key < first ? nodes_[at].right : nodes_[at].left)
      if (nodes_[at].key >= first) path.push_back(at);
    if (path.empty()) break;
    const Node& node = nodes_[path.back()];
    path.pop_back();
    if (node.key > last) break;
    found.push_back(node.key);
    at = node.right;
  }
  return found;
}

std::size_t RangeSet::rank(Key key) const { return below(key).count; }

RangeSet::Key RangeSet::key_at(std::size_t position) const {
  HEARSAY_CHECK(position < size(), "a position past the end of a set");
  Link at = root_;
  while (true) {
    const Node& node = nodes_[at];
    const std::size_t lower = of(node.left).count;
    if (position == lower) return node.key;
    at = position < lower ? node.left : node.right;
    if (position > lower) position -= lower + 1;
  }
}

RangeSet::Link RangeSet::allocate(Key key, std::uint32_t index) {
  const Node node{key, scatter(key), 1, index, none, none};
  if (free_.empty()) {
    HEARSAY_CHECK(nodes_.size() < none, "a set of more keys than links can name");
    nodes_.push_back(node);
    return static_cast<Link>(nodes_.size() - 1);
  }
  const Link link = free_.back();
  free_.pop_back();
  nodes_[link] = node;
  return link;
}

Fingerprint RangeSet::of(Link tree) const {
  if (tree == none) return {};
  return {nodes_[tree].sum, nodes_[tree].count};
}

void RangeSet::refresh(Link tree) {
  Node& node = nodes_[tree];
  const Fingerprint left = of(node.left);
  const Fingerprint right = of(node.right);
  node.sum = left.sum + scatter(node.key) + right.sum;
  node.count = left.count + 1 + right.count;
}

void RangeSet::split(Link tree, Key key, Link& below, Link& above) {
  if (tree == none) {
    below = above = none;
    return;
  }
  Node& node = nodes_[tree];
  if (node.key < key) {
    below = tree;
    split(node.right, key, node.right, above);
  } else {
    above = tree;
    split(node.left, key, below, node.left);
  }
  refresh(tree);
}

RangeSet::Link RangeSet::merge(Link below, Link above) {
  if (below == none) return above;
  if (above == none) return below;
  const bool below_on_top = priority(nodes_[below].key) > priority(nodes_[above].key);
  const Link top = below_on_top ? below : above;
  if (below_on_top)
    nodes_[top].right = merge(nodes_[top].right, above);
  else
    nodes_[top].left = merge(below, nodes_[top].left);
  refresh(top);
  return top;
}

Fingerprint RangeSet::below(Key bound) const {
  Fingerprint sum;
  for (Link at = root_; at != none;) {
    const Node& node = nodes_[at];
    if (node.key >= bound) {
      at = node.left;
      continue;
    }
    const Fingerprint left = of(node.left);
    sum.sum += left.sum + scatter(node.key);
    sum.count += left.count + 1;
    at = node.right;
  }
  return sum;
}

}  // namespace hearsay
