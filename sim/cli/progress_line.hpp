// The progress line on stderr, when work takes more than a second. On a terminal it is rewritten in place; elsewhere,
// if asked for, a line is added every few seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "sim/cli/worker_pool.hpp"

namespace hearsay {

class ProgressLine {
 public:
  enum class Show { nowhere, on_terminal, everywhere };

  // `count`: runs to do.
  ProgressLine(std::size_t count, Show show);

  void show(const PoolState& state);
  void clear();  // before anything else is printed

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t count_;
  bool enabled_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_ = started_ + std::chrono::seconds(1);
};

// What is said after so many seconds of `count` runs, the most important first: a narrow terminal cuts the rest off. Of
// the run that has worked longest, for more than a second, its own figures; while runs are shorter, how many end in a
// second.
std::string progress_text(const PoolState& state, std::size_t count, double elapsed_s);

// `89 s`, `12 min`, `3.4 h`.
std::string rough_time(double seconds);

// `870`, `54 k`, `1.3 M`.
std::string rough_count(double count);

// What is said of a run under `flow` with so many transfers at once: nothing while SimGrid's solver keeps up.
std::string congestion_note(std::uint64_t transfers);

}  // namespace hearsay
