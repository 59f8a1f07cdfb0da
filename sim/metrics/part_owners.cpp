#include "sim/metrics/part_owners.hpp"

#include <algorithm>

namespace hearsay {

bool PartOwners::say(NodeId node, bool holds, const std::vector<NodeId>& owners) {
  std::erase_if(words_, [node](const Word& word) { return word.node == node; });
  if (holds || owners_.empty() || std::find(owners.begin(), owners.end(), node) != owners.end())
    words_.push_back({node, owners});
  return take_latest();
}

bool PartOwners::silence(NodeId node) {
  std::erase_if(words_, [node](const Word& word) { return word.node == node; });
  return take_latest();
}

bool PartOwners::take_latest() {
  if (words_.empty() || words_.back().owners == owners_) return false;
  owners_ = words_.back().owners;
  return true;
}

}  // namespace hearsay
