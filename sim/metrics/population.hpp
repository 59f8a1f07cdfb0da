// Which nodes are live: booted, joined or restarted, and not crashed or left since. A paused node is live.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/event.hpp"

namespace hearsay {

class Population {
 public:
  enum class Change : std::uint8_t { none, came, went };

  // `nodes`: ids that may ever occur.
  explicit Population(std::uint32_t nodes) : live_(nodes, 0), seen_(nodes, 0) {}

  // Takes in one event of any kind; only those about nodes change anything.
  Change fold(const Event& event);

  bool live(NodeId node) const { return node < live_.size() && live_[node] != 0; }
  std::uint32_t count() const { return count_; }  // live now
  std::uint32_t ever() const { return ever_; }    // were live at some time
  std::uint32_t capacity() const { return static_cast<std::uint32_t>(live_.size()); }

 private:
  std::vector<std::uint8_t> live_, seen_;
  std::uint32_t count_ = 0, ever_ = 0;
};

}  // namespace hearsay
