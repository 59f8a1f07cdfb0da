#include "protocols/common/raft/node_ranges.hpp"

#include <algorithm>

namespace hearsay::raft {
namespace {

// The first range that does not end before the node.
template <class Ranges>
auto range_from(Ranges& ranges, NodeId node) {
  return std::ranges::lower_bound(ranges, node, {}, &NodeRanges::Range::last);
}

}  // namespace

bool NodeRanges::contains(NodeId node) const {
  const auto at = range_from(ranges_, node);
  return at != ranges_.end() && at->first <= node;
}

void NodeRanges::insert(NodeId node) {
  const auto at = ranges_.empty() || ranges_.back().last < node ? ranges_.end() : range_from(ranges_, node);
  if (at != ranges_.end() && at->first <= node) return;
  ++size_;
  const bool continues = at != ranges_.begin() && std::prev(at)->last + 1 == node;
  const bool precedes = at != ranges_.end() && node + 1 == at->first;
  if (continues && precedes) {
    std::prev(at)->last = at->last;
    ranges_.erase(at);
  } else if (continues) {
    std::prev(at)->last = node;
  } else if (precedes) {
    at->first = node;
  } else {
    ranges_.insert(at, {node, node});
  }
}

void NodeRanges::erase(NodeId node) {
  const auto at = range_from(ranges_, node);
  if (at == ranges_.end() || node < at->first) return;
  --size_;
  const Range whole = *at;
  if (whole.first == whole.last) {
    ranges_.erase(at);
  } else if (node == whole.first) {
    ++at->first;
  } else if (node == whole.last) {
    --at->last;
  } else {
    at->first = node + 1;
    ranges_.insert(at, {whole.first, node - 1});
  }
}

}  // namespace hearsay::raft
