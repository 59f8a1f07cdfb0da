// The line on stderr that tells how far a batch is, on a terminal and when work takes more than a second.
#pragma once

#include <chrono>
#include <cstddef>

#include "sim/cli/worker_pool.hpp"

namespace hearsay {

class ProgressLine {
 public:
  // `count`: runs to do. Not `enabled`, or stderr is no terminal: nothing is ever shown.
  ProgressLine(std::size_t count, bool enabled);

  void show(const PoolState& state);
  void clear();  // before anything else is printed

 private:
  std::size_t count_;
  bool enabled_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace hearsay
