// `membership: oracle`: what every node would know if it knew at once. The one thing that replicas share on purpose.
#pragma once

#include <cstdint>
#include <set>

#include "sim/core/ids.hpp"

namespace hearsay::swim {

class Oracle {
 public:
  void up(NodeId node) { live_.insert(node), ++version_; }
  void down(NodeId node) { live_.erase(node), ++version_; }
  const std::set<NodeId>& live() const { return live_; }
  std::uint64_t version() const { return version_; }

 private:
  std::set<NodeId> live_;
  std::uint64_t version_ = 0;
};

}  // namespace hearsay::swim
