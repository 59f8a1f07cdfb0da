#include "protocols/delta-gossip/neighbours.hpp"

#include <algorithm>
#include <map>

namespace hearsay::gossip {

// The k-th place that is passed over lies behind without[k] - k places that are not.
std::size_t place_without(const std::vector<std::uint32_t>& without, std::size_t position) {
  std::size_t first = 0, last = without.size();
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    if (without[middle] - middle <= position)
      first = middle + 1;
    else
      last = middle;
  }
  return position + first;
}

NodeId Neighbours::operator[](std::size_t position) const {
  const std::size_t kept = given_.size() - removed_.size();
  return position < kept ? given_[place_without(removed_, position)] : added_[position - kept];
}

bool Neighbours::contains_by_search(NodeId node) const {
  const auto place = place_of(given_, node);
  if (place && !std::ranges::binary_search(removed_, *place)) return true;
  return std::ranges::binary_search(added_ascending_, node);
}

void Neighbours::add(NodeId node) {
  if (contains(node)) return;
  added_.push_back(node);
  added_ascending_.insert(std::ranges::lower_bound(added_ascending_, node), node);
}

void Neighbours::remove(NodeId node) {
  if (const auto at = std::ranges::lower_bound(added_ascending_, node); at != added_ascending_.end() && *at == node) {
    added_ascending_.erase(at);
    std::erase(added_, node);
    return;
  }
  const auto place = place_of(given_, node);
  if (!place) return;
  const auto at = std::ranges::lower_bound(removed_, *place);
  if (at == removed_.end() || *at != *place) removed_.insert(at, *place);
}

std::vector<NodeId> sample(const Neighbours& list, std::size_t count, RandomStream& random) {
  std::vector<NodeId> chosen;
  std::map<std::size_t, NodeId> moved;  // by position: what stands there instead
  const auto at = [&](std::size_t position) {
    const auto it = moved.find(position);
    return it == moved.end() ? list[position] : it->second;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t drawn = i + 1 < list.size() ? i + static_cast<std::size_t>(random.below(list.size() - i)) : i;
    chosen.push_back(at(drawn));
    moved[drawn] = at(i);
  }
  return chosen;
}

}  // namespace hearsay::gossip
