// What the network may know of a node: whether its process runs and which incarnation it is.
#pragma once

#include <cstdint>
#include <vector>

namespace hearsay {

struct NodeStatus {
  enum class Condition : std::uint8_t {
    absent,   // not yet joined, or left: its host answers that nothing listens there
    up,       // running (perhaps paused)
    crashed,  // host and process are gone: silence
  } condition = Condition::absent;
  std::uint32_t incarnation = 0;  // raised by every start of the process

  bool up() const { return condition == Condition::up; }
};

using NodeTable = std::vector<NodeStatus>;

}  // namespace hearsay
